"""The microscope's process within the process of the tests, which need not wait for one to start."""

from collections import deque

from PySide6.QtCore import QObject, QTimer

from nnbuilder.engine.failure import failed
from nnbuilder.engine.microscope.look import Scope
from nnbuilder.engine.microscope.serve import due
from nnbuilder.protocol.messages import Request
from nnbuilder.session.channel import Channel


class Near(Channel):
    """Answers what the microscope's own process would, once the window has time."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.scope = Scope()
        self.waiting: deque[Request] = deque()

    def send(self, request: Request) -> None:
        """Looks a moment later."""
        self.waiting.append(request)
        QTimer.singleShot(0, self, self._answer)

    def _answer(self) -> None:
        for look in due(self.waiting):
            try:
                answer, arrays = self.scope.look(look)
            except Exception as error:  # noqa: BLE001  (as the process does)
                self.received.emit(failed(error, request_id=look.request_id), ())
            else:
                self.received.emit(answer, arrays)

    def close(self) -> None:
        """Answers nothing more."""
        self.waiting.clear()

    terminate = kill = finish = close
