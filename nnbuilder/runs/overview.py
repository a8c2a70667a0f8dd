"""A project's runs at a glance: newest first, each with its best and its last epoch."""

import math
from pathlib import Path

import msgspec

from nnbuilder.runs.metrics import STEPS_FILE, EpochRow, read_epochs
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import RECORD_FILE, list_runs


class RunOverview(msgspec.Struct, frozen=True):
    """One run: its record, and the epochs that say how well it went (None before the first has ended)."""

    folder: Path
    record: RunRecord
    best: EpochRow | None = None
    last: EpochRow | None = None

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


def overview(runs_folder: Path) -> Overview:
    """Reads all records and epochs of a `NAME.runs` folder; what is damaged is told, never raised."""
    listing = list_runs(runs_folder)
    found: list[RunOverview] = []
    lost = [*listing.unreadable, *_without_record(runs_folder)]
    for folder, record in zip(listing.folders, listing.runs, strict=True):
        try:
            found.append(overview_of(folder, record))
        except OSError as error:
            lost.append(f"The epochs of the run in {folder} cannot be read: {error.strerror or error}.")
            found.append(RunOverview(folder, record))
    newest_first = sorted(found, key=lambda run: (run.record.created, run.folder.name), reverse=True)
    return Overview(tuple(newest_first), tuple(lost))


def overview_of(folder: Path, record: RunRecord) -> RunOverview:
    """One run with its best and its last epoch; raises OSError where its columns cannot be read."""
    history = read_epochs(folder)
    return RunOverview(folder, record, best_epoch(history), history[-1] if history else None)


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
