"""A channel over a socket, to the run process that the warm engine forks."""

import contextlib
import os
import select
import signal
import socket
import time

from PySide6.QtCore import QObject, QSocketNotifier

from nnbuilder.protocol.codec import FrameError, encode_frame, event_reader
from nnbuilder.protocol.messages import Ready, Request, Shutdown
from nnbuilder.session.channel import Channel
from nnbuilder.session.process_channel import ASK_MS, TERMINATE_MS

CHUNK = 2**18
"""How many bytes one turn of the event loop reads at most: a flood must not starve the window."""


class SocketChannel(Channel):
    """Speaks over `line`; the far end of `life` is the run's, which the kernel ends when `life` closes."""

    def __init__(self, line: socket.socket, life: socket.socket, parent: QObject | None = None) -> None:
        super().__init__(parent)
        line.setblocking(False)
        self._line = line
        self._life = life
        self._reader = event_reader()
        self._pid: int | None = None
        self._out = bytearray()
        self._readable = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read, self)
        self._readable.activated.connect(self._read)
        self._writable = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Write, self)
        self._writable.setEnabled(False)
        self._writable.activated.connect(self._write)

    @property
    def pid(self) -> int:
        return self._pid or 0

    def send(self, request: Request) -> None:
        self._out += encode_frame(request)
        self._write()

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        self._readable.setEnabled(False)
        self._writable.setEnabled(False)
        self._line.close()
        self._life.close()
        self._pid = None

    def finish(self) -> None:
        if self._line.fileno() >= 0:
            self.send(Shutdown())
            if not self._ends_within(ASK_MS):
                self.terminate()
                if not self._ends_within(TERMINATE_MS):
                    self.kill()
        self.close()

    def _ends_within(self, milliseconds: int) -> bool:
        """Waits for the end of the stream, throwing away what still comes."""
        deadline = time.monotonic() + milliseconds / 1000
        while (left := deadline - time.monotonic()) > 0:
            ready, _, _ = select.select([self._line], [], [], left)
            with contextlib.suppress(BlockingIOError):
                if ready and not self._receive():
                    return True
        return False

    def _signal(self, number: signal.Signals) -> None:
        """Signals the process while its end of the line is open, so that the pid is still its own."""
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, number)

    def _receive(self) -> bytes:
        try:
            return self._line.recv(CHUNK)
        except ConnectionError:
            return b""

    def _read(self) -> None:
        try:
            data = self._receive()
        except BlockingIOError:
            return
        if not data:
            self._end("")
            return
        try:
            for message, arrays in self._reader.feed(data):
                if isinstance(message, Ready):
                    self._pid = message.pid
                self.received.emit(message, arrays)
        except FrameError as error:
            self.kill()
            self._end(str(error))

    def _write(self) -> None:
        if self._line.fileno() < 0:
            return
        try:
            while self._out:
                del self._out[: self._line.send(self._out)]
        except BlockingIOError:
            pass
        except OSError:
            self._out.clear()  # the end of the stream tells the rest
        self._writable.setEnabled(bool(self._out))

    def _end(self, why: str) -> None:
        if self._line.fileno() >= 0:
            self.close()
            self.closed.emit(why)
