"""The line to the process of one run: listened to, watched, and in the end cut, by force if need be."""

from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Request
from nnbuilder.session.channel import Channel
from nnbuilder.session.watchdog import Watchdog

ASK_MS = 500
FORCE_MS = 2500
"""A stop: asked, terminated after `ASK_MS`, ended by force `FORCE_MS` after the press."""


class RunLine(QObject):
    """Holds at most one channel; `gone` comes when its process ended by itself or by force."""

    received = Signal(object, object)
    gone = Signal(str)
    responding_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._channel: Channel | None = None
        self._terminated = False
        self._ladder = QTimer(self)
        self._ladder.setSingleShot(True)
        self._ladder.timeout.connect(self._press_harder)
        self._watchdog = Watchdog(self)
        self._watchdog.responding_changed.connect(self.responding_changed)

    @property
    def pid(self) -> int:
        """The process id of the run, 0 while there is none."""
        return self._channel.pid if self._channel else 0

    @property
    def active(self) -> bool:
        """Whether there is a process, be it one that has not said anything yet."""
        return self._channel is not None

    @property
    def responding(self) -> bool:
        """Whether the process was heard of lately."""
        return self._watchdog.responding

    def open(self, channel: Channel) -> None:
        """Listens to a fresh process."""
        channel.received.connect(self._hear)
        channel.closed.connect(self._closed)
        self._channel = channel
        self._watchdog.start()

    def send(self, request: Request) -> None:
        """Says something to the process, if there is one."""
        if self._channel is not None:
            self._channel.send(request)

    def stop(self, request: Request) -> None:
        """Asks the process to stop, and sees to it that it does."""
        self.send(request)
        self._terminated = False
        self._ladder.start(ASK_MS)

    def finish(self) -> bool:
        """Ends the process and waits until it is gone; tells whether there was one."""
        if self._channel is None:
            return False
        self._channel.finish()
        self.hang_up()
        return True

    def hang_up(self) -> None:
        """Lets go of the process, which ends it where it did not end by itself."""
        self._ladder.stop()
        self._watchdog.stop()
        if self._channel is not None:
            self._channel.received.disconnect(self._hear)
            self._channel.closed.disconnect(self._closed)
            self._channel.close()
            self._channel.deleteLater()
            self._channel = None

    def _hear(self, message: Event, arrays: Arrays) -> None:
        self._watchdog.feed()
        self.received.emit(message, arrays)

    def _closed(self, why: str) -> None:
        self.hang_up()
        self.gone.emit(why)

    def _press_harder(self) -> None:
        """The next rung of the ladder that ends a run which does not stop."""
        if self._channel is None:
            return
        if not self._terminated:
            self._terminated = True
            self._channel.terminate()
            self._ladder.start(FORCE_MS - ASK_MS)
        else:
            self._channel.kill()
            self._closed("")
