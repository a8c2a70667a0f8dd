"""Runs and their differences in words, the same in the window and on the command line."""

import math
from collections.abc import Iterator
from typing import Any

from nnbuilder.catalog.registry import spec_of
from nnbuilder.catalog.spec import shown
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.runs.compare import Change, Layer, LayerChange
from nnbuilder.runs.label import Label
from nnbuilder.runs.record import RunRecord

_HASH = 64
_SHOWN_OF_HASH = 12
_LARGE = 1000


def number(value: float | None) -> str:
    """A loss or metric with four digits, a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "-"
    return f"{value:.4f}" if abs(value) < _LARGE else f"{value:.4g}"


def optimizer_text(record: RunRecord) -> str:
    """The optimizer as one writes it, with the arguments that were set."""
    training = record.project.training
    args = ", ".join(f"{name}={shown(value)}" for name, value in training.optimizer_args.items())
    return f"{training.optimizer}({args})"


def label_lines(label: Label) -> Iterator[str]:
    """What people said of a run, a line for each."""
    if label.name or label.tags:
        yield " ".join([*filter(None, [label.name]), *(f"#{tag}" for tag in label.tags)])
    yield from label.note.splitlines()


def layer_line(change: LayerChange) -> str:
    """A layer that came, went or changed, in one line."""
    before, after = change.before, change.after
    if before is not None and after is not None:
        args = ", ".join(
            f"{arg.field} {value_text(arg.before)} -> {value_text(arg.after)}" for arg in change.args
        )
        return f"{_named(after)}: {args}"
    if after is not None:
        return f"+ {layer_text(after)} at {after.name}"
    return f"- {layer_text(before)} at {before.name}" if before is not None else ""


def layer_text(layer: Layer) -> str:
    """A layer as its constructor is called: `Linear(4, 16)`, `Dropout(0.2)`, `ELU(alpha=0.5)`."""
    spec = spec_of(Node(NodeId(""), layer.type, layer.args))
    order = [arg.name for arg in spec.args if not arg.keyword] if spec else []
    leading = 0
    while leading < len(order) and order[leading] in layer.args:
        leading += 1
    words = [shown(layer.args[name]) for name in order[:leading]]
    rest = (name for name in layer.args if name not in order[:leading])
    return f"{layer.type}({', '.join([*words, *(f'{name}={shown(layer.args[name])}' for name in rest)])})"


def change_line(change: Change) -> str:
    """A field with another value, in one line."""
    return f"{change.field}  {value_text(change.before)} -> {value_text(change.after)}"


def result_line(change: Change) -> str:
    """A result in one line; of two measured numbers the difference as well."""
    before, after = change.before, change.after
    if not isinstance(before, float) or not isinstance(after, float):
        return change_line(change)
    sign = "+" if after > before else "-"
    far = f"{sign}{number(abs(after - before))}"
    return f"{change.field}  {number(before)} -> {number(after)}  ({far})"


def value_text(value: Any) -> str:
    """A value for people: nothing is a dash, a hash its first letters."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value[:_SHOWN_OF_HASH] if len(value) == _HASH else value
    return shown(tuple(value) if isinstance(value, list) else value)


def _named(layer: Layer) -> str:
    return layer.type if layer.name == layer.type else f"{layer.type} {layer.name}"
