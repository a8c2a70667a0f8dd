"""One thing that a process of its own does while the window lives on: it answers, or it is cancelled."""

from PySide6.QtCore import QCoreApplication, QObject, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Failed, Heartbeat, Request
from nnbuilder.protocol.mistakes import LoopsAdvanced
from nnbuilder.protocol.tasks import Exporting
from nnbuilder.session.own_process import OwnProcess

LOST = "The process that did this ended before it was done."


class Task(QObject):
    """Asks a fresh process for one thing; `answered` brings its event, `failed` one sentence.

    `doing` says meanwhile what it is at, `advanced` brings what there is so far. None of them comes after
    `cancel`. `failure` is what its process said of the last failure; None where the process was lost.
    """

    doing = Signal(str)
    advanced = Signal(object)
    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = OwnProcess(self)
        self._process.received.connect(self._hear)
        self._process.lost.connect(self._lost)
        self.failure: Failed | None = None
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cancel)

    @property
    def active(self) -> bool:
        """Whether it is being done."""
        return self._process.alive

    @property
    def pid(self) -> int:
        """The process that does it, 0 without one."""
        return self._process.pid

    def start(self, request: Request) -> None:
        """Starts a process and asks it; what was going on before is cancelled."""
        self.cancel()
        self.failure = None
        self._process.send(request)

    def cancel(self) -> None:
        """Ends the process at once, without an answer."""
        self._process.close()

    def _hear(self, message: Event, _arrays: Arrays) -> None:
        if isinstance(message, Heartbeat):
            return
        if isinstance(message, Exporting):
            self.doing.emit(message.doing)
            return
        if isinstance(message, LoopsAdvanced):
            self.advanced.emit(message)
            return
        self.cancel()
        if isinstance(message, Failed):
            self.failure = message
            self.failed.emit(message.message)
        else:
            self.answered.emit(message)

    def _lost(self, why: str) -> None:
        self.failed.emit(f"{LOST} {why}".strip())
