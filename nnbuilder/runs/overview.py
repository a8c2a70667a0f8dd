"""A project's runs at a glance: newest first, each with its best and its last epoch."""

import math
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import Label, read_label
from nnbuilder.runs.metrics import STEPS_FILE, EpochRow, read_epochs
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import RECORD_FILE, list_runs

SPARK_POINTS = 48
"""How many values a small curve has at most."""


class RunOverview(msgspec.Struct, frozen=True):
    """One run: its record, and the epochs that say how well it went (None before the first has ended).

    `label` is what people said of it. `spark` are losses over its course, few enough for a small curve: of
    validation, or of training where nothing was validated.
    """

    folder: Path
    record: RunRecord
    best: EpochRow | None = None
    last: EpochRow | None = None
    label: Label = Label()
    spark: tuple[float, ...] = ()

    @property
    def title(self) -> str:
        """The name that somebody gave it, or when it began."""
        return self.label.name or when_text(self.record.created, "%Y-%m-%d %H:%M:%S")

    @property
    def epochs(self) -> int:
        """Epochs done; a run that goes on writes its columns more often than its record."""
        return max(self.record.epoch, self.last.epoch if self.last else 0)

    @property
    def steps(self) -> int:
        """Steps done, as far as is known."""
        return max(self.record.step, self.last.step if self.last else 0)


class Overview(msgspec.Struct, frozen=True):
    """The runs of a project, newest first, and a sentence for each folder that cannot be read."""

    runs: tuple[RunOverview, ...] = ()
    unreadable: tuple[str, ...] = ()


def when_text(created: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """A moment of a record in local time; as it stands where it is none."""
    try:
        return f"{datetime.fromisoformat(created).astimezone():{form}}"
    except (ValueError, OverflowError, OSError):
        return created


def overview(runs_folder: Path) -> Overview:
    """Reads all records and epochs of a `NAME.runs` folder; what is damaged is told, never raised."""
    listing = list_runs(runs_folder)
    found: list[RunOverview] = []
    lost = [*listing.unreadable, *_without_record(runs_folder)]
    for folder, record in zip(listing.folders, listing.runs, strict=True):
        run, sentences = seen(folder, record)
        found.append(run)
        lost += sentences
    return Overview(newest_first(found), tuple(lost))


def seen(folder: Path, record: RunRecord) -> tuple[RunOverview, tuple[str, ...]]:
    """One run as far as it can be read, and a sentence for each part that cannot."""
    lost = []
    try:
        run = overview_of(folder, record)
    except OSError as error:
        lost.append(f"The epochs of the run in {folder} cannot be read: {error.strerror or error}.")
        run = RunOverview(folder, record)
    try:
        run = msgspec.structs.replace(run, label=read_label(folder))
    except RunFolderError as error:
        lost.append(str(error))
    return run, tuple(lost)


def newest_first(runs: Iterable[RunOverview]) -> tuple[RunOverview, ...]:
    """The runs by when they began, the last one first."""
    return tuple(sorted(runs, key=lambda run: (run.record.created, run.folder.name), reverse=True))


def overview_of(folder: Path, record: RunRecord) -> RunOverview:
    """One run with its best and its last epoch; raises OSError where its columns cannot be read."""
    history = read_epochs(folder)
    last = history[-1] if history else None
    return RunOverview(folder, record, best_epoch(history), last, spark=spark_of(history))


def spark_of(history: tuple[EpochRow, ...]) -> tuple[float, ...]:
    """The losses of all epochs, or as many of them at equal distances as a small curve needs."""
    validated = any(math.isfinite(row.validation_loss) for row in history)
    losses = [row.validation_loss if validated else row.train_loss for row in history]
    if len(losses) <= SPARK_POINTS:
        return tuple(losses)
    far = (len(losses) - 1) / (SPARK_POINTS - 1)
    return tuple(losses[round(place * far)] for place in range(SPARK_POINTS))


def best_epoch(history: tuple[EpochRow, ...]) -> EpochRow | None:
    """The first epoch of least validation loss; of least training loss where nothing was validated."""
    for field in ("validation_loss", "train_loss"):
        known = [row for row in history if math.isfinite(getattr(row, field))]
        if known:
            return min(known, key=lambda row: float(getattr(row, field)))
    return None


def _without_record(runs_folder: Path) -> list[str]:
    """Folders with the course of a run whose record is gone."""
    try:
        lost = sorted(
            path
            for path in runs_folder.iterdir()
            if (path / STEPS_FILE).exists() and not (path / RECORD_FILE).exists()
        )
    except OSError:
        return []
    return [f"{folder} holds the steps of a run, but its {RECORD_FILE} is missing." for folder in lost]
