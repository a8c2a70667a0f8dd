"""Several trainings at once, each in a process of its own, for whoever has no window to watch them from."""

import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from nnbuilder.protocol.live import Watch
from nnbuilder.protocol.messages import (
    Control,
    EpochEnded,
    Event,
    Failed,
    RunEnded,
    RunStarted,
    StartRun,
)

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_LOOK_S = 0.1
_END_S = 10.0
_TOLD = (RunStarted, EpochEnded, RunEnded, Failed)
_METHOD = "spawn" if sys.platform == "win32" else "forkserver"
_PRELOAD = ["nnbuilder.engine.run_loop", "sklearn.datasets", "sklearn.model_selection"]
"""What the process that all others are forked from imports, once."""

Heard = Callable[[int, Event], None]
"""Takes the place of a run in the list and what it says."""


def train_all(
    requests: Sequence[StartRun], at_once: int, heard: Heard, stopped: Callable[[], bool] = lambda: False
) -> None:
    """Trains all of them, at most `at_once` at a time, until done or until `stopped` says so.

    A process that dies without a word is told as a `Failed`. Who is stopped writes a checkpoint first.
    """
    context: Any = multiprocessing.get_context(_METHOD)
    if _METHOD == "forkserver":
        context.set_forkserver_preload(_PRELOAD)
    waiting = deque(enumerate(requests))
    at_work: dict[Connection, tuple[int, BaseProcess]] = {}
    asked = False
    try:
        while at_work or (waiting and not asked):
            if stopped() and not asked:
                asked = True
                _ask_to_stop(list(at_work))
            while waiting and len(at_work) < at_once and not asked:
                place, request = waiting.popleft()
                near, far = context.Pipe()
                process = context.Process(target=work, args=(request, far), daemon=True)
                process.start()
                far.close()
                at_work[near] = (place, process)
            for line in wait(list(at_work), timeout=_LOOK_S):
                if isinstance(line, Connection):
                    _listen(line, at_work, requests, heard)
    finally:
        for line, (_, process) in at_work.items():
            process.kill()
            line.close()


def work(request: StartRun, line: Connection) -> None:
    """The life of such a process: trains, tells what matters, ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is the first process's to answer
    controls = _Orders(line)
    from nnbuilder.data.load import load
    from nnbuilder.engine.failure import failed
    from nnbuilder.engine.run_loop import Start, train_run

    def tell(message: Event, arrays: Sequence[Any] = ()) -> None:
        if isinstance(message, _TOLD) and not len(arrays):
            controls.tell(message)

    try:
        base = Path(request.base) if request.base else None
        prepared = load(request.project.data, request.project.training.seed, base)
        folder = Path(request.folder)
        start = Start(runs=folder.parent)
        train_run(request.project, prepared, folder, tell, controls, start, run_id=request.run_id)
    except Exception as error:  # noqa: BLE001  (whoever ordered it must hear of it, whatever it is)
        tell(failed(error, run_id=request.run_id))


class _Orders:
    """Stops the training when asked, when nobody listens any more, and where it would wait for somebody."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._terminated = False
        signal.signal(signal.SIGTERM, self._terminate)

    def poll(self, timeout: float) -> Control | Watch | None:
        """The next word; nobody is there to end a wait."""
        stop = self._terminated or timeout > 0 or self._line.poll()
        return Control("", "stop") if stop else None

    def tell(self, message: Event) -> None:
        """Says something; where nobody is there any more, the training ends with a checkpoint."""
        try:
            self._line.send(message)
        except OSError:
            self._terminated = True

    def _terminate(self, _number: int, _frame: FrameType | None) -> None:
        self._terminated = True


def _ask_to_stop(lines: Sequence[Connection]) -> None:
    for line in lines:
        try:
            line.send("stop")
        except OSError:
            continue


def _listen(
    line: Connection,
    at_work: "dict[Connection, tuple[int, BaseProcess]]",
    requests: Sequence[StartRun],
    heard: Heard,
) -> None:
    """Hands on what one process says; its silence for ever is its end."""
    place, process = at_work[line]
    try:
        message = line.recv()
    except (EOFError, OSError):
        process.join(_END_S)
        del at_work[line]
        line.close()
        if process.exitcode:
            text = f"The training process ended with code {process.exitcode}."
            heard(place, Failed("environment", text, run_id=requests[place].run_id))
    else:
        heard(place, message)
