"""The columns of the table of parameters, declared once for the window, the terminal and files."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nnbuilder.graph.report.words import share_text, short
from nnbuilder.protocol.parameters import ParameterRow

BUFFER = "buffer"
"""What stands where a parameter says whether it needs a gradient."""

_BUFFER = "a buffer: its layer keeps it by itself, it has no gradient and no optimizer changes it"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its title in PyTorch's words, what a cell says, and what it is sorted by.

    `rank` is None for a cell that says nothing; such cells stand last.
    """

    title: str
    help: str
    text: Callable[[ParameterRow], str]
    rank: Callable[[ParameterRow], Any]
    numeric: bool = True


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as PyTorch writes it."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _figure(title: str, text: str, value: Callable[[ParameterRow], float | None]) -> Column:
    return Column(title, text, lambda row: short(value(row)), value)


COLUMNS = (
    Column("name", "Its name in model.state_dict()", lambda row: row.full, lambda row: row.full, False),
    Column("layer", "The layer that it belongs to", lambda row: row.layer, lambda row: row.layer, False),
    Column(
        "shape",
        "Its sizes, dimension by dimension",
        lambda row: shape_text(row.shape),
        lambda row: row.shape,
        False,
    ),
    Column(
        "numel", "How many numbers it holds: numel()", lambda row: f"{row.numel:,}", lambda row: row.numel
    ),
    _figure("min", "The smallest number", lambda row: row.minimum),
    _figure("mean", "The mean of all numbers", lambda row: row.mean),
    _figure("max", "The largest number", lambda row: row.maximum),
    _figure("std", "The standard deviation, as torch.std() has it", lambda row: row.spread),
    _figure(
        "‖grad‖",
        "The length of its gradient: .grad.norm() of the loss of a batch",
        lambda row: row.gradient,
    ),
    Column(
        "zeros",
        "The share of numbers that are exactly 0",
        lambda row: share_text(row.zeros),
        lambda row: row.zeros,
    ),
    Column(
        "requires_grad",
        "Whether training changes it by its gradient; False for a frozen layer, buffer for what has none",
        lambda row: BUFFER if row.buffer else str(row.requires_grad),
        lambda row: BUFFER if row.buffer else str(row.requires_grad),
        False,
    ),
    Column("dtype", "The kind of its numbers", lambda row: row.dtype, lambda row: row.dtype, False),
    Column(
        "device",
        "Where its numbers lie while you look at them",
        lambda row: row.device,
        lambda row: row.device,
        False,
    ),
)
"""The columns from left to right."""


def tip(row: ParameterRow, column: Column) -> str:
    """What a cell says to a pointer: the number in full, and what a buffer is."""
    value = column.rank(row)
    text = f"{value:.9g}" if isinstance(value, float) else column.text(row)
    bad = f"; {row.nonfinite:,} numbers are NaN or infinite and left out" if row.nonfinite else ""
    own = f"; {_BUFFER}" if row.buffer else ""
    return f"{row.full}: {column.title} {text}{bad}{own}"


def as_table(rows: tuple[ParameterRow, ...], sign: str) -> str:
    """Rows as text, a line each after one of titles; numbers in full, for other programs."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, lineterminator="\n")
    writer.writerow([column.title for column in COLUMNS])
    writer.writerows([_cell(column, row) for column in COLUMNS] for row in rows)
    return text.getvalue()


def _cell(column: Column, row: ParameterRow) -> str:
    value = column.rank(row)
    if value is None:
        return ""
    return column.text(row) if isinstance(value, str | tuple) else repr(value)
