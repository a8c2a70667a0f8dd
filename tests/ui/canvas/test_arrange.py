"""Order in the picture: tidy drawings, and cards that glide there."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from nnbuilder.graph import layout
from nnbuilder.graph.edits import Group, MoveNodes, SetArg
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.graph.layout import Style
from nnbuilder.graph.placing import columns_for
from nnbuilder.ui.canvas.arrange import GLIDE_MS
from nnbuilder.ui.canvas.card import Detail
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain, ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
BLOCK = NodeId("block")
MESS = MoveNodes({N1: (40.0, 60.0), N2: (700.0, 20.0), N3: (90.0, 400.0), N4: (300.0, 333.0)})


def _shown(desk: Desk) -> dict[NodeId, tuple[float, float]]:
    return {key: (card.x(), card.y()) for key, card in desk.view.canvas.cards.items()}


def _drawn(desk: Desk) -> dict[NodeId, tuple[float, float]]:
    return {key: (node.x, node.y) for key, node in desk.view.level.graph.nodes.items()}


def _differ(one: QImage, other: QImage) -> float:
    """The share of all pixels whose lightness is clearly another one."""
    assert one.size() == other.size()
    grays = [image.convertToFormat(QImage.Format.Format_Grayscale8) for image in (one, other)]
    pixels = [np.array(gray.constBits(), np.int16) for gray in grays]
    return float(np.mean(np.abs(pixels[0] - pixels[1]) > 40))


@pytest.mark.parametrize("style", ["wrapped", "horizontal", "vertical"])
def test_tidy_glides_within_200_ms(desk: Desk, qtbot: QtBot, style: Style) -> None:
    desk.document.apply(MESS)
    before, steps = _shown(desk), desk.document.undo_stack.index()
    desk.view.arranger.arrange(style)
    assert layout.tidy(desk.graph, style) == {}
    assert _shown(desk) == before
    assert GLIDE_MS < 200
    qtbot.waitUntil(lambda: not desk.view.arranger.glide.moving)
    assert _shown(desk) == _drawn(desk)
    assert desk.view.camera.visible().contains(desk.view.level.bounds)
    assert desk.document.undo_stack.index() == steps + 1
    assert desk.document.undo_stack.undoText() == "Tidy the drawing"
    desk.document.undo_stack.undo()
    assert _shown(desk) == before


def test_many_cards_glide_with_their_edges(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(chain([("Input", {}), *[("ReLU", {})] * 160, ("Loss", {})], columns=12))
    view, glide = desk.view, desk.view.arranger.glide
    before = _shown(desk)
    away = {key: (y * 1.5, x * 1.5) for key, (x, y) in before.items()}
    view.operations.fit()
    assert view.canvas.shared.detail != Detail.FULL
    glide.start(before, away)
    glide.show(0.5)
    middle = {key: ((x + away[key][0]) / 2, (y + away[key][1]) / 2) for key, (x, y) in before.items()}
    assert _shown(desk) == middle
    on_the_way = view.viewport().grab().toImage()
    view.canvas.move(middle)
    assert _differ(on_the_way, view.viewport().grab().toImage()) < 0.01
    view.canvas.move(away)
    assert _differ(on_the_way, view.viewport().grab().toImage()) > 0.05
    glide.settle()
    assert _shown(desk) == _drawn(desk)


def test_an_edit_on_the_way_ends_the_glide(desk: Desk) -> None:
    desk.document.apply(MESS)
    desk.view.arranger.tidy()
    desk.document.apply(SetArg(N2, "out_features", 99))
    assert not desk.view.arranger.glide.moving
    assert _shown(desk) == _drawn(desk)


def test_a_press_on_the_way_ends_the_glide(desk: Desk) -> None:
    desk.document.apply(MESS)
    desk.view.arranger.tidy()
    desk.press(desk.middle(N1))
    assert _shown(desk) == _drawn(desk)
    desk.release(desk.middle(N1))


def test_another_level_on_the_way_ends_the_glide(desk: Desk) -> None:
    desk.document.apply(Group((N3, N4), Node(BLOCK, GROUP, x=800.0, y=500.0)))
    desk.view.arranger.tidy()
    assert desk.view.level.go(BLOCK)
    assert not desk.view.arranger.glide.moving
    assert _shown(desk) == _drawn(desk)


def test_only_the_level_that_is_shown_is_tidied(desk: Desk) -> None:
    desk.document.apply(MESS)
    desk.document.apply(Group((N3, N4), Node(BLOCK, GROUP)))
    top = {key: (desk.graph.nodes[key].x, desk.graph.nodes[key].y) for key in (N1, N2, BLOCK, N5)}
    desk.view.level.go(BLOCK)
    desk.view.arranger.arrange("vertical")
    assert desk.graph.nodes[N4].y > desk.graph.nodes[N3].y
    assert {key: (desk.graph.nodes[key].x, desk.graph.nodes[key].y) for key in top} == top


def test_what_is_tidy_stays_and_says_so(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(chain())
    desk.view.arranger.tidy()
    assert desk.document.undo_stack.index() == 0
    assert desk.view.sentence.isVisible()
    assert "in its place" in desk.view.sentence.text()


def test_the_preference_is_told_once(desk: Desk, qtbot: QtBot) -> None:
    arranger = desk.view.arranger
    with qtbot.waitSignal(arranger.style_changed):
        arranger.prefer("vertical")
    with qtbot.assertNotEmitted(arranger.style_changed):
        arranger.prefer("vertical")
        arranger.prefer("diagonal")
    assert arranger.style == "vertical"


@pytest.mark.parametrize(("cards", "columns"), [(0, 5), (13, 5), (1000, 43)])
def test_rows_of_large_drawings_are_long(cards: int, columns: int) -> None:
    assert columns_for(cards) == columns
