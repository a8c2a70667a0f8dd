"""What is said of a parameter's numbers and of what was done to them."""

import math

from nnbuilder.graph.report.words import short
from nnbuilder.protocol.parameters import Figures, ParameterRow, ParametersChanged

_AXES = {
    ("Linear", "weight"): "a row is a neuron, a column one of its inputs",
    ("Linear", "bias"): "one number for each neuron",
    ("Embedding", "weight"): "row i is what the index i becomes",
}


_BUFFERS = {
    "running_mean": "the mean of the inputs so far, used in eval mode",
    "running_var": "the variance of the inputs so far, used in eval mode",
    "num_batches_tracked": "batches that it has seen in train mode",
}


def shape_words(row: ParameterRow, rows: int) -> str:
    """Shape, dtype and device, and how much of the parameter is in the table."""
    shape = f"({', '.join(map(str, row.shape))}{',' if len(row.shape) == 1 else ''})"
    text = f"{shape} {row.dtype}, {row.device}"
    if row.shape and rows < row.shape[0]:
        text += f", the first {rows:,} of {row.shape[0]:,} rows"
    return text


def axes_words(row: ParameterRow) -> str:
    """What rows and columns are, or what a buffer is for; empty where there is nothing short to say."""
    if row.layer.startswith("Conv") and row.key.name == "weight" and len(row.shape) > 2:
        first = "input, output" if "Transpose" in row.layer else "output, input"
        return f"a kernel for each pair of {first} channel"
    if row.layer.startswith("Conv") and row.key.name == "bias":
        return "one number for each output channel"
    if row.buffer:
        meant = _BUFFERS.get(row.key.name, "")
        return f"a buffer, no parameter{f', {meant}' if meant else ''}"
    return _AXES.get((row.layer, row.key.name), "")


def place_words(place: int, shape: tuple[int, ...]) -> str:
    """A number's place as Python writes it, from its place counted flat: `[3, 2]`; empty for a single one."""
    if not shape:
        return ""
    found: list[int] = []
    for size in reversed(shape):
        place, rest = divmod(place, size)
        found.insert(0, rest)
    return f"[{', '.join(map(str, found))}]"


def figures_words(figures: Figures) -> str:
    """The figures of some numbers in one line."""
    if figures.mean is None:
        return "no finite numbers"
    ends = f"{short(figures.minimum)} to {short(figures.maximum)}"
    return f"{ends}, mean {short(figures.mean)}, std {short(figures.spread)}"


def outcome(title: str, changed: ParametersChanged) -> str:
    """What a change has done, for the status bar."""
    text = f"{title}."
    if changed.loss is not None and changed.loss_after is not None:
        same = math.isclose(changed.loss, changed.loss_after, rel_tol=1e-9)
        loss = "stays at" if same else f"{changed.loss:.6g} →"
        text = f"{title}: loss of a batch {loss} {changed.loss_after:.6g}."
    elif changed.loss is not None:
        text = f"{title}: the loss of a batch is no finite number any more."
    return f"{text} Undo takes it back."
