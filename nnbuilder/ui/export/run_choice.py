"""Which weights, or which training: the project as it stands, or one of its runs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from nnbuilder.project.project import Project
from nnbuilder.runs.record import RunRecord
from nnbuilder.ui.common.choices import ChoiceBox


class Chosen(msgspec.Struct, frozen=True):
    """A run by its name and one of its checkpoints; without a run the project as it stands."""

    run: str = ""
    checkpoint: Literal["best", "last"] = "best"


class RunChoice(ChoiceBox):
    """Offers the weights that there are, or the runs."""

    def __init__(self) -> None:
        super().__init__("export.run", "Which weights, or which training")
        self.setMinimumContentsLength(30)

    @property
    def value(self) -> Chosen | None:
        """What is chosen; None where there is nothing to choose."""
        found = self.currentData()
        return found if isinstance(found, Chosen) else None

    def offer_weights(self, project: Project, runs: Sequence[RunRecord]) -> None:
        """Offers the project's own weights, then the best and the last of each run."""
        own = (
            f"Initial, from seed {project.training.seed}" if project.weights is None else "The project's own"
        )
        self._offer([(own, Chosen()), *(entry for record in runs for entry in _checkpoints(record))])

    def offer_runs(self, runs: Sequence[RunRecord]) -> None:
        """Offers every run."""
        self._offer([(_title(record), Chosen(record.id)) for record in runs])

    def _offer(self, entries: Sequence[tuple[str, Chosen]]) -> None:
        before = self.value
        self.fill(entries)
        values = [value for _, value in entries]
        if before is not None:
            self.show_value(before if before in values else values[0] if values else None)


def _checkpoints(record: RunRecord) -> Iterator[tuple[str, Chosen]]:
    if any(entry.best for entry in record.checkpoints):
        yield f"Best of {_title(record)}", Chosen(record.id, "best")
    if any(not entry.best for entry in record.checkpoints):
        yield f"Last of {_title(record)}", Chosen(record.id, "last")


def _title(record: RunRecord) -> str:
    """A run by when it began and how far it came."""
    epochs = f"{record.epoch:,} {'epoch' if record.epoch == 1 else 'epochs'}"
    value = record.validation.get(record.metric)
    result = "" if value is None else f", {record.metric} {value:.3f}"
    return f"run {_when(record)}, {epochs}{result}"


def _when(record: RunRecord) -> str:
    try:
        return f"{datetime.fromisoformat(record.created).astimezone():%d %b %H:%M:%S}"
    except ValueError:
        return record.id
