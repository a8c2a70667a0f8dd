"""Panning: the drawing follows the mouse."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QGraphicsView

from nnbuilder.ui.canvas.gestures.base import Gesture, Modifiers


class PanGesture(Gesture):
    """Scrolls the view with the mouse; works in the view's pixels, because the scene moves below it."""

    cursor = Qt.CursorShape.ClosedHandCursor
    carries = False

    def __init__(self, view: QGraphicsView, start: QPointF) -> None:
        self._view = view
        self._last = view.mapFromScene(start)
        self._first = QPoint(view.horizontalScrollBar().value(), view.verticalScrollBar().value())

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        here = self._view.mapFromScene(point)
        away = here - self._last
        self._last = here
        across, down = self._view.horizontalScrollBar(), self._view.verticalScrollBar()
        across.setValue(across.value() - away.x())
        down.setValue(down.value() - away.y())

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)

    def cancel(self) -> None:
        self._view.horizontalScrollBar().setValue(self._first.x())
        self._view.verticalScrollBar().setValue(self._first.y())
