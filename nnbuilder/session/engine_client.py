"""The warm engine as a process: started, listened to, restarted when it dies, ended with the window."""

import contextlib
import socket
import sys
import time

from PySide6.QtCore import QObject, QTimer

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import (
    PROTOCOL,
    Analyze,
    Analyzed,
    DataLoaded,
    Event,
    Failed,
    Heartbeat,
    LoadData,
    Probing,
    Ready,
    Request,
    StartRun,
)
from nnbuilder.session.channel import Channel
from nnbuilder.session.engine import Engine
from nnbuilder.session.process_channel import ENGINE, ProcessChannel
from nnbuilder.session.socket_channel import SocketChannel
from nnbuilder.session.watchdog import LIMIT_S, Watchdog

FORKS = sys.platform == "linux"
"""Whether runs are forks of the warm engine; elsewhere a spare process is kept warm for the next one."""

CRASHES = 3
CRASH_WINDOW_S = 30.0
BACKOFF_MS = (200, 1000)
"""Waits before a restart; the third crash within `CRASH_WINDOW_S` seconds ends the attempts."""

START_LIMIT_S = 90.0
WORK_LIMIT_S = 120.0
"""Silences after which a starting or a working engine is given up; `LIMIT_S` for an idle or probing one."""

_START = "StartRun"
"""A run that is being started: the engine may load its data first, and then any word of it is the answer."""

BACKLOG_LIMIT = 64 * 2**20
"""Bytes waiting for an engine that does not read."""


class EngineClient(Engine):
    """Runs `python -m nnbuilder.engine` and speaks with it."""

    def __init__(self, parent: QObject | None = None, *, forks: bool = FORKS, module: str = ENGINE) -> None:
        super().__init__(parent)
        self._module = module
        self._forks = forks
        self._channel: ProcessChannel | None = None
        self._spare: ProcessChannel | None = None
        self._control: socket.socket | None = None
        self._open: dict[str, int] = {}
        self._probing = False
        self._working = False
        self._crashes: list[float] = []
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._launch)
        self._watchdog = Watchdog(self)
        self._watchdog.responding_changed.connect(self.responding_changed)
        self._watchdog.ticked.connect(self._ticked)

    @property
    def responding(self) -> bool:
        return self._watchdog.responding

    @property
    def log(self) -> str:
        return self._channel.log if self._channel else ""

    @property
    def pid(self) -> int:
        """The process id of the warm engine, 0 where none runs."""
        return self._channel.pid if self._channel else 0

    def start(self) -> None:
        if self._state == "stopped":
            self._crashes.clear()
            self._launch()

    def restart(self) -> None:
        self._drop()
        self._crashes.clear()
        self._launch()

    def send(self, request: Request) -> None:
        if self._channel is None:
            return
        if isinstance(request, Analyze | LoadData):
            self._open[type(request).__name__] = request.request_id
        self._channel.send(request)
        self._show_work()

    def open_run(self, request: StartRun) -> Channel:
        if self._forks and self._channel is not None and self._control is not None:
            return self._fork_run(request)
        channel = self._take_spare()
        channel.send(request)
        return channel

    def shutdown(self) -> None:
        self._again.stop()
        self._watchdog.stop()
        for channel in (self._channel, self._spare):
            if channel is not None:
                channel.finish()
                channel.deleteLater()
        self._channel = self._spare = None
        self._close_control()
        self._set_state("stopped")

    def _launch(self) -> None:
        channel = ProcessChannel(self, module=self._module)
        channel.received.connect(self._received)
        channel.closed.connect(self._lost)
        self._channel = channel
        self._open.clear()
        self._probing = self._working = False
        self._set_state("starting")
        self._watchdog.start()
        if self._forks:
            self._control, far = socket.socketpair()
            channel.start(["--control-fd", str(far.fileno())], inherit=far)
        else:
            channel.start()

    def _fork_run(self, request: StartRun) -> Channel:
        """Sends the run's ends of a line and of a life line beside the request."""
        line, far_line = socket.socketpair()
        life, far_life = socket.socketpair()
        with far_line, far_life, contextlib.suppress(OSError):  # a dead engine shows as the line's end
            if self._control is not None:
                socket.send_fds(self._control, [b"r"], [far_line.fileno(), far_life.fileno()])
        self._open[_START] = 0
        self.send(request)
        return SocketChannel(line, life, self)

    def _take_spare(self) -> ProcessChannel:
        channel, self._spare = self._spare or self._new_spare(), None
        QTimer.singleShot(0, self, self._keep_spare)
        return channel

    def _new_spare(self) -> ProcessChannel:
        channel = ProcessChannel(self, module=self._module)
        channel.start(["--run"])
        return channel

    def _keep_spare(self) -> None:
        if not self._forks and self._spare is None and self._state != "stopped":
            self._spare = self._new_spare()

    def _received(self, message: Event, arrays: Arrays) -> None:
        self._watchdog.feed()
        self._probing = isinstance(message, Probing)
        self._working = isinstance(message, Heartbeat) and message.working
        if not self._working:
            self._answered(_START, 0)
        if isinstance(message, Ready):
            if not self._greet(message):
                return
        elif isinstance(message, Analyzed) and message.final:
            self._answered("Analyze", message.request_id)
        elif isinstance(message, DataLoaded):
            self._answered("LoadData", message.request_id)
        elif isinstance(message, Failed) and message.request_id is not None:
            self._answered("Analyze", message.request_id)
            self._answered("LoadData", message.request_id)
        self.received.emit(message, arrays)

    def _greet(self, ready: Ready) -> bool:
        if ready.protocol != PROTOCOL:
            self._drop()
            self.message = (
                f"The engine speaks protocol {ready.protocol} and not {PROTOCOL}: reinstall NNBuilder."
            )
            self._set_state("stopped")
            return False
        self.versions, self.devices, self.message = dict(ready.versions), ready.devices, ""
        self.missing = dict(ready.missing)
        self._set_state("ready")
        self._show_work()
        self._keep_spare()
        return True

    def _answered(self, kind: str, request_id: int) -> None:
        if self._open.get(kind) == request_id:
            del self._open[kind]
            self._show_work()

    def _show_work(self) -> None:
        if self._state in {"ready", "busy"}:
            self._set_state("busy" if self._open else "ready")

    def _ticked(self, silence: float) -> None:
        """Gives up an engine that is silent for longer than what it does explains."""
        limit = WORK_LIMIT_S if self._open or self._working else LIMIT_S
        if self._state == "starting":
            limit = START_LIMIT_S
        elif self._probing:
            limit = LIMIT_S
        backlog = self._channel.backlog if self._channel else 0
        if silence >= limit or backlog > BACKLOG_LIMIT:
            self._lost("It did not answer any more.")

    def _lost(self, why: str) -> None:
        self._drop()
        now = time.monotonic()
        self._crashes = [then for then in self._crashes if now - then < CRASH_WINDOW_S] + [now]
        if len(self._crashes) >= CRASHES:
            self.message = f"The engine ended {CRASHES} times within {CRASH_WINDOW_S:g} seconds. {why}"
            self._set_state("stopped")
            return
        self.message = f"The engine was lost and starts again. {why}"
        self._set_state("lost")
        self._again.start(BACKOFF_MS[len(self._crashes) - 1])

    def _drop(self) -> None:
        """Forgets the process, ending it if it lives."""
        self._again.stop()
        self._watchdog.stop()
        if self._channel is not None:
            self._channel.close()
            self._channel.deleteLater()
            self._channel = None
        self._close_control()

    def _close_control(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
