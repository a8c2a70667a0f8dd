"""The columns of the list of runs: what each shows, and how it sorts."""

import math
import re
from collections.abc import Callable, Mapping

import msgspec

from nnbuilder.graph.report.words import short
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import RunOverview, when_text
from nnbuilder.runs.words import optimizer_text

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

Rank = tuple[bool, float | str]
"""What a cell sorts by: whether there is nothing in it, then its value."""


class Column(msgspec.Struct, frozen=True):
    """One column; `rank` gives what it sorts by, None where there is nothing."""

    key: str
    title: str
    help: str
    width: int
    text: Callable[[RunOverview], str]
    rank: Callable[[RunOverview], float | str | None]
    numeric: bool = False

    def order(self, run: RunOverview) -> Rank:
        """Runs without a value come last."""
        found = self.rank(run)
        nothing = found is None or (isinstance(found, float) and not math.isfinite(found))
        return (nothing, 0.0 if found is None or nothing else found)


def brief(title: str) -> str:
    """A title where there is little room: of a moment only the time of day."""
    return title[11:] if _MOMENT.fullmatch(title) else title


def duration_text(seconds: float) -> str:
    """A duration as people read it: `0.8 s`, `2:05`, `1:02:03`."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds else ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def seconds_of(run: RunOverview) -> float:
    """How long a run has trained, as far as is known."""
    return max(run.record.seconds, run.last.seconds if run.last else 0.0)


def _loss(row: EpochRow | None) -> float | None:
    if row is None:
        return None
    return row.validation_loss if math.isfinite(row.validation_loss) else row.train_loss


def _metric(row: EpochRow | None) -> float | None:
    if row is None:
        return None
    return row.validation_metric if math.isfinite(row.validation_metric) else row.train_metric


def _number(name: str, of: Callable[[RunOverview], float | None], title: str, told: str) -> Column:
    return Column(name, title, told, 74, lambda run: short(of(run)), of, numeric=True)


COLUMNS: tuple[Column, ...] = (
    Column(
        "name",
        "Run",
        "The name that you gave it (F2), or when it began",
        160,
        lambda run: run.title,
        lambda run: run.title.casefold(),
    ),
    Column(
        "spark",
        "Loss",
        "The course of its loss, on validation data where there are any; sorts by the last loss",
        72,
        lambda run: short(_loss(run.last)) if run.last else "",
        lambda run: _loss(run.last),
    ),
    Column(
        "status", "Status", "How it ended", 74, lambda run: run.record.status, lambda run: run.record.status
    ),
    Column(
        "epochs",
        "Epochs",
        "Epochs done, of those planned",
        92,
        lambda run: f"{run.epochs:,}/{run.record.project.training.epochs:,}",
        lambda run: float(run.epochs),
        numeric=True,
    ),
    Column(
        "parameters",
        "Parameters",
        "How many numbers its network learns: its capacity",
        84,
        lambda run: f"{run.record.parameters:,}" if run.record.parameters else "–",
        lambda run: float(run.record.parameters) or None,
        numeric=True,
    ),
    _number(
        "train_loss",
        lambda run: run.last.train_loss if run.last else None,
        "Train loss",
        "The loss of the last epoch on training data: far below the one on validation data, it over-fits",
    ),
    _number(
        "best_loss",
        lambda run: _loss(run.best),
        "Best loss",
        "The least loss of an epoch, on validation data",
    ),
    _number(
        "best_metric", lambda run: _metric(run.best), "Metric", "Accuracy or R² in the epoch of the best loss"
    ),
    _number("last_metric", lambda run: _metric(run.last), "Last metric", "Accuracy or R² of the last epoch"),
    Column(
        "optimizer",
        "Optimizer",
        "The optimizer with the arguments that were set",
        150,
        lambda run: optimizer_text(run.record),
        lambda run: optimizer_text(run.record).casefold(),
    ),
    Column(
        "tags",
        "Tags",
        "Your tags; type #tag above to see only these runs",
        130,
        lambda run: " ".join(f"#{tag}" for tag in run.label.tags),
        lambda run: " ".join(run.label.tags).casefold() or None,
    ),
    Column(
        "time",
        "Time",
        "How long it trained",
        66,
        lambda run: duration_text(seconds_of(run)),
        seconds_of,
        numeric=True,
    ),
    Column(
        "seed",
        "Seed",
        "The seed of split, initialization and shuffling",
        54,
        lambda run: str(run.record.seed),
        lambda run: float(run.record.seed),
        numeric=True,
    ),
    Column(
        "when",
        "Began",
        "When it began",
        126,
        lambda run: when_text(run.record.created),
        lambda run: run.record.created,
    ),
    Column(
        "note",
        "Note",
        "Your note",
        220,
        lambda run: " ".join(run.label.note.split()),
        lambda run: run.label.note.casefold() or None,
    ),
)
"""From left to right."""

KEYS: Mapping[str, int] = {column.key: place for place, column in enumerate(COLUMNS)}

_BY_NEED = (
    "spark",
    "best_metric",
    "status",
    "best_loss",
    "epochs",
    "optimizer",
    "time",
    "tags",
    "parameters",
    "train_loss",
)
"""The columns that are shown before somebody chooses, those that are looked at most first."""

_WIDEST_NAME = 250
"""Pixels of the name's column where names are long; the rest of them is in the tip."""


def fitting(room: int, name: int) -> dict[str, int]:
    """The columns that a room of so many pixels holds, with their widths; there is always the name.

    `name` is the width that the longest name needs: names that look alike help nobody.
    """
    widths = {"name": min(max(name, COLUMNS[KEYS["name"]].width), _WIDEST_NAME)}
    for key in _BY_NEED:
        width = COLUMNS[KEYS[key]].width
        if sum(widths.values()) + width > room:
            break
        widths[key] = width
    spare = room - sum(widths.values())
    return widths | {"name": min(widths["name"] + max(spare, 0), _WIDEST_NAME)}


def matches(run: RunOverview, wanted: str) -> bool:
    """Whether all words occur in what is shown of a run; `#word` is looked for in its tags alone."""
    tags = {tag.casefold() for tag in run.label.tags}
    text = "\n".join(
        [run.record.id, run.folder.name, run.label.note, *(column.text(run) for column in COLUMNS)]
    ).casefold()
    for word in wanted.casefold().split():
        if word.startswith("#"):
            if not any(tag.startswith(word[1:]) for tag in tags):
                return False
        elif word not in text:
            return False
    return True
