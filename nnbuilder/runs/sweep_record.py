"""What is kept of a sweep beside its runs: what was varied, and which run is which trial."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.runs.files import RunFolderError, cannot_write
from nnbuilder.runs.label import Label, read_label, write_label
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import overview_of
from nnbuilder.runs.record import RunRecord, new_run_id
from nnbuilder.runs.store import load_record
from nnbuilder.runs.sweep import Axis, Trial, title_of

SWEEPS = "sweeps"
"""The folder of sweeps among the runs of a project."""

TAG = "sweep"
"""The tag of every run of a sweep."""

_FILE_MOST = 8 * 2**20


TrialStatus = Literal["waiting", "running", "paused", "finished", "stopped", "failed", "lost"]
"""How a trial stands; "waiting" where there is no run of it."""


class Varied(msgspec.Struct, frozen=True):
    """One thing that was varied: its path, and what people call it."""

    path: str
    title: str


class SweepTrial(msgspec.Struct, frozen=True):
    """One trial: the name of its run's folder and its values, in the order of what was varied."""

    number: int
    run: str
    title: str
    values: tuple[ArgValue, ...]


class SweepRecord(msgspec.Struct, frozen=True):
    """A sweep as it was ordered; how its trials went stands in their runs."""

    id: str
    picked: bool
    varied: tuple[Varied, ...]
    trials: tuple[SweepTrial, ...]


class SweepRow(msgspec.Struct, frozen=True):
    """A trial and how it stands."""

    trial: SweepTrial
    status: TrialStatus
    metric: str = ""
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    best: EpochRow | None = None
    last: EpochRow | None = None
    sha256: str = ""
    message: str = ""

    @property
    def rank(self) -> tuple[float, float]:
        """Small for good: by the metric of the best epoch, then by its loss; nothing known comes last."""
        if self.best is None:
            return (math.inf, math.inf)
        values = [self.best.validation_metric, self.best.validation_loss]
        if not any(map(math.isfinite, values)):
            values = [self.best.train_metric, self.best.train_loss]
        metric, loss = values
        return (-metric if math.isfinite(metric) else math.inf, loss if math.isfinite(loss) else math.inf)


def new_sweep(axes: Sequence[Axis], trials: Sequence[Trial], *, picked: bool) -> SweepRecord:
    """A sweep that is about to begin, each trial with the name of its run."""
    name, width = new_run_id(), len(str(len(trials)))
    return SweepRecord(
        name,
        picked,
        tuple(Varied(axis.knob.path, axis.knob.title) for axis in axes),
        tuple(
            SweepTrial(
                trial.number, f"{name}-{trial.number:0{width}}", title_of(axes, trial.values), trial.values
            )
            for trial in trials
        ),
    )


def write_sweep(runs: Path, sweep: SweepRecord) -> Path:
    """Keeps a sweep among the runs of a project; raises `RunFolderError`."""
    path = runs / SWEEPS / f"{sweep.id}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, msgspec.json.format(msgspec.json.encode(sweep), indent=1))
    except (OSError, SaveError) as error:
        cause = error.cause if isinstance(error, SaveError) else error.strerror or str(error)
        raise cannot_write(path, cause) from error
    return path


def list_sweeps(runs: Path) -> tuple[SweepRecord, ...]:
    """All sweeps of a project, the newest first; what cannot be read is left out."""
    found = []
    try:
        paths = sorted((runs / SWEEPS).glob("*.json"), reverse=True)
    except OSError:
        return ()
    for path in paths:
        try:
            if path.stat().st_size <= _FILE_MOST:
                found.append(msgspec.json.decode(path.read_bytes(), type=SweepRecord))
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
    return tuple(found)


def row_of(runs: Path, trial: SweepTrial, message: str = "") -> SweepRow:
    """How a trial stands, as far as its run's folder tells."""
    folder = runs / trial.run
    try:
        record = load_record(folder)
        run = overview_of(folder, record)
    except (RunFolderError, OSError):
        return SweepRow(trial, "failed" if message else "waiting", message=message)
    return SweepRow(
        trial=trial,
        status=_status(record, message),
        metric=record.metric,
        epoch=run.epochs,
        epochs=record.project.training.epochs,
        seconds=record.seconds,
        best=run.best,
        last=run.last,
        sha256=record.weights_sha256,
        message=message,
    )


def mark_trial(runs: Path, trial: SweepTrial) -> None:
    """Names the run of a trial after its values; raises `RunFolderError`."""
    folder = runs / trial.run
    label = read_label(folder)
    if label == Label():
        write_label(folder, Label(name=trial.title, tags=(TAG,)))


def _status(record: RunRecord, message: str) -> TrialStatus:
    return "failed" if message and record.status == "stopped" else record.status
