"""A monkey before the whole window, with the real mouse, keys, wheel and drags: it breaks nothing."""

import gc
from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from nnbuilder.graph.structure import structure_faults
from nnbuilder.project.text import dump_project, parse_project
from tests.conftest import SOAK
from tests.end_to_end.monkey import Monkey
from tests.ui.conftest import Stage

EVENTS = 5_000 if SOAK else 400
SEEDS = (7, 1, 2, 3, 4, 5, 6) if SOAK else (7,)
BETWEEN = 25
"""Events from one look at everything to the next."""


def check(stage: Stage) -> None:
    """The document is valid and could be saved, and the scene shows its level and nothing else."""
    graph, canvas = stage.graph, stage.window.panels.canvas
    assert list(structure_faults(graph)) == []
    text = dump_project(stage.session.document.project)
    assert dump_project(parse_project(text).project) == text
    level = canvas.level.graph
    assert set(canvas.canvas.cards) == set(level.nodes)
    assert set(canvas.canvas.edges.edges) == set(level.edges)
    assert set(canvas.canvas.notes) == {note.id for note in canvas.level.notes}
    canvas.arranger.glide.settle()
    if canvas.mouse.gesture is None:
        places = {key: (node.x, node.y) for key, node in level.nodes.items()}
        assert {key: (card.x(), card.y()) for key, card in canvas.canvas.cards.items()} == places


@pytest.mark.timeout(3600 if SOAK else 180)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_monkey_before_the_window_breaks_nothing(open_stage: Callable[[], Stage], seed: int) -> None:
    stage = open_stage()
    start = stage.session.document.project
    monkey = Monkey(stage.window, seed=seed)
    for number in range(EVENTS):
        monkey.act()
        if number % BETWEEN == 0:
            stage.settle()
            try:
                check(stage)
            except AssertionError as wrong:
                pytest.fail(f"after event {number} ({', '.join(monkey.did)}): {wrong}")
    stage.settle()
    check(stage)
    stack = stage.session.document.undo_stack
    end = dump_project(stage.session.document.project)
    index = stack.index()
    stack.setIndex(0)
    assert stage.session.document.project == start
    check(stage)
    stack.setIndex(index)
    assert dump_project(stage.session.document.project) == end
    check(stage)
    QApplication.processEvents()
    gc.collect()
