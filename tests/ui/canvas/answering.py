"""A line to a process that is none: what is asked is worked out here, on the next turn of the event loop."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Request
from tests.fakes import FakeLine

Work = Callable[[Request], tuple[Event, Arrays]]


class Answering(FakeLine):
    """Answers as the process does."""

    def __init__(self, parent: QObject, work: Work) -> None:
        super().__init__(parent)
        self._work = work

    def send(self, request: Request) -> None:
        """Works it out, unless it was closed meanwhile."""
        super().send(request)
        QTimer.singleShot(0, self, lambda: self._answer(request))

    def _answer(self, request: Request) -> None:
        if not self.shut:
            self.received.emit(*self._work(request))
