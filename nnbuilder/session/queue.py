"""Several trainings at once and more that wait: each is a process of its own, with a line of its own."""

import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import (
    Control,
    EpochEnded,
    Event,
    Failed,
    Progress,
    RunEnded,
    RunStarted,
    RunState,
    StartRun,
)
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.session.engine import Engine
from nnbuilder.session.run_line import RunLine

JobState = Literal["waiting", "starting", "running", "stopping", "finished", "stopped", "failed", "lost"]

AT_WORK: frozenset[JobState] = frozenset({"starting", "running", "stopping"})

WORD_MS = 600
"""How long a process that vanished may wait for the engine's word on why."""


class Job(QObject):
    """One training of the queue: how it stands, and the last and the best of its epochs."""

    changed = Signal()

    def __init__(self, request: StartRun, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.request = request
        self.state: JobState = "waiting"
        self.message = ""
        self.metric = ""
        self.step = 0
        self.seconds = 0.0
        self.sha256 = ""
        self.epochs = 0
        self.last: EpochRow | None = None
        self.best: EpochRow | None = None
        self._engine = engine
        self._word = QTimer(self)
        self._word.setSingleShot(True)
        self._word.timeout.connect(lambda: self._end("lost"))
        self._line = RunLine(self)
        self._line.received.connect(self._received)
        self._line.gone.connect(self._gone)

    @property
    def run_id(self) -> str:
        """The name of its run."""
        return self.request.run_id

    @property
    def folder(self) -> Path:
        """The folder of its run."""
        return Path(self.request.folder)

    @property
    def pid(self) -> int:
        """The process that is at work on it, 0 while there is none."""
        return self._line.pid

    @property
    def share(self) -> float:
        """How much of its epochs is done, between 0 and 1."""
        epochs = max(1, self.request.project.training.epochs)
        return 1.0 if self.state == "finished" else min(1.0, self.epochs / epochs)

    @property
    def over(self) -> bool:
        """Whether nothing will come of it any more."""
        return self.state != "waiting" and self.state not in AT_WORK

    def start(self) -> None:
        """Gives it a process."""
        self.state = "starting"
        self._line.open(self._engine.open_run(self.request))
        self.changed.emit()

    def cancel(self) -> None:
        """Ends it; one that is at work writes a checkpoint first."""
        if self.state == "waiting":
            self._end("stopped")
        elif self.state in {"starting", "running"}:
            self.state = "stopping"
            self._line.stop(Control(self.run_id, "stop"))
            self.changed.emit()

    def shutdown(self) -> None:
        """Ends it and waits for its process to be gone."""
        self._word.stop()
        if self._line.finish() or not self.over:
            self.state = "stopped"

    def moved(self, runs: Path) -> None:
        """Notes that all runs now lie in another folder."""
        self.request = msgspec.structs.replace(self.request, folder=str(runs / self.folder.name))

    def hear_engine(self, failure: Failed) -> None:
        """The engine's word: it could not be started, or its process died."""
        if self.over:
            return
        self.message = self.message or failure.message
        if self._word.isActive():
            self._end("lost")
        elif not self._line.pid:
            self._line.hang_up()
            self._end("failed")

    def _received(self, message: Event, _arrays: Arrays) -> None:
        match message:
            case RunStarted():
                self.metric = message.metric
                if self.state == "starting":
                    self.state = "running"
            case EpochEnded():
                self._take_epoch(_row(message))
            case Progress():
                self.step = message.step
                return
            case Failed():
                self.message = message.message
            case RunState() if message.state == "paused" and self.state != "stopping":
                self._line.stop(Control(self.run_id, "stop"))  # nobody is there to say how it is to go on
                self.state = "stopping"
            case RunEnded():
                self.step, self.seconds, self.sha256 = message.step, message.seconds, message.weights_sha256
                self._line.hang_up()
                self._end("failed" if self.message else message.reason)
                return
            case _:
                return
        self.changed.emit()

    def _take_epoch(self, row: EpochRow) -> None:
        self.epochs, self.last = row.epoch, row
        if self.best is None or _rank(row) < _rank(self.best):
            self.best = row

    def _gone(self, why: str) -> None:
        if self.state == "stopping" and not self.message:
            self._end("stopped")
        elif self.message:
            self._end("failed")
        elif why:
            self.message = why
            self._end("lost")
        else:
            self._word.start(WORD_MS)

    def _end(self, state: JobState) -> None:
        self._word.stop()
        self.state = state
        if state == "lost" and not self.message:
            self.message = "The training process was lost."
        self.changed.emit()


class RunQueue(QObject):
    """Starts what waits as soon as there is room; `changed` carries the name of a run, `filled` nothing.

    `emptied` comes when nothing is at work or waits any more.
    """

    changed = Signal(str)
    filled = Signal()
    emptied = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._jobs: dict[str, Job] = {}
        self._at_once = max(1, (os.cpu_count() or 2) - 1)
        engine.received.connect(self._from_engine)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All trainings of this window, also those that are over, in the order in which they came."""
        return tuple(self._jobs.values())

    @property
    def at_once(self) -> int:
        """How many train at the same time at most."""
        return self._at_once

    @at_once.setter
    def at_once(self, most: int) -> None:
        self._at_once = max(1, most)
        self._fill()

    @property
    def active(self) -> bool:
        """Whether anything is at work or waits."""
        return any(not job.over for job in self._jobs.values())

    def job(self, run_id: str) -> Job | None:
        """The training of a name."""
        return self._jobs.get(run_id)

    def add(self, requests: Iterable[StartRun]) -> None:
        """Lines up trainings; those at the front begin at once."""
        for request in requests:
            job = Job(request, self._engine, self)
            job.changed.connect(lambda name=request.run_id: self._follow(name))
            self._jobs[request.run_id] = job
        self.filled.emit()
        self._fill()

    def cancel(self, run_ids: Sequence[str] | None = None) -> None:
        """Ends these trainings, or all: first those that wait, so that none of them begins."""
        wanted = (
            self.jobs if run_ids is None else [self._jobs[name] for name in run_ids if name in self._jobs]
        )
        for job in sorted(wanted, key=lambda job: job.state != "waiting"):
            job.cancel()

    def moved(self, runs: Path) -> None:
        """Notes that all runs now lie in another folder."""
        for job in self._jobs.values():
            job.moved(runs)

    def clear(self) -> None:
        """Ends all trainings and forgets them."""
        self.shutdown()
        for job in self._jobs.values():
            job.deleteLater()
        self._jobs.clear()
        self.filled.emit()

    def shutdown(self) -> None:
        """Ends all trainings and waits for their processes to be gone."""
        for job in self._jobs.values():
            job.shutdown()

    def _fill(self) -> None:
        free = self._at_once - sum(job.state in AT_WORK for job in self._jobs.values())
        waiting = [job for job in self._jobs.values() if job.state == "waiting"]
        for job in waiting[: max(0, free)]:
            job.start()

    def _follow(self, run_id: str) -> None:
        job = self._jobs.get(run_id)
        if job is None:
            return
        if job.over:
            self._fill()
        self.changed.emit(run_id)
        if job.over and not self.active:
            self.emptied.emit()

    def _from_engine(self, message: Event, _arrays: Arrays) -> None:
        if isinstance(message, Failed) and message.run_id in self._jobs:
            self._jobs[message.run_id].hear_engine(message)


def _row(ended: EpochEnded) -> EpochRow:
    return EpochRow(
        epoch=ended.epoch,
        step=ended.step,
        seconds=0.0,
        train_loss=_number(ended.train_loss),
        train_metric=_number(ended.train_metric),
        validation_loss=_number(ended.validation_loss),
        validation_metric=_number(ended.validation_metric),
    )


def _rank(row: EpochRow) -> tuple[int, float]:
    """Small for good: by the loss of validation, by that of training where nothing was validated."""
    if math.isfinite(row.validation_loss):
        return (0, row.validation_loss)
    return (1, row.train_loss) if math.isfinite(row.train_loss) else (2, 0.0)


def _number(value: float | None) -> float:
    return math.nan if value is None else value
