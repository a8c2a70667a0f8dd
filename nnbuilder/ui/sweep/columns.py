"""The columns of a sweep: its values, then how each run went."""

import math
from collections.abc import Sequence
from typing import Any

import msgspec

from nnbuilder.runs.sweep import value_text
from nnbuilder.runs.sweep_record import SweepRecord, SweepRow


class Column(msgspec.Struct, frozen=True):
    """A title with its explanation; `kind` is what it shows, `place` which value of the trial."""

    kind: str
    title: str
    help: str
    place: int = 0

    @property
    def numeric(self) -> bool:
        """Whether it stands at the right."""
        return self.kind not in {"title", "status"}


def columns_of(sweep: SweepRecord | None, metric: str) -> tuple[Column, ...]:
    """All columns of a sweep, from left to right."""
    varied = sweep.varied if sweep else ()
    names = [one.path.rpartition(".")[2] for one in varied]
    values = tuple(
        Column(
            kind="value",
            title=name if names.count(name) == 1 else one.title,
            help=f"{one.title}: what was given to {one.path}",
            place=place,
        )
        for place, (name, one) in enumerate(zip(names, varied, strict=True))
    )
    return (
        Column("number", "#", "In which order the runs were lined up"),
        *(() if values else (Column("title", "run", "What was lined up"),)),
        Column("metric", metric or "metric", f"Validation {metric or 'metric'} of the best epoch"),
        Column("loss", "loss", "Validation loss of the best epoch"),
        *values,
        Column("epoch", "epoch", "The epoch of least validation loss"),
        Column("seconds", "seconds", "How long the run trained"),
        Column("status", "status", "How the run stands"),
    )


def raw(row: SweepRow, column: Column) -> Any:
    """The value of a cell; None where nothing is known."""
    best = row.best
    match column.kind:
        case "number":
            return row.trial.number
        case "value":
            return row.trial.values[column.place]
        case "metric":
            return None if best is None else _known(best.validation_metric, best.train_metric)
        case "loss":
            return None if best is None else _known(best.validation_loss, best.train_loss)
        case "epoch":
            return None if best is None else best.epoch
        case "seconds":
            return row.seconds or None
    return row.trial.title if column.kind == "title" else status_text(row)


def text(row: SweepRow, column: Column) -> str:
    """What a cell says."""
    value = raw(row, column)
    if value is None:
        return "–"
    match column.kind:
        case "metric" | "loss":
            return f"{value:.4f}" if abs(value) < 1000 else f"{value:.4g}"
        case "seconds":
            return f"{value:.1f}"
        case "value":
            return value_text(value)
    return str(value)


def sort_key(row: SweepRow, column: Column, *, descending: bool) -> tuple[int, float, str]:
    """What rows are ordered by: nothing known comes last in either direction, words after numbers."""
    value = raw(row, column)
    if value is None:
        return (-1 if descending else 2, 0.0, "")
    if isinstance(value, int | float):
        return (0, float(value), "")
    return (1, 0.0, value_text(value))


def status_text(row: SweepRow) -> str:
    """How a run stands, in a word or with the epochs done."""
    if row.status in {"running", "stopped"} and row.epochs:
        return f"{row.status} {row.epoch:,}/{row.epochs:,}"
    return row.status


def csv_of(rows: Sequence[SweepRow], columns: Sequence[Column]) -> str:
    """The table for other programs, with a line of titles."""
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*(column.title for column in columns), "run"])
    for row in rows:
        cells = ["" if (value := raw(row, column)) is None else value for column in columns]
        writer.writerow([*cells, row.trial.run])
    return out.getvalue()


def _known(value: float, other: float) -> float | None:
    found = value if math.isfinite(value) else other
    return found if math.isfinite(found) else None
