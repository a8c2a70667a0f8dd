"""A process of the engine that is there once it is needed, and again after it was lost."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import Event, Request
from nnbuilder.session.channel import Channel
from nnbuilder.session.process_channel import ProcessChannel

Opener = Callable[[QObject], Channel]
"""Starts a process and gives the line to it."""


class OwnProcess(QObject):
    """Passes requests on to a process that it starts when there is none; tests give another `opener`.

    `received` brings its events with their arrays, `lost` one sentence on how it ended by itself. Neither
    comes after `close`.
    """

    received = Signal(object, object)
    lost = Signal(str)

    def __init__(self, parent: QObject | None, mode: str = "--task", opener: Opener | None = None) -> None:
        super().__init__(parent)
        self._open = opener or (lambda owner: _started(owner, mode))
        self._channel: Channel | None = None

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._channel is not None

    @property
    def pid(self) -> int:
        """Its id, 0 without one."""
        return self._channel.pid if self._channel else 0

    def send(self, request: Request) -> None:
        """Asks the process, and starts one for that where there is none."""
        self._line().send(request)

    def start(self) -> None:
        """Starts the process where there is none, because it will soon be asked."""
        self._line()

    def close(self) -> None:
        """Ends the process at once; the next request starts another."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            channel.received.disconnect(self._hear)
            channel.closed.disconnect(self._closed)
            channel.close()
            channel.deleteLater()

    def _line(self) -> Channel:
        if self._channel is None:
            channel = self._open(self)
            channel.received.connect(self._hear)
            channel.closed.connect(self._closed)
            self._channel = channel
        return self._channel

    def _hear(self, message: Event, arrays: Arrays) -> None:
        self.received.emit(message, arrays)

    def _closed(self, why: str) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            channel.deleteLater()
        self.lost.emit(why)


def _started(owner: QObject, mode: str) -> Channel:
    channel = ProcessChannel(owner)
    channel.start([mode])
    return channel
