"""The level of detail, and frames of a thousand nodes."""

import time
from collections.abc import Callable
from statistics import median

import pytest

from nnbuilder.graph.graph import Graph
from nnbuilder.project.project import Project
from nnbuilder.ui.canvas.card import Detail
from nnbuilder.ui.canvas.detail import BOX_CARDS, FULL_CARDS, detail_for
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain

THOUSAND = chain(
    [("Input", {}), *[("Linear", {"out_features": 8}), ("ReLU", {})] * 499, ("Loss", {})], columns=32
)
SLACK = 10
"""Tests share the machine: `make bench` measures the figures themselves."""


@pytest.mark.parametrize(
    ("cards", "detail"),
    [(FULL_CARDS, Detail.FULL), (FULL_CARDS + 1, Detail.BOX), (BOX_CARDS + 1, Detail.FLAT)],
)
def test_detail_depends_on_what_is_in_view(cards: int, detail: Detail) -> None:
    assert detail_for(cards) == detail


def test_a_thousand_nodes_open_and_zoom_in_time(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(Graph())
    desk.engine.answer = None
    start = time.process_time()
    desk.document.replace(Project(graph=THOUSAND))
    desk.view.viewport().repaint()
    assert time.process_time() - start < 0.3 * SLACK
    assert len(desk.view.canvas.cards) == 1000
    seen = set()
    for scale in (0.1, 0.3, 0.5, 1.0):
        frames = []
        for _ in range(5):
            desk.view.camera.zoom(scale / desk.view.camera.scale)
            start = time.process_time()
            desk.view.viewport().repaint()
            frames.append(time.process_time() - start)
        seen.add(desk.view.canvas.shared.detail)
        assert median(frames) < 0.016 * SLACK
    assert seen == {Detail.BOX, Detail.FULL}
