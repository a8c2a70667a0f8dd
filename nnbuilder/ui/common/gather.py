"""Collects text that takes a while to make, without keeping the window from anything else."""

import time
from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, QTimer

SLICE_S = 0.008
"""How long one slice takes at most, but for the block that it ends with."""


class Gathering(QObject):
    """Takes blocks of text in slices, one each turn of the event loop, and hands over the whole."""

    def __init__(self, blocks: Iterator[str], then: Callable[[str], object], parent: QObject) -> None:
        super().__init__(parent)
        self._blocks = blocks
        self._then = then
        self._parts: list[str] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.go_on)

    def go_on(self) -> bool:
        """Does one slice; whether the whole was handed over."""
        end = time.perf_counter() + SLICE_S
        for block in self._blocks:
            self._parts.append(block)
            if time.perf_counter() > end:
                self._timer.start()
                return False
        self._timer.stop()
        self._then("".join(self._parts))
        self.deleteLater()
        return True


def gather(blocks: Iterable[str], then: Callable[[str], object], parent: QObject) -> Gathering | None:
    """Collects blocks and hands them over together; at once where that is quick, and then answers None."""
    gathering = Gathering(iter(blocks), then, parent)
    return None if gathering.go_on() else gathering
