"""The sweeps of the document: begun here, worked off by the queue, and read back from its runs later."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from nnbuilder.graph.errors import EditRefused
from nnbuilder.protocol.messages import StartRun
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.knobs import KnobError, edit_between, find_knob, set_knob
from nnbuilder.runs.record import new_run_id
from nnbuilder.runs.sweep import Axis, Trial
from nnbuilder.runs.sweep_record import (
    SweepRecord,
    SweepRow,
    SweepTrial,
    TrialStatus,
    list_sweeps,
    mark_trial,
    new_sweep,
    row_of,
    write_sweep,
)
from nnbuilder.session.document import Document
from nnbuilder.session.queue import Job, JobState, RunQueue

_STATUS: dict[JobState, TrialStatus] = {
    "waiting": "waiting",
    "starting": "running",
    "running": "running",
    "stopping": "running",
    "finished": "finished",
    "stopped": "stopped",
    "failed": "failed",
    "lost": "lost",
}


class Sweeps(QObject):
    """All sweeps of a document, the newest first; `changed` says that another is shown or one was added.

    `advanced` carries the place of a trial of the shown sweep. `warned` carries sentences worth showing.
    Runs that were queued one by one are a sweep without anything varied.
    """

    changed = Signal()
    advanced = Signal(int)
    warned = Signal(str)

    def __init__(
        self,
        document: Document,
        queue: RunQueue,
        runs_folder: Callable[[], Path],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.queue = queue
        self._document = document
        self._runs_folder = runs_folder
        self._own: dict[str, SweepRecord] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._shown = ""
        queue.changed.connect(self._follow)
        document.replaced.connect(self.changed)
        document.path_changed.connect(self.changed)

    @property
    def known(self) -> tuple[SweepRecord, ...]:
        """All sweeps, the newest first."""
        found = {sweep.id: sweep for sweep in list_sweeps(self._runs_folder())} | self._own
        return tuple(found[name] for name in sorted(found, reverse=True))

    @property
    def shown(self) -> SweepRecord | None:
        """The sweep that is looked at."""
        if self._shown in self._own:
            return self._own[self._shown]
        known = self.known
        return next((sweep for sweep in known if sweep.id == self._shown), known[0] if known else None)

    def show(self, name: str) -> None:
        """Looks at a sweep."""
        if name != self._shown:
            self._shown = name
            self.changed.emit()

    def start(self, axes: Sequence[Axis], trials: Sequence[Trial], *, picked: bool) -> None:
        """Begins a sweep and shows it."""
        sweep = new_sweep(axes, trials, picked=picked)
        try:
            write_sweep(self._runs_folder(), sweep)
        except RunFolderError as error:
            self.warned.emit(str(error))
            return
        self._begin(sweep, trials)

    def enqueue(self) -> None:
        """Lines up the document as it is now as one more run, and shows it among those."""
        name = new_run_id()
        before = next((one for one in self._own.values() if not one.varied), SweepRecord(name, False, (), ()))
        number = len(before.trials) + 1
        project = self._document.project
        training = project.training
        title = f"{training.optimizer}, {training.epochs} epochs, seed {training.seed}"
        trial = SweepTrial(number, name, title, ())
        sweep = SweepRecord(
            before.id if before else name, False, (), (*(before.trials if before else ()), trial)
        )
        self._begin(sweep, [Trial(number, (), project)], (trial,))

    def use(self, sweep: SweepRecord, trial: SweepTrial) -> str:
        """Gives the document the values of a trial, as one undo step; says what became of it."""
        before = after = self._document.project
        pairs = sorted(zip(sweep.varied, trial.values, strict=True), key=lambda pair: pair[0].path.count("."))
        try:
            for varied, value in pairs:
                after = set_knob(after, find_knob(after, varied.path), value)
            if after == before:
                return "The project has these settings already."
            self._document.apply(edit_between(before, after, f"Use {trial.title}"))
        except (KnobError, EditRefused) as error:
            return f"These settings do not fit the project any more: {error}"
        return f"The project has {trial.title} now."

    def rows(self, sweep: SweepRecord) -> tuple[SweepRow, ...]:
        """How each trial stands."""
        return tuple(self.row(trial) for trial in sweep.trials)

    def row(self, trial: SweepTrial) -> SweepRow:
        """How a trial stands, from the queue or from its run's folder."""
        job = self.queue.job(trial.run)
        return row_of(self._runs_folder(), trial) if job is None else _row_of_job(trial, job)

    def forget(self) -> None:
        """Turns to another document."""
        self.queue.clear()
        self._own.clear()
        self._places.clear()
        self._shown = ""
        self.changed.emit()

    def _begin(
        self, sweep: SweepRecord, trials: Sequence[Trial], new: Sequence[SweepTrial] | None = None
    ) -> None:
        base = self._document.folder
        runs = self._runs_folder()
        self._own[sweep.id] = sweep
        self._shown = sweep.id
        self._places |= {trial.run: (sweep.id, place) for place, trial in enumerate(sweep.trials)}
        pairs = zip(sweep.trials if new is None else new, trials, strict=True)
        requests = [
            StartRun(kept.run, trial.project, str(runs / kept.run), str(base) if base else None)
            for kept, trial in pairs
        ]
        self.queue.add(requests)
        self.changed.emit()

    def _follow(self, run_id: str) -> None:
        name, place = self._places.get(run_id, ("", 0))
        if name in self._own:
            self._mark(self._own[name].trials[place])
            if name == self._shown:
                self.advanced.emit(place)

    def _mark(self, trial: SweepTrial) -> None:
        job = self.queue.job(trial.run)
        if job is None or not job.over or not job.folder.is_dir() or not trial.values:
            return
        try:
            mark_trial(self._runs_folder(), trial)
        except RunFolderError as error:
            self.warned.emit(str(error))


def _row_of_job(trial: SweepTrial, job: Job) -> SweepRow:
    return SweepRow(
        trial=trial,
        status=_STATUS[job.state],
        metric=job.metric,
        epoch=job.epochs,
        epochs=job.request.project.training.epochs,
        seconds=job.seconds,
        best=job.best,
        last=job.last,
        sha256=job.sha256,
        message=job.message,
    )
