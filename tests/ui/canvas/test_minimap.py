"""The map of the drawing at the lower right of the canvas."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import AddNote, MoveNodes
from nnbuilder.graph.graph import Graph, NodeId, Note
from nnbuilder.ui.common import colors
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain, ids

LEFT = Qt.MouseButton.LeftButton
[N5] = ids(5)


def _wide(open_desk: Callable[[Graph], Desk]) -> Desk:
    desk = open_desk(chain([("Input", {}), *[("ReLU", {})] * 40, ("Loss", {})], columns=8))
    desk.view.camera.actual_size()
    desk.view.operations.reveal(NodeId("n1"))
    return desk


def _near(one: str, other: str) -> bool:
    """Whether a color is another one below the pale frame of what is in view."""
    first, second = QColor(one), QColor(other)
    red, green = first.red() - second.red(), first.green() - second.green()
    return abs(red) + abs(green) + abs(first.blue() - second.blue()) < 40


def test_a_click_goes_there(open_desk: Callable[[Graph], Desk]) -> None:
    desk = _wide(open_desk)
    minimap, last = desk.view.minimap, desk.view.canvas.rect_of(NodeId("n42"))
    assert minimap.isVisible()
    assert not desk.view.camera.visible().intersects(last)
    corner = minimap.rect().bottomLeft() + QPoint(24, -12)
    QTest.mouseClick(minimap, LEFT, pos=corner)
    assert desk.view.camera.visible().intersects(last)
    assert minimap.seen().contains(QPointF(corner))


def test_the_frame_can_be_dragged(open_desk: Callable[[Graph], Desk]) -> None:
    desk = _wide(open_desk)
    minimap, before = desk.view.minimap, desk.view.camera.visible()
    start = minimap.seen().center().toPoint()
    QTest.mousePress(minimap, LEFT, pos=start)
    assert (desk.view.camera.visible().center() - before.center()).manhattanLength() < 30
    QTest.mouseMove(minimap, start + QPoint(20, 10))
    moved = desk.view.camera.visible()
    QTest.mouseRelease(minimap, LEFT, pos=start + QPoint(20, 10))
    assert moved.left() > before.left() + 100
    assert moved.top() > before.top() + 50
    assert desk.view.camera.scale == 1.0


def test_it_paints_cards_in_their_colors(open_desk: Callable[[Graph], Desk]) -> None:
    desk = _wide(open_desk)
    desk.selection.set([])
    desk.document.apply(AddNote(Note(NodeId("a"), "x", 0.0, -300.0, 400.0, 200.0, "red")))
    before = colors.current()
    try:
        for palette in (colors.LIGHT, colors.DARK):
            colors.use(palette)
            picture = desk.view.minimap.grab().toImage()
            seen = {
                picture.pixelColor(x, y).name()
                for x in range(picture.width())
                for y in range(picture.height())
            }
            for color in (colors.INPUT_COLOR, colors.LOSS_COLOR, colors.group_color("activation")):
                assert any(_near(color, name) for name in seen)
    finally:
        colors.use(before)


def test_it_follows_the_drawing_once_edits_pause(desk: Desk, qtbot: QtBot) -> None:
    before = desk.view.minimap.grab().toImage()
    desk.document.apply(MoveNodes({N5: (1500.0, 900.0)}))
    qtbot.waitUntil(lambda: desk.view.minimap.grab().toImage() != before)
    inside = QRectF(desk.view.minimap.rect())
    assert inside.contains(desk.view.minimap.seen())


def test_it_can_be_hidden_and_needs_room(desk: Desk) -> None:
    minimap = desk.view.minimap
    minimap.set_wanted(False)
    assert not minimap.isVisible()
    desk.document.apply(MoveNodes({N5: (1500.0, 900.0)}))
    assert not minimap.isVisible()
    minimap.set_wanted(True)
    assert minimap.isVisible()
    desk.view.resize(300, 200)
    assert not minimap.isVisible()


def test_an_empty_drawing_has_no_map(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(Graph())
    assert not desk.view.minimap.isVisible()
    desk.document.replace(desk.document.project.__class__(graph=chain()))
    assert desk.view.minimap.isVisible()


def test_nothing_is_revealed_behind_it(open_desk: Callable[[Graph], Desk]) -> None:
    """A card that already is in view, but behind the map, comes out at either side of it."""
    desk = _wide(open_desk)
    view, node = desk.view, NodeId("n20")
    corner = QPointF(view.minimap.geometry().topLeft())
    for shift in (QPoint(20, 20), QPoint(-40, 50), QPoint(60, -30)):
        view.camera.actual_size()
        inner = view.mapToScene(view.viewport().rect().center())
        wanted = view.mapToScene((corner + QPointF(shift)).toPoint())
        view.camera.centre(view.canvas.rect_of(node).topLeft() + (inner - wanted))
        box = view.mapFromScene(view.canvas.rect_of(node)).boundingRect()
        assert box.intersects(view.minimap.geometry())
        view.operations.reveal(node)
        box = view.mapFromScene(view.canvas.rect_of(node)).boundingRect()
        assert not box.intersects(view.minimap.geometry())
        assert view.viewport().rect().contains(box)


def test_a_map_that_is_hidden_is_in_nobodys_way(open_desk: Callable[[Graph], Desk]) -> None:
    desk = _wide(open_desk)
    desk.view.minimap.set_wanted(False)
    rect = desk.view.canvas.rect_of(NodeId("n20"))
    shown = desk.view.mapToScene(desk.view.viewport().rect().center())
    spot = desk.view.mapToScene(desk.view.minimap.geometry().center())
    desk.view.camera.centre(rect.center() + (shown - spot))
    before = desk.view.camera.visible()
    desk.view.operations.reveal(NodeId("n20"))
    assert (desk.view.camera.visible().topLeft() - before.topLeft()).manhattanLength() < 60


def test_a_fitted_drawing_lies_above_it_where_there_is_room(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(chain([("Input", {}), *[("ReLU", {})] * 3, ("Loss", {})], columns=8))
    view = desk.view
    view.resize(view.width(), 320)
    view.operations.below = 60.0
    view.operations.fit()
    around = view.bench.level.bounds.adjusted(0.0, 0.0, 0.0, 60.0)
    box = view.mapFromScene(around).boundingRect()
    assert view.minimap.isVisible()
    assert not box.intersects(view.minimap.geometry())
    assert view.viewport().rect().contains(box)
    view.minimap.set_wanted(False)
    view.operations.fit()
    middle = view.mapFromScene(around).boundingRect().center() - view.viewport().rect().center()
    assert middle.manhattanLength() < 4
