"""The columns of the report, declared: what each says of a row, how it sorts, what it means."""

import math
from collections.abc import Callable, Iterable, Sequence

import msgspec

from nnbuilder.graph.graph import ArgValue
from nnbuilder.graph.report.rows import Row, Tensor
from nnbuilder.graph.report.words import UNKNOWN, share_text, size_text

Value = str | float | None
"""What a cell holds: a text, a number, or None where nobody knows."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: `value` is what a row has in it, `words` how that is written for people.

    Cells sort by `order` where their value does not say enough, else by value. `numeric` cells stand at the
    right. `share` is the part of the whole network's that a bar in the cell shows.
    """

    key: str
    title: str
    help: str
    value: Callable[[Row], Value]
    words: Callable[[float], str] = str
    order: Callable[[Row], float] | None = None
    numeric: bool = False
    share: Callable[[Row], float | None] | None = None

    def text(self, row: Row) -> str:
        """The cell for people; a question mark where a number is unknown."""
        value = self.value(row)
        if value is None:
            return UNKNOWN
        return value if isinstance(value, str) else self.words(value)

    def rank(self, row: Row) -> tuple[bool, float, str]:
        """What the cell sorts by; unknown ones are the smallest."""
        value = self.value(row)
        if self.order is not None:
            return value is not None, self.order(row), ""
        return (
            value is not None,
            value if isinstance(value, int | float) else 0.0,
            value if isinstance(value, str) else "",
        )

    def said(self, rows: Iterable[Row]) -> bool:
        """Whether any row has something in it."""
        return any(self.value(row) not in ("", 0, None) for row in rows)


def columns_of(keys: Iterable[str]) -> tuple[Column, ...]:
    """Columns by their keys; a KeyError names one that does not exist."""
    return tuple(BY_KEY[key] for key in keys)


def argument(name: str, value: ArgValue) -> str:
    """One argument as in Python source."""
    return f"{name}={value!r}"


def _arguments(row: Row) -> str:
    if row.group:
        inside = sum(not child.group for child in row.every())
        return f"{inside} layer{'s' * (inside != 1)}"
    return ", ".join(argument(name, value) for name, value in row.chosen)


def _input(row: Row) -> Value:
    if row.output is None and row.needs:
        return f"needs {row.needs}"
    return None if row.input is None else row.input.label()


def _output(row: Row) -> Value:
    return None if row.output is None else row.output.label()


def _scalars(tensor: Tensor | None) -> float:
    return float(math.prod(size or 1 for size in tensor.sizes)) if tensor is not None else -1.0


def _seen(row: Row) -> float:
    if row.field is None:
        return -1.0
    return math.inf if row.field.whole else float(math.prod(row.field.sizes))


def _count(number: float) -> str:
    return f"{int(number):,}"


def _bytes(number: float) -> str:
    return size_text(int(number))


COLUMNS = (
    Column(
        key="name",
        title="Name",
        help="The layer's prefix in the state_dict.",
        value=lambda row: row.name,
    ),
    Column(key="layer", title="Layer", help="The class in torch.nn.", value=lambda row: row.layer),
    Column(
        key="input",
        title="Input",
        help="The tensor that comes in, with what its dimensions mean.",
        value=_input,
        order=lambda row: _scalars(row.input),
    ),
    Column(
        key="output",
        title="Output",
        help="The tensor that goes out, with what its dimensions mean.",
        value=_output,
        order=lambda row: _scalars(row.output),
    ),
    Column(
        key="parameters",
        title="Parameters",
        help="How many numbers are learned.",
        value=lambda row: row.parameters,
        words=_count,
        numeric=True,
        share=lambda row: row.shares.parameters,
    ),
    Column(
        key="flops",
        title="FLOPs",
        help="Floating-point operations of one sample's forward pass, as torch counts them.",
        value=lambda row: row.flops,
        words=_count,
        numeric=True,
        share=lambda row: row.shares.flops,
    ),
    Column(
        key="field",
        title="Receptive field",
        help="How large a part of the input one number of the output sees.",
        value=lambda row: row.field.label() if row.field is not None else "",
        order=_seen,
        numeric=True,
    ),
    Column(
        key="activations",
        title="Activations",
        help="What is kept of a batch for the backward pass.",
        value=lambda row: row.memory.activations if row.memory is not None else None,
        words=_bytes,
        numeric=True,
    ),
    Column(
        key="memory",
        title="Memory",
        help="What training needs: weights, gradients, the optimizer's state, buffers and activations.",
        value=lambda row: row.memory.total if row.memory is not None else None,
        words=_bytes,
        numeric=True,
        share=lambda row: row.shares.memory,
    ),
    Column(
        key="args",
        title="Arguments",
        help="The arguments that do not stand at PyTorch's default.",
        value=_arguments,
    ),
    Column(
        key="dtype",
        title="dtype",
        help="The type of the numbers that go out.",
        value=lambda row: row.output.dtype if row.output is not None else None,
    ),
    Column(
        key="formula",
        title="Formula",
        help="How the parameters are counted.",
        value=lambda row: row.formula,
    ),
    Column(
        key="buffers",
        title="Buffers",
        help="Numbers that are kept beside the parameters and not learned by gradients.",
        value=lambda row: row.buffers,
        words=_count,
        numeric=True,
    ),
    Column(
        key="parameters_share",
        title="% params",
        help="The layer's share of all parameters.",
        value=lambda row: row.shares.parameters,
        words=share_text,
        numeric=True,
    ),
    Column(
        key="flops_share",
        title="% FLOPs",
        help="The layer's share of all FLOPs.",
        value=lambda row: row.shares.flops,
        words=share_text,
        numeric=True,
    ),
    Column(
        key="memory_share",
        title="% memory",
        help="The layer's share of the memory that training needs.",
        value=lambda row: row.shares.memory,
        words=share_text,
        numeric=True,
    ),
)
"""Every column, in the order in which they stand."""

BY_KEY = {column.key: column for column in COLUMNS}

BRIEF = ("name", "layer", "output", "parameters", "flops")
"""The columns that say the most; they are shown however narrow the place is."""

_MORE = ("memory", "args", "field", "input", "activations", "memory_share", "flops_share")
_REST = ("parameters_share", "dtype", "buffers", "formula")


def fitting(rows: Sequence[Row], width: int) -> tuple[Column, ...]:
    """The columns that fit into so many letters, the most telling first, without those that say nothing."""
    chosen = set(BRIEF)
    room = width - sum(_width(BY_KEY[key], rows) for key in BRIEF)
    for key in (*_MORE, *_REST):
        needed = _width(BY_KEY[key], rows)
        if needed <= room and BY_KEY[key].said(rows):
            chosen.add(key)
            room -= needed
    return tuple(column for column in COLUMNS if column.key in chosen)


def _width(column: Column, rows: Sequence[Row]) -> int:
    return 2 + max((len(text) for text in (column.title, *map(column.text, rows))), default=0)
