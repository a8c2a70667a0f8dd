"""From wheel, touchpad and pinch to the camera: everything zooms about the point under the hand."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QGraphicsView, QPinchGesture

from nnbuilder.ui.canvas.camera import Camera

_PER_TICK = 1.0015
"""Zoom for each eighth of a degree that a wheel turns."""

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class Zooming:
    """Zooms with a wheel or a pinch; two fingers on a touchpad pan, and zoom with Ctrl."""

    def __init__(self, view: QGraphicsView, camera: Camera) -> None:
        self._view = view
        self._camera = camera
        view.viewport().grabGesture(Qt.GestureType.PinchGesture)

    def wheel(self, event: QWheelEvent) -> None:
        """A wheel turned, or fingers moved over a touchpad."""
        turned = event.angleDelta()
        fingers = (
            event.device().type() == QInputDevice.DeviceType.TouchPad and not event.pixelDelta().isNull()
        )
        if fingers and not event.modifiers() & _CONTROL:
            self._pan(event.pixelDelta())
        elif event.modifiers() & _SHIFT:
            self._pan(QPoint(turned.y() or turned.x(), 0) / 2)
        else:
            self._camera.zoom(_PER_TICK ** (turned.y() or turned.x()), event.position())
        event.accept()

    def gesture(self, event: QEvent) -> bool:
        """A pinch on a touchpad or a touch screen; whether it was one."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
                return False
            self._camera.zoom(1.0 + event.value(), event.position())
            return True
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                spot = self._view.viewport().mapFromGlobal(pinch.centerPoint().toPoint())
                self._camera.zoom(pinch.scaleFactor(), QPointF(spot))
                return True
        return False

    def _pan(self, by: QPoint) -> None:
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - by.x())
        down.setValue(down.value() - by.y())
