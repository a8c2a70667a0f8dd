"""Reads requests from a pipe or socket, waiting no longer than told."""

import os
import select
import socket
import sys
import threading
from collections import deque
from typing import TYPE_CHECKING, Protocol

from nnbuilder.protocol.codec import request_reader

if TYPE_CHECKING:
    from nnbuilder.protocol.messages import Request

CHUNK = 2**18


class Source(Protocol):
    """Where bytes come from: a socket, or a pipe made to look like one."""

    def fileno(self) -> int:
        """The descriptor to wait on."""

    def recv(self, size: int, /) -> bytes:
        """Some bytes, none at the end of the stream."""


class Pipe:
    """A pipe with a socket's manners."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._fd

    def recv(self, size: int) -> bytes:
        """Some bytes, none at the end of the stream."""
        return os.read(self._fd, size)


class Inbox:
    """Requests in the order in which they came; `open` turns False at the end of the stream.

    `also` are further descriptors that end a wait, for example one that tells of signals.
    """

    def __init__(self, source: Source, also: tuple[int, ...] = ()) -> None:
        self.open = True
        self.waiting: deque[Request] = deque()
        self._source = source
        self._also = also
        self._reader = request_reader()

    def wait(self, seconds: float) -> None:
        """Collects what there is, waiting for the first of it; raises `FrameError` on anything else."""
        own = self._source.fileno()
        timeout = 0.0 if self.waiting else seconds
        while own in select.select([own, *self._also] if self.open else self._also, [], [], timeout)[0]:
            self._read()
            timeout = 0.0

    def _read(self) -> None:
        try:
            data = self._source.recv(CHUNK)
        except ConnectionError:
            data = b""
        if not data:
            self.open = False
        self.waiting.extend(message for message, _ in self._reader.feed(data))


def standard_input() -> Source:
    """This process's standard input as something to wait on."""
    if sys.platform != "win32":
        return Pipe(0)
    near, far = socket.socketpair()  # Windows waits on sockets only
    threading.Thread(target=_pump, args=(far,), daemon=True).start()
    return near


def _pump(target: socket.socket) -> None:
    with target:
        while data := os.read(0, CHUNK):
            target.sendall(data)
