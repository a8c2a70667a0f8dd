"""Python's cyclic garbage collector on the window's thread only, at moments of our choosing."""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 1000
YOUNG = 700
MIDDLE = 10


class GarbageCollector(QObject):
    """Switches automatic collection off and collects the young generations by a timer.

    A collection that starts by itself in another thread would destroy Qt objects there, which crashes. The
    oldest generation costs 100 ms and more: `collect_all` is for moments at which nobody waits.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        """Takes over from Python; everything loaded so far is left out of later collections."""
        gc.disable()
        gc.collect()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Gives collection back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    def collect_all(self) -> None:
        """Collects all generations."""
        gc.collect()

    def _collect(self) -> None:
        young, middle, _ = gc.get_count()
        if young > YOUNG:
            gc.collect(1 if middle >= MIDDLE else 0)
