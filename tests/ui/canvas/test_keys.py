"""The canvas by keyboard alone, with real key events."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def test_arrows_walk_the_chain(desk: Desk) -> None:
    desk.key(Qt.Key.Key_Right)
    assert desk.selected() == [N1]
    desk.key(Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_Right)
    assert desk.selected() == [N3]
    desk.key(Qt.Key.Key_Left)
    assert desk.selected() == [N2]


def test_up_and_down_go_to_the_next_row(desk: Desk) -> None:
    desk.view.operations.append_layer("Tanh")
    low = desk.selection.current
    assert low is not None
    assert desk.graph.nodes[N5].y > desk.graph.nodes[N1].y
    desk.selection.set([N1])
    desk.key(Qt.Key.Key_Down)
    assert desk.selected() == [N5]
    desk.key(Qt.Key.Key_Up)
    assert desk.selected() == [N1]


def test_shift_and_arrows_grow_and_shrink_the_selection(desk: Desk) -> None:
    desk.selection.set([N2])
    shift = Qt.KeyboardModifier.ShiftModifier
    desk.key(Qt.Key.Key_Right, shift)
    desk.key(Qt.Key.Key_Right, shift)
    assert desk.selected() == [N2, N3, N4]
    desk.key(Qt.Key.Key_Left, shift)
    assert desk.selected() == [N2, N3]
    desk.key(Qt.Key.Key_Right)
    assert desk.selected() == [N4]


def test_home_and_end_with_shift_take_all_on_the_way(desk: Desk) -> None:
    desk.key(Qt.Key.Key_End)
    assert desk.selected() == [N5]
    desk.key(Qt.Key.Key_Home)
    assert desk.selected() == [N1]
    desk.key(Qt.Key.Key_Right)
    desk.key(Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert desk.selected() == [N2, N3, N4, N5]


def test_enter_asks_for_the_inspector(desk: Desk, qtbot: QtBot) -> None:
    desk.selection.set([N2])
    with qtbot.waitSignal(desk.view.operations.inspect_requested):
        desk.key(Qt.Key.Key_Return)


def test_select_all_and_delete(desk: Desk) -> None:
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.selected() == [N1, N2, N3, N4, N5]
    desk.key(Qt.Key.Key_Delete)
    assert not desk.graph.nodes
    assert not desk.view.canvas.cards
    desk.document.undo_stack.undo()
    assert order(desk.graph) == ["Input", "Linear", "ReLU", "Linear", "Loss"]


def test_escape_deselects(desk: Desk) -> None:
    desk.selection.set([N2])
    desk.key(Qt.Key.Key_Escape)
    assert desk.selected() == []


def test_zoom_keys_and_fit(desk: Desk) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    desk.key(Qt.Key.Key_Plus, control)
    assert desk.view.camera.scale > 1.0
    desk.key(Qt.Key.Key_0, control)
    assert abs(desk.view.camera.scale - 1.0) < 1e-6
    assert desk.view.status_line.text().endswith("100 %")
    desk.key(Qt.Key.Key_Minus, control)
    assert desk.view.camera.scale < 1.0
    desk.view.camera.zoom(3.0)
    desk.key(Qt.Key.Key_F)
    seen = desk.view.camera.visible()
    assert all(seen.contains(card.sceneBoundingRect()) for card in desk.view.canvas.cards.values())


def test_the_wheel_zooms_about_the_mouse(desk: Desk) -> None:
    at = QPointF(300, 200)
    before = desk.view.mapToScene(at.toPoint())
    for turn in (120, 120, -360):
        event = QWheelEvent(
            at,
            at,
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(desk.view.viewport(), event)
    away = desk.view.mapToScene(at.toPoint()) - before
    assert desk.view.camera.scale < 0.9
    assert away.manhattanLength() * desk.view.camera.scale < 6


def test_space_and_the_middle_button_pan(desk: Desk) -> None:
    viewport, before = desk.view.viewport(), desk.graph
    for button, key in ((Qt.MouseButton.MiddleButton, False), (Qt.MouseButton.LeftButton, True)):
        corner = desk.view.camera.visible().topLeft()
        if key:
            QTest.keyPress(desk.view, Qt.Key.Key_Space)
        QTest.mousePress(viewport, button, Qt.KeyboardModifier.NoModifier, QPoint(400, 300))
        QTest.mouseMove(viewport, QPoint(450, 330))
        QTest.mouseMove(viewport, QPoint(500, 360))
        QTest.mouseRelease(viewport, button, Qt.KeyboardModifier.NoModifier, QPoint(500, 360))
        if key:
            QTest.keyRelease(desk.view, Qt.Key.Key_Space)
        away = (corner - desk.view.camera.visible().topLeft()) * desk.view.camera.scale
        assert (away - QPointF(100, 60)).manhattanLength() <= 2
    assert desk.graph is before
    assert desk.selected() == []


def test_walking_in_a_drawing_that_is_all_in_view_does_not_scroll(desk: Desk) -> None:
    desk.view.resize(700, 400)
    desk.view.operations.fit()
    seen = desk.view.camera.visible()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Home):
        desk.key(key)
        assert desk.view.camera.visible() == seen
