"""Notices that a process has gone silent."""

from PySide6.QtCore import QObject, QTimer, Signal

TICK_MS = 500

LIMIT_S = 5.0
"""How long a process may be silent before it counts as not responding."""


class Watchdog(QObject):
    """Counts the ticks since the last word of a process.

    It counts ticks and not time: a window that was itself held up must not blame the other side.
    """

    responding_changed = Signal(bool)
    ticked = Signal(float)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._quiet = 0
        self._responding = True
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def responding(self) -> bool:
        """Whether something was heard lately."""
        return self._responding

    def start(self) -> None:
        """Begins to listen."""
        self.feed()
        self._timer.start()

    def stop(self) -> None:
        """Listens no more."""
        self._timer.stop()
        self.feed()

    def feed(self) -> None:
        """Something was heard."""
        self._quiet = 0
        self._set(responding=True)

    def _tick(self) -> None:
        self._quiet += 1
        silence = self._quiet * TICK_MS / 1000
        if silence >= LIMIT_S:
            self._set(responding=False)
        self.ticked.emit(silence)

    def _set(self, *, responding: bool) -> None:
        if responding != self._responding:
            self._responding = responding
            self.responding_changed.emit(responding)
