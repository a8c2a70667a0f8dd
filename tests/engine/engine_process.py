"""A real engine for tests, spoken to over its pipes."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Self, TypeVar

from nnbuilder.protocol.codec import Arrays, encode_frame, event_reader
from nnbuilder.protocol.messages import Event, Request
from tests.patience import PATIENCE_S

E = TypeVar("E", bound=Event)

THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Ear:
    """Listens to one stream of events."""

    def __init__(self, fd: int) -> None:
        self.heard: list[Event] = []
        self.arrays: list[Arrays] = []
        self.ended = False
        self._fd = fd
        self._reader = event_reader()
        self._next = 0

    def wait_for(self, kind: type[E], fits: Callable[[E], bool] = lambda _event: True) -> E:
        """The next event of a type (that fits), skipping others."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            while self._next < len(self.heard):
                self._next += 1
                event = self.heard[self._next - 1]
                if isinstance(event, kind) and fits(event):
                    return event
            if self.ended:
                break
            self.listen(1.0)
        raise AssertionError(f"no {kind.__name__} came, but {[type(event).__name__ for event in self.heard]}")

    def hear_out(self) -> None:
        """Listens to the end of the stream."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.ended:
            assert time.monotonic() < deadline, "the stream goes on"
            self.listen(1.0)

    def listen(self, seconds: float) -> None:
        """Collects what comes."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return
        try:
            data = os.read(self._fd, 2**18)
        except ConnectionError:
            data = b""
        self.ended = not data
        for event, arrays in self._reader.feed(data):
            self.heard.append(event)
            self.arrays.append(arrays)


class EngineProcess:
    """Starts `python -m nnbuilder.engine`; use as a context manager, which ends it."""

    def __init__(self, *arguments: str) -> None:
        self.control, far = socket.socketpair()
        command = [sys.executable, "-m", "nnbuilder.engine", "--parent", str(os.getpid()), *arguments]
        if not arguments:
            command += ["--control-fd", str(far.fileno())]
        with far:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[far.fileno()],
                env=os.environ | THREADS,
            )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.input = self.process.stdin.fileno()
        self.ear = Ear(self.process.stdout.fileno())

    def __enter__(self) -> Self:
        """The engine, starting."""
        return self

    def __exit__(self, *_details: object) -> None:
        """Ends the process."""
        self.process.kill()
        self.process.communicate()
        self.control.close()

    def send(self, *requests: Request) -> None:
        """Says several things at once."""
        os.write(self.input, b"".join(map(encode_frame, requests)))

    def open_line(self) -> "RunLine":
        """Sends the ends of a run's line beside the request that must follow."""
        line, far_line = socket.socketpair()
        life, far_life = socket.socketpair()
        with far_line, far_life:
            socket.send_fds(self.control, [b"r"], [far_line.fileno(), far_life.fileno()])
        return RunLine(line, life)

    def ends(self) -> int:
        """Waits for the end; the exit code."""
        return self.process.wait(PATIENCE_S)


class RunLine:
    """The window's end of a run's line."""

    def __init__(self, line: socket.socket, life: socket.socket) -> None:
        self.line = line
        self.life = life
        self.ear = Ear(line.fileno())

    def send(self, request: Request) -> None:
        """Says something to the run."""
        self.line.sendall(encode_frame(request))

    def close(self) -> None:
        """Hangs up."""
        self.line.close()
        self.life.close()


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has fetched yet counts."""
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123  (also the name of a process may be odd)
            return stat.read().rpartition(")")[2].split()[0] in {"Z", "X"}
    except OSError:
        return True


def wait_until_gone(pid: int) -> None:
    """Waits until a process has ended."""
    deadline = time.monotonic() + PATIENCE_S
    while not gone(pid):
        assert time.monotonic() < deadline, f"process {pid} lives"
        time.sleep(0.005)
