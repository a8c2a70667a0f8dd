"""The scene follows document, analysis, run and theme."""

from collections.abc import Callable

import numpy as np
from hypothesis import HealthCheck, given, settings
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import Rename, SetArg
from nnbuilder.graph.graph import GROUP, Graph
from nnbuilder.project.project import Project
from nnbuilder.ui.canvas.card import BARS
from nnbuilder.ui.canvas.follow import bar_heights
from nnbuilder.ui.common import colors
from tests import strategies
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def test_cards_show_sizes_and_counts(desk: Desk) -> None:
    looks = {key: card.look for key, card in desk.view.canvas.cards.items()}
    assert looks[N1].detail == "iris · 4 feat."
    assert (looks[N2].detail, looks[N2].corner) == ("4 → 16", "80")
    assert (looks[N4].detail, looks[N4].corner) == ("16 → 3", "51")
    assert looks[N5].detail == "CrossEntropy"
    assert desk.view.status_line.text() == "Sequential · 4 → 16 → 3 · 131 parameters · 100 %"


def test_an_edit_changes_its_card_alone(desk: Desk) -> None:
    cards = dict(desk.view.canvas.cards)
    desk.document.apply(SetArg(N2, "out_features", 32))
    desk.document.apply(Rename(N2, "hidden"))
    desk.answered()
    assert desk.view.canvas.cards == cards
    assert (cards[N2].look.detail, cards[N2].look.caption) == ("4 → 32", "hidden")
    assert cards[N4].look.detail == "32 → 3"


def test_another_project_is_drawn_anew(desk: Desk) -> None:
    desk.selection.set([N2])
    desk.document.replace(Project())
    assert not desk.view.canvas.cards
    assert desk.selection.nodes == ()
    assert not desk.view.canvas.edges.edges


def test_a_run_shows_loss_and_histograms(desk: Desk, qtbot: QtBot) -> None:
    desk.run.start()
    desk.engine.run.start()
    desk.engine.run.progress([0.5, 0.112])
    desk.engine.run.histograms(2)
    cards = desk.view.canvas.cards
    qtbot.waitUntil(lambda: cards[N5].look.corner == "0.112")
    assert cards[N2].bars is not None
    assert cards[N4].bars is not None
    assert cards[N3].bars is None
    desk.view.grab()


def test_bars_sum_bins_and_reach_one() -> None:
    counts = np.zeros((2, 96), np.float32)
    counts[0, 4:8] = 2000.0
    counts[0, 8:12] = 1000.0
    heights = bar_heights(counts)
    assert heights.shape == (2, BARS)
    assert heights[0, 1] == 1.0
    assert heights[0, 2] == 0.5
    assert heights[1].max() == 0.0
    assert bar_heights(np.ones((1, 10), np.float32)).shape == (1, BARS)


def test_few_weights_get_half_as_many_bars() -> None:
    counts = np.zeros((1, 96), np.float32)
    counts[0, 4:16] = [2.0] * 4 + [1.0] * 8
    heights = bar_heights(counts)[0]
    assert heights[0] == heights[1] == heights[2] == heights[3] == 1.0
    assert heights[4:].max() == 0.0


def test_a_theme_repaints_the_ground(desk: Desk) -> None:
    before = colors.current()
    try:
        for palette in (colors.DARK, colors.LIGHT):
            colors.use(palette)
            picture = desk.view.grab().toImage()
            assert picture.pixelColor(3, 3).name() == palette.canvas
    finally:
        colors.use(before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(graph=strategies.graphs())
def test_any_drawing_can_be_shown(open_desk: Callable[[Graph], Desk], graph: Graph) -> None:
    desk = open_desk(graph)
    for group in (None, *(node.id for node in graph.of_type(GROUP))):
        assert desk.view.level.go(group)
        shown = graph.level(group)
        assert set(desk.view.canvas.cards) == set(shown.nodes)
        assert set(desk.view.canvas.edges.edges) == set(shown.edges)
    desk.view.grab()
    desk.view.close()
