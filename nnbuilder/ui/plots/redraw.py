"""Redraws a view when something changed, at most so often, and never while it is hidden."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

FRAME_MS = 33
"""Time between two redraws: 30 Hz."""


class Redraw(QObject):
    """Calls `draw` some time after `touch`, when `widget` is visible; otherwise once it is shown."""

    def __init__(self, widget: QWidget, draw: Callable[[], None], interval: int = FRAME_MS) -> None:
        super().__init__(widget)
        self._widget = widget
        self._draw = draw
        self._interval = interval
        self._dirty = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._due)
        widget.installEventFilter(self)

    @property
    def dirty(self) -> bool:
        """Whether something changed since the last redraw."""
        return self._dirty

    def touch(self) -> None:
        """Says that something changed."""
        self._dirty = True
        if self._widget.isVisible() and not self._timer.isActive():
            self._timer.start(self._interval)

    def now(self) -> None:
        """Redraws at once where the view is visible: the user waits for it."""
        self._dirty = True
        self._due()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and self._dirty:
            self._timer.start(0)
        elif event.type() == QEvent.Type.Hide:
            self._timer.stop()
        elif event.type() == QEvent.Type.Resize:
            self.touch()
        return False

    def _due(self) -> None:
        if self._dirty and self._widget.isVisible():
            self._dirty = False
            self._draw()
