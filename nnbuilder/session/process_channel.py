"""A channel over the standard streams of a process that the window starts itself."""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

import nnbuilder
from nnbuilder.protocol.codec import FrameError, encode_frame, event_reader
from nnbuilder.protocol.messages import Request, Shutdown
from nnbuilder.session.channel import Channel

ENGINE = "nnbuilder.engine"
"""The module that is the engine's program."""

ASK_MS = 500
"""How long a process may take to leave when asked."""

TERMINATE_MS = 1000
"""How long it may take to leave when terminated."""

LOG_BYTES = 64 * 1024
"""How much of its error output is kept."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class ProcessChannel(Channel):
    """Starts `python -m nnbuilder.engine` and speaks with it; `log` is the end of its error output."""

    def __init__(self, parent: QObject | None = None, *, module: str = ENGINE) -> None:
        super().__init__(parent)
        self._module = module
        self._reader = event_reader()
        self._log = bytearray()
        self._expected = False
        process = QProcess(self)
        process.setProcessEnvironment(_environment())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_log)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._process = process

    def start(self, arguments: Sequence[str] = (), inherit: socket.socket | None = None) -> None:
        """Starts the process; it inherits one end of a socket pair, whose number must be in `arguments`."""
        if inherit is not None:
            inherit.set_inheritable(True)
        parent = ["--parent", str(os.getpid())]
        self._process.start(sys.executable, ["-P", "-m", self._module, *parent, *arguments])
        if inherit is not None:
            inherit.close()

    @property
    def pid(self) -> int:
        return self._process.processId()

    @property
    def backlog(self) -> int:
        """Bytes that the process has not taken yet."""
        return self._process.bytesToWrite()

    @property
    def log(self) -> str:
        """The last of what the process wrote to its error output."""
        return self._log.decode(errors="replace")

    def send(self, request: Request) -> None:
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.write(encode_frame(request))

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self._expected = True
        if self._process.state() != QProcess.ProcessState.NotRunning:
            self._process.kill()
            self._process.waitForFinished(TERMINATE_MS)

    def finish(self) -> None:
        self._expected = True
        if self._process.state() == QProcess.ProcessState.NotRunning:
            return
        self.send(Shutdown())
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(ASK_MS):
            self._process.terminate()
            if not self._process.waitForFinished(TERMINATE_MS):
                self.close()

    def _read(self) -> None:
        if self._expected:
            self._process.readAllStandardOutput()
            return
        try:
            for message, arrays in self._reader.feed(bytes(self._process.readAllStandardOutput().data())):
                self.received.emit(message, arrays)
        except FrameError as error:
            self._end(str(error))
            self.close()

    def _read_log(self) -> None:
        self._log += self._process.readAllStandardError().data()
        del self._log[:-LOG_BYTES]

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._read_log()
        if status == QProcess.ExitStatus.CrashExit:
            self._end("It was ended by a signal: it crashed, or memory ran out.")
        else:
            self._end(f"It ended with code {code}.")

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._end(f"It could not be started: {self._process.errorString()}.")

    def _end(self, why: str) -> None:
        if not self._expected:
            self._expected = True
            self.closed.emit(why)


def _environment() -> QProcessEnvironment:
    """One thread per library (a fork needs a process without any), and this very copy of the package."""
    environment = QProcessEnvironment.systemEnvironment()
    for name in THREADS:
        environment.insert(name, "1")
    environment.insert("PYTHONUNBUFFERED", "1")
    home = str(Path(nnbuilder.__file__).parents[1])
    paths = [home, *filter(None, environment.value("PYTHONPATH").split(os.pathsep))]
    environment.insert("PYTHONPATH", os.pathsep.join(dict.fromkeys(paths)))
    return environment
