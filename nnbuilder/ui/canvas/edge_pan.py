"""Scrolls on while something is carried to the border of the canvas."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtWidgets import QGraphicsView

_BORDER = 28.0
_FASTEST = 22.0
_TICK_MS = 16


class EdgePan(QObject):
    """Pans the view the faster the nearer the mouse is to its border; `panned` is called after each step."""

    def __init__(self, view: QGraphicsView, panned: Callable[[], None]) -> None:
        super().__init__(view)
        self._view = view
        self._panned = panned
        self._speed = QPointF()
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether the view scrolls by itself."""
        return self._timer.isActive()

    def follow(self, at: QPointF) -> None:
        """The mouse is at a point of the viewport with something in its hand."""
        room = self._view.viewport().rect()
        self._speed = QPointF(_speed(at.x(), room.width()), _speed(at.y(), room.height()))
        if self._speed.isNull():
            self.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Nothing is carried any more."""
        self._timer.stop()

    def _tick(self) -> None:
        for bar, speed in (
            (self._view.horizontalScrollBar(), self._speed.x()),
            (self._view.verticalScrollBar(), self._speed.y()),
        ):
            bar.setValue(bar.value() + round(speed))
        self._panned()


def _speed(at: float, length: float) -> float:
    """Pixels a tick along one axis."""
    if at < _BORDER:
        return -_FASTEST * min((_BORDER - at) / _BORDER, 1.0)
    if at > length - _BORDER:
        return _FASTEST * min((at - length + _BORDER) / _BORDER, 1.0)
    return 0.0
