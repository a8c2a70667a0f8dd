"""One training as the window sees it: its state, its curves, and the line to its process."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.project.project import Project
from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.live import LiveReport, Watch
from nnbuilder.protocol.messages import (
    Checkpointed,
    Control,
    Event,
    Failed,
    RunEnded,
    RunStarted,
    RunState,
    StartRun,
)
from nnbuilder.runs.record import new_run_id
from nnbuilder.session.document import Document
from nnbuilder.session.engine import Engine
from nnbuilder.session.run_course import RunCourse
from nnbuilder.session.run_line import RunLine

State = Literal["idle", "starting", "running", "paused", "stopping", "finished", "stopped", "failed", "lost"]
Do = Literal["pause", "resume", "step", "epoch", "stop", "rewind", "back", "lr"]

ACTIVE: frozenset[State] = frozenset({"starting", "running", "paused", "stopping"})
"""States in which a process is at work."""

WORD_MS = 600
"""How long a process that vanished may wait for the engine's word on why."""


class Run(RunCourse):
    """The document's training: one at a time, of a project that is frozen at `start`.

    `epoch_ended` carries the `EpochEnded` message, `histograms_changed` the new `HistogramRow`, `failed` a
    `Failed`, `reported` a `LiveReport` that was watched, with its arrays. `message` is one sentence on how
    the run came to its end, `notices` are some on its beginning.
    """

    state_changed = Signal(str)
    failed = Signal(object)
    responding_changed = Signal(bool)
    reported = Signal(object, object)

    def __init__(
        self,
        document: Document,
        engine: Engine,
        runs_folder: Callable[[], Path],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._engine = engine
        self._runs_folder = runs_folder
        self._state: State = "idle"
        self._stepping = False
        self._after: Callable[[], None] | None = None
        self._watched: tuple[str, ...] = ()
        self._request: StartRun | None = None
        self._ended: RunEnded | None = None
        self._checkpoint: Checkpointed | None = None
        self._failure: Failed | None = None
        self._before: tuple[StartRun | None, RunEnded | None, State] | None = None
        self._refused = False
        self._death = ""
        self._word = QTimer(self)
        self._word.setSingleShot(True)
        self._word.timeout.connect(self._lose)
        self._line = RunLine(self)
        self._line.received.connect(self._received)
        self._line.gone.connect(self._gone)
        self._line.responding_changed.connect(self.responding_changed)
        engine.received.connect(self._from_engine)

    @property
    def state(self) -> State:
        """Where the run stands."""
        return self._state

    @property
    def active(self) -> bool:
        """Whether a process is at work, even if it waits."""
        return self._state in ACTIVE

    @property
    def responding(self) -> bool:
        """Whether the process was heard of lately."""
        return self._line.responding

    @property
    def run_id(self) -> str:
        """The name of the run, empty before the first."""
        return self._request.run_id if self._request else ""

    @property
    def project(self) -> Project | None:
        """The frozen project that is being trained, None before the first run."""
        return self._request.project if self._request else None

    @property
    def folder(self) -> Path | None:
        """The run's own folder."""
        return Path(self._request.folder) if self._request else None

    @property
    def ended(self) -> RunEnded | None:
        """The last word of a run that came to its end."""
        return self._ended

    @property
    def pid(self) -> int:
        """The process id of the run, 0 while there is none."""
        return self._line.pid

    @property
    def has_checkpoint(self) -> bool:
        """Whether a checkpoint lies on disk."""
        return self._checkpoint is not None

    @property
    def can_go_on(self) -> bool:
        """Whether the run has come to its end and left a checkpoint to train on from."""
        return self._state in {"finished", "stopped"} and self.has_checkpoint

    @property
    def can_resume(self) -> bool:
        """Whether a run that is over left a checkpoint before its end that it could go on from."""
        over = self._state in {"lost", "failed", "stopped"}
        return over and self.has_checkpoint and not self._refused

    def start(self, *, paused: bool = False, project: Project | None = None) -> None:
        """Trains the document as it is now, or a project as it was; `paused` waits before the first step."""
        if self.active:
            return
        self._reset()
        self._checkpoint = None
        self._begin(project or self._document.project, paused=paused)

    def start_stepping(self) -> None:
        """Trains the document as it is now: does one step and waits."""
        if not self.active:
            self._stepping = True
            self.start(paused=True)

    def go_on(self, epochs: int) -> None:
        """Trains a run that is over for so many epochs more, as a new run that nothing ends early."""
        if self._request is None or self._checkpoint is None or self.active or epochs < 1:
            return
        project, every = self._request.project, max(1, self.steps_per_epoch)
        done = -(-self.step // every)
        training = msgspec.structs.replace(
            project.training, epochs=done + epochs, minutes=None, patience=None
        )
        self._begin(msgspec.structs.replace(project, training=training), Path(self._checkpoint.path))

    def branch(self, folder: Path, checkpoint: Path, project: Project, *, paused: bool = False) -> None:
        """Goes on from a checkpoint or moment of the run in `folder` with another project, as a new run.

        A run that is going on is stopped first.
        """
        if self.active:
            self._after = partial(self.branch, folder, checkpoint, project, paused=paused)
            self.stop()
            return
        if folder != self.folder:
            self._adopt(folder)
            self._request = None
        self._begin(project, checkpoint, paused=paused)

    def resume_from_checkpoint(self) -> None:
        """Goes on from the last checkpoint of a run that was lost or stopped, as a new run."""
        if self._request is None or self._checkpoint is None or not self.can_resume:
            return
        self._begin(self._request.project, Path(self._checkpoint.path))

    def pause(self) -> None:
        """Waits before the next step."""
        self._tell("pause", {"starting", "running"})

    def resume(self) -> None:
        """Goes on after a pause."""
        self._tell("resume", {"starting", "paused"})

    def step_once(self) -> None:
        """Does one step and waits."""
        self._tell("step", {"paused"})

    def step_epoch(self) -> None:
        """Goes on to the end of the epoch and waits."""
        self._tell("epoch", {"paused"})

    def rewind(self) -> None:
        """Goes back to the same initial weights and waits there; a run that is over starts anew, waiting."""
        if self.active:
            self._tell("rewind", {"running", "paused"})
        elif self._request is not None:
            self._reset()
            self._checkpoint = None
            self._begin(self._request.project, paused=True)

    def go_back(self, steps: int) -> None:
        """Goes back by so many steps, to the very moment of then, and waits there."""
        self._tell("back", {"running", "paused"}, steps=steps)

    def scale_rate(self, factor: float) -> None:
        """Multiplies the learning rate from the next step on."""
        self._tell("lr", {"running", "paused"}, factor=factor)

    def stop(self) -> None:
        """Ends the run: asks, then terminates, then ends by force."""
        if self.active and self._state != "stopping":
            self._line.stop(Control(self.run_id, "stop"))
            self._set_state("stopping")

    def watch(self, reports: Sequence[str]) -> None:
        """Has the process send these live reports and no others, now and in runs to come."""
        self._watched = tuple(reports)
        if self.active and self._state != "starting":
            self._line.send(Watch(self.run_id, self._watched))

    def moved(self, runs: Path) -> None:
        """Notes that all runs now lie in another folder."""
        if self._request is None:
            return
        old = Path(self._request.folder).parent
        folder = runs / Path(self._request.folder).name
        self._request = msgspec.structs.replace(self._request, folder=str(folder))
        kept = Path(self._checkpoint.path) if self._checkpoint else None
        if self._checkpoint is not None and kept is not None and kept.is_relative_to(old):
            path = str(runs / kept.relative_to(old))  # of this run or of the one that it went on from
            self._checkpoint = msgspec.structs.replace(self._checkpoint, path=path)

    def clear(self) -> None:
        """Ends the run, if one goes on, and forgets what it showed."""
        self.shutdown()
        self._reset()
        self._request = self._checkpoint = self._ended = None
        self._set_state("idle")
        self.progressed.emit()

    def shutdown(self) -> None:
        """Ends the run and waits for its process to be gone."""
        self._word.stop()
        self._after = None
        if self._line.finish():
            self._set_state("stopped")

    def _begin(self, project: Project, checkpoint: Path | None = None, *, paused: bool = False) -> None:
        run_id = new_run_id()
        self._before = (self._request, self._ended, self._state) if checkpoint else None
        self._refused = False
        base = self._document.folder
        self._request = StartRun(
            run_id=run_id,
            project=project,
            folder=str(self._runs_folder() / run_id),
            base=str(base) if base else None,
            checkpoint=str(checkpoint) if checkpoint else None,
            paused=paused,
        )
        self._ended = None
        self._failure = None
        self._death = ""
        self.message = ""
        self._set_state("starting")
        self._line.open(self._engine.open_run(self._request))

    def _tell(
        self, do: Do, states: frozenset[State] | set[State], *, steps: int = 0, factor: float = 1.0
    ) -> None:
        if self._state in states:
            self._line.send(Control(self.run_id, do, steps, factor))

    def _received(self, message: Event, arrays: Arrays) -> None:
        match message:
            case RunStarted():
                self._take_start(message)
            case RunState():
                self._take_state(message)
            case Checkpointed():
                self._checkpoint = message
            case RunEnded():
                self._take_end(message)
            case Failed():
                self._hear_failure(message)
            case LiveReport():
                self.reported.emit(message, arrays)
            case _:
                self._take_course(message, arrays)

    def _from_engine(self, message: Event, arrays: Arrays) -> None:
        """The engine's word on a run: it could not be started, or its process died."""
        if isinstance(message, Failed) and message.run_id == self.run_id and self.run_id:
            if self._word.isActive():
                self._lose(message.message)
            elif self._line.pid:
                self._death = message.message  # what it said before its end may still be on the line
            elif self.active:
                self._line.hang_up()
                self._hear_failure(message)
                self._set_state("failed")

    def _take_start(self, started: RunStarted) -> None:
        self._before = None
        self.steps_per_epoch, self.epochs = started.steps_per_epoch, started.epochs
        self.metric, self.layers, self.notices = started.metric, started.layers, started.notices
        self._cut(started.step)
        if self._watched:
            self._line.send(Watch(self.run_id, self._watched))
        if self._state == "starting" and self._request is not None:
            self._set_state("paused" if self._request.paused else "running")

    def _hear_failure(self, failure: Failed) -> None:
        """The run's own word; whether it lives on, paused, or ends now shows in what comes next."""
        self._failure = failure
        self.message = failure.message
        self.failed.emit(failure)

    def _take_state(self, news: RunState) -> None:
        self._failure = None
        if news.state != "paused":
            self.message = ""  # what failed lies behind it
        self.learning_rate = news.rate
        self.notices = (*self.notices, *news.notices)
        if news.state == "rewound":
            self._checkpoint = None
            self._cut(news.step)
        if self._state != "stopping":
            self._set_state("running" if news.state == "running" else "paused")
        self.progressed.emit()

    def _take_end(self, ended: RunEnded) -> None:
        self._ended = ended
        self.step = ended.step
        self.message = ended.told or self.message
        self._line.hang_up()
        self._set_state(ended.reason)

    def _gone(self, why: str) -> None:
        """The process is gone without a last word; the engine may still know why."""
        if self._failure is not None:
            self._set_state("failed")
        elif self._state == "stopping":
            self.message = "The training did not answer and was ended by force."
            self._set_state("stopped")
        elif why or self._death:
            self._lose(why or self._death)
        else:
            self._word.start(WORD_MS)

    def _lose(self, why: str = "") -> None:
        self._word.stop()
        if not why and self._engine.state not in {"ready", "busy"}:
            why = self._engine.message
        rest = " It can go on from its last checkpoint." if self._checkpoint else ""
        self.message = f"The training process was lost at step {self.step}. {why}".strip() + rest
        self._set_state("lost")
        self.failed.emit(Failed(kind="environment", message=self.message, run_id=self.run_id))

    def _stand_back(self, state: State) -> State:
        """The state of the run that was to go on, where it did not: it is as it was, with what went wrong."""
        if self._before is None or state in ACTIVE:
            return state
        (request, ended, before), self._before = self._before, None
        if request is None:
            return state
        self._request, self._ended = request, ended
        self._refused = self._failure is not None and self._failure.kind == "problem"
        return before

    def _set_state(self, state: State) -> None:
        state = self._stand_back(state)
        if state != self._state:
            self._state = state
            stepping, self._stepping = self._stepping, self._stepping and state == "starting"
            self.state_changed.emit(state)
            if stepping and state == "paused":
                self.step_once()
            if not self.active and self._after is not None:
                after, self._after = self._after, None
                after()
