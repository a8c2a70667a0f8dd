"""Several runs in a table: a row for whatever differs, a column for each run, the first one the measure."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from nnbuilder.runs.compare import Change, Comparison, LayerChange, compare
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.words import layer_line, number, value_text

PARTS = ("training", "data", "result", "versions")
"""The parts of a comparison that hold fields, in the order in which they are read."""


class Row(msgspec.Struct, frozen=True):
    """A field that differs: its value in each run, as it is and as people read it."""

    field: str
    values: tuple[Any, ...]
    texts: tuple[str, ...]


class Part(msgspec.Struct, frozen=True):
    """Rows under a title."""

    title: str
    rows: tuple[Row, ...]


class SideBySide(msgspec.Struct, frozen=True):
    """What differs between runs, part by part; parts without a difference are left out.

    `same_weights` says that all of them ended with the same weights, bit by bit.
    """

    titles: tuple[str, ...]
    parts: tuple[Part, ...]
    same_weights: bool


def side_by_side(runs: Sequence[RunOverview]) -> SideBySide:
    """Holds runs against the first of them."""
    first, *others = runs
    found = [compare(first, other) for other in others]
    network = _network(found)
    parts = [Part(name, _rows(name, found)) for name in PARTS]
    if network is not None:
        parts.insert(0, Part("network", (network,)))
    weights = {run.record.weights_sha256 for run in runs}
    titles = tuple(run.title for run in runs)
    return SideBySide(
        titles, tuple(part for part in parts if part.rows), len(weights) == 1 and weights != {""}
    )


def as_csv(table: SideBySide) -> str:
    """The table as comma-separated text."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("part", "field", *table.titles))
    for part in table.parts:
        for row in part.rows:
            writer.writerow((part.title, row.field, *map(_cell, row.values)))
    return file.getvalue()


def _network(found: Sequence[Comparison]) -> Row | None:
    """The layers that differ from those of the first run, a line for each."""
    if not any(one.graph for one in found):
        return None
    texts = ["\n".join(map(layer_line, one.graph)) or "the same" for one in found]
    values: list[tuple[LayerChange, ...]] = [(), *(one.graph for one in found)]
    return Row("layers", tuple(values), ("the measure", *texts))


def _rows(part: str, found: Sequence[Comparison]) -> tuple[Row, ...]:
    """One row for each field that differs in one of the runs."""
    changed: list[dict[str, Change]] = [
        {change.field: change for change in getattr(one, part)} for one in found
    ]
    return tuple(
        _row(field, [one.get(field) for one in changed], measured=part == "result")
        for field in _merged(changed)
    )


def _merged(changed: Sequence[Mapping[str, Change]]) -> list[str]:
    """The fields of all comparisons, each behind the one that it follows in its own."""
    fields: list[str] = []
    for one in changed:
        place = 0
        for field in one:
            if field not in fields:
                fields.insert(place, field)
            place = fields.index(field) + 1
    return fields


def _row(field: str, changed: Sequence[Change | None], *, measured: bool) -> Row:
    before = next(change.before for change in changed if change is not None)
    after = [before if change is None else change.after for change in changed]
    values = (before, *after)
    return Row(field, values, tuple(_text(value, measured=measured) for value in values))


def _text(value: Any, *, measured: bool) -> str:
    return number(value) if measured and isinstance(value, float) else value_text(value)


def _cell(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], LayerChange):
        return "; ".join(map(layer_line, value))
    return "" if value is None or value == () else str(value)
