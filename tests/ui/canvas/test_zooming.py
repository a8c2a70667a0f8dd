"""Wheel, touchpad and pinch: everything zooms about the point under the hand."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

NONE, CONTROL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
[N2] = ids(2)
TOUCHPAD = QPointingDevice(
    "touchpad",
    7,
    QInputDevice.DeviceType.TouchPad,
    QPointingDevice.PointerType.Finger,
    QInputDevice.Capability.Position,
    5,
    0,
)


def _wheel(
    desk: Desk, turned: QPoint, modifiers: Qt.KeyboardModifier = NONE, *, fingers: bool = False
) -> None:
    at = QPointF(300, 200)
    where = QPointF(desk.view.viewport().mapToGlobal(at.toPoint()))
    device = TOUCHPAD if fingers else QPointingDevice.primaryPointingDevice()
    event = QWheelEvent(
        at,
        where,
        turned if fingers else QPoint(),
        turned,
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.ScrollUpdate if fingers else Qt.ScrollPhase.NoScrollPhase,
        False,
        Qt.MouseEventSource.MouseEventNotSynthesized,
        device,
    )
    QApplication.sendEvent(desk.view.viewport(), event)


def _under(desk: Desk) -> QPointF:
    return desk.view.mapToScene(QPoint(300, 200))


def test_the_wheel_zooms_about_the_mouse(desk: Desk) -> None:
    before, scale = _under(desk), desk.view.camera.scale
    _wheel(desk, QPoint(0, 240))
    assert desk.view.camera.scale > scale * 1.3
    assert (_under(desk) - before).manhattanLength() < 2


def test_shift_and_wheel_pan_sideways(desk: Desk) -> None:
    before, scale = _under(desk), desk.view.camera.scale
    _wheel(desk, QPoint(0, 120), SHIFT)
    assert desk.view.camera.scale == scale
    assert _under(desk).x() < before.x() - 20
    assert _under(desk).y() == before.y()


def test_two_fingers_pan_and_zoom_with_control(desk: Desk) -> None:
    before, scale = _under(desk), desk.view.camera.scale
    _wheel(desk, QPoint(30, 40), fingers=True)
    assert desk.view.camera.scale == scale
    assert _under(desk) - before == QPointF(-30, -40) / scale
    _wheel(desk, QPoint(0, 120), CONTROL, fingers=True)
    assert desk.view.camera.scale > scale


def test_a_pinch_zooms_about_the_fingers(desk: Desk) -> None:
    before, scale = _under(desk), desk.view.camera.scale
    at = QPointF(300, 200)
    where = QPointF(desk.view.viewport().mapToGlobal(at.toPoint()))
    zoom = Qt.NativeGestureType.ZoomNativeGesture
    event = QNativeGestureEvent(zoom, TOUCHPAD, 2, at, at, where, 0.25, QPointF())
    assert event.type() == QEvent.Type.NativeGesture
    QApplication.sendEvent(desk.view.viewport(), event)
    assert desk.view.camera.scale == scale * 1.25
    assert (_under(desk) - before).manhattanLength() < 2


def test_the_selection_can_be_brought_close(desk: Desk) -> None:
    desk.view.camera.zoom(0.3)
    desk.selection.set([N2])
    desk.view.operations.fit_selection()
    rect = desk.view.canvas.rect_of(N2)
    assert desk.view.camera.visible().contains(rect)
    assert desk.view.camera.scale > 1.0
    desk.selection.set([])
    desk.view.operations.fit_selection()
    assert desk.view.camera.visible().contains(desk.view.level.bounds)
