"""Lets Ctrl+C and the system's request to end stop a training between two steps, with a checkpoint."""

import signal
from types import FrameType, TracebackType
from typing import Any, Self

from nnbuilder.cli.failure import Terminated
from nnbuilder.protocol.messages import Control


class Signals:
    """The controls of a training that only signals steer; where it would pause, it stops.

    A context manager: outside it signals do what they did before. A second signal interrupts at once.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is signal.SIG_IGN:
                continue  # a shell's word for a job in the background
            try:
                self._before[number] = signal.signal(number, self._note)
            except ValueError:  # not the main thread
                break
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def poll(self, timeout: float) -> Control | None:
        """A stop once a signal came, or when the training waits for somebody."""
        return Control("", "stop") if self.received is not None or timeout > 0 else None

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if self.received is not None:
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated
        self.received = number
