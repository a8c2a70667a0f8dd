"""One thing that a process of its own does while the window lives on: it answers, or it is cancelled."""

from PySide6.QtCore import QCoreApplication, QObject, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Failed, Heartbeat, Request
from nnbuilder.protocol.mistakes import LoopsAdvanced
from nnbuilder.protocol.tasks import Exporting
from nnbuilder.session.process_channel import ProcessChannel

LOST = "The process that did this ended before it was done."


class Task(QObject):
    """Asks a fresh process for one thing; `answered` brings its event, `failed` one sentence.

    `doing` says meanwhile what it is at, `advanced` brings what there is so far. None of them comes after
    `cancel`. `failure` is what its process
    said of the last failure; None where the process was lost.
    """

    doing = Signal(str)
    advanced = Signal(object)
    answered = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channel: ProcessChannel | None = None
        self.failure: Failed | None = None
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.cancel)

    @property
    def active(self) -> bool:
        """Whether it is being done."""
        return self._channel is not None

    @property
    def pid(self) -> int:
        """The process that does it, 0 without one."""
        return self._channel.pid if self._channel else 0

    def start(self, request: Request) -> None:
        """Starts a process and asks it; what was going on before is cancelled."""
        self.cancel()
        self.failure = None
        channel = ProcessChannel(self)
        channel.received.connect(self._hear)
        channel.closed.connect(self._closed)
        self._channel = channel
        channel.start(["--task"])
        channel.send(request)

    def cancel(self) -> None:
        """Ends the process at once, without an answer."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            channel.received.disconnect(self._hear)
            channel.closed.disconnect(self._closed)
            channel.close()
            channel.deleteLater()

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

    def _closed(self, why: str) -> None:
        self.cancel()
        self.failed.emit(f"{LOST} {why}".strip())
