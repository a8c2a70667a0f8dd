"""The process of one run: trains, and listens to the window between the steps."""

import os
import signal
from pathlib import Path
from types import FrameType

from nnbuilder.data.load import load
from nnbuilder.data.prepare import Prepared
from nnbuilder.engine.compiled.obstacles import missing_steps
from nnbuilder.engine.failure import run_failed
from nnbuilder.engine.faults.shortage import demand_room
from nnbuilder.engine.inbox import Inbox
from nnbuilder.engine.memory.room import free_memory
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.sender import BEAT_S, Sender
from nnbuilder.engine.visit import serve_visits
from nnbuilder.engine.warm import devices, missing_devices, versions
from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import PROTOCOL, Control, Ready, StartRun

STOP = Control("", "stop")


class WindowControls:
    """What the window says to a run; its silence for ever, or a termination, is a stop.

    Being asked for controls is also the moment for a heartbeat.
    """

    def __init__(self, inbox: Inbox, send: Sender) -> None:
        self._inbox = inbox
        self._send = send
        self._terminated = False
        signal.signal(signal.SIGTERM, self._terminate)

    def poll(self, timeout: float) -> Control | Watch | None:
        """The next word, waiting up to `timeout` seconds for it; None if there is none."""
        self._send.beat()
        if not self._terminated:
            self._inbox.wait(min(timeout, BEAT_S))
        if self._terminated or not (self._inbox.waiting or self._inbox.open):
            return STOP
        if not self._inbox.waiting:
            return None
        request = self._inbox.waiting.popleft()
        return request if isinstance(request, Control | Watch) else STOP

    def _terminate(self, number: int, frame: FrameType | None) -> None:
        self._terminated = True


def ready() -> Ready:
    """What a process says of itself when it is there to listen."""
    return Ready(PROTOCOL, os.getpid(), versions(), devices(), missing_devices() | missing_steps())


def train(request: StartRun, prepared: Prepared | None, inbox: Inbox, send: Sender) -> None:
    """Trains as requested; loads the data first where they were not handed over; tells what fails."""
    controls = WindowControls(inbox, send)
    room = free_memory(request.project.training.device)
    try:
        if prepared is None:
            prepared = load(request.project.data, request.project.training.seed, base_of(request))
        if request.visit:
            serve_visits(request, prepared, inbox, send)
            return
        demand_room(request.project, prepared)
        train_run(
            request.project,
            prepared,
            Path(request.folder),
            send,
            controls,
            Start(Path(request.checkpoint) if request.checkpoint else None, paused=request.paused),
            run_id=request.run_id,
        )
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  (the window must hear of it, whatever it is)
        send(run_failed(error, request.run_id, request.project, prepared, room))


def base_of(request: StartRun) -> Path | None:
    """The folder where relative data paths start."""
    return Path(request.base) if request.base else None


def serve_one(inbox: Inbox, send: Sender) -> None:
    """The life of a spare process: says that it is warm, waits for its run, trains, ends."""
    send(ready())
    while inbox.open or inbox.waiting:
        inbox.wait(BEAT_S)
        if inbox.waiting:
            request = inbox.waiting.popleft()
            if isinstance(request, StartRun):
                train(request, None, inbox, send)
            return
        send.beat()
