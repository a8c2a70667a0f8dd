"""Runs as forks of the warm engine: each starts with torch and the data already in memory."""

import contextlib
import fcntl
import os
import select
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.failure import died
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.run_process import base_of, ready, train
from nnbuilder.engine.sender import Sender
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.protocol.messages import Failed, StartRun

if TYPE_CHECKING:
    from nnbuilder.data.spec import DataProfile
    from nnbuilder.project.project import Project

WAIT_S = 5.0
"""How long the ends of a run's line may stay behind its request."""

Line = tuple[socket.socket, socket.socket]


class Forks:
    """Starts runs and tells how they ended.

    Beside each `StartRun`, two sockets come over `control`: the run's line to the window, and its life line
    (see `die_with_line`). A fork copies one thread only, so this process must not have others.
    """

    def __init__(self, control: socket.socket) -> None:
        control.settimeout(WAIT_S)
        self._control = control
        self._children: dict[int, tuple[str, Project, DataProfile]] = {}
        self.wakeup, self._wake = os.pipe()
        for end in (self.wakeup, self._wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda _signal, _frame: None)
        signal.set_wakeup_fd(self._wake, warn_on_full_buffer=False)

    def start(self, request: StartRun) -> None:
        """Forks a run; raises `DataError` where its data cannot be loaded."""
        line, life = self._receive()
        with line, life:
            prepared = load(request.project.data, request.project.training.seed, base_of(request))
            child = os.fork()
            if child == 0:
                self._become_run(request, prepared, line, life)
            self._children[child] = (request.run_id, request.project, prepared.profile)

    def reap(self) -> list[Failed]:
        """What is to be told of runs whose processes have ended since the last call."""
        with contextlib.suppress(BlockingIOError):
            os.read(self.wakeup, 4096)
        ended = []
        for child, (run_id, project, profile) in list(self._children.items()):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                del self._children[child]
                ended.append(died(run_id, os.waitstatus_to_exitcode(status), project, profile))
        return [failure for failure in ended if failure is not None]

    def _receive(self) -> Line:
        _, ends, _, _ = socket.recv_fds(self._control, 1, 2)
        if len(ends) != 2:
            for end in ends:
                os.close(end)
            raise NNBuilderError("The line of a run did not come with its request.")
        return socket.socket(fileno=ends[0]), socket.socket(fileno=ends[1])

    def _become_run(
        self, request: StartRun, prepared: Prepared, line: socket.socket, life: socket.socket
    ) -> NoReturn:
        """Lets go of all that belongs to the engine, trains, and leaves without returning to its loop."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_line(life)
            self._let_go(keep={line.fileno(), life.fileno()})
            send = Sender(line.fileno())
            send(ready())
            train(request, prepared, Inbox(line), send)
            code = 0
        finally:
            os._exit(code)

    def _let_go(self, keep: set[int]) -> None:
        """Closes the engine's pipes, so that their ends mean what they say; standard error stays."""
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1):
            os.dup2(nothing, standard)
        for end in _sockets_and_pipes():
            if end > 2 and end not in keep:
                os.close(end)


def die_with_line(life: socket.socket) -> None:
    """Makes the kernel end this process when the far end of `life` closes, whatever the process is doing.

    Nothing is ever sent over that line: the first thing to happen on it is its end, and the signal that the
    kernel then sends is left at its default, which ends the process.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([life], [], [], 0)[0]:
        os._exit(0)


def _sockets_and_pipes() -> list[int]:
    """Descriptors of this process that lead to another; where there is no /proc, none are known."""
    found = []
    with contextlib.suppress(OSError):
        for entry in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                if str(entry.readlink()).startswith(("socket:", "pipe:")):
                    found.append(int(entry.name))
    return found
