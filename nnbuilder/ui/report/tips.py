"""What the report says when the mouse rests on it: everything that a cell has no room for."""

from nnbuilder.graph.report.columns import Column, argument
from nnbuilder.graph.report.dimensions import MEANINGS
from nnbuilder.graph.report.heavy import share_lines
from nnbuilder.graph.report.rows import Row, Tensor
from nnbuilder.graph.report.words import size_text


def row_tip(row: Row, key: str) -> str:
    """The tip of one cell."""
    lines = {
        "args": _args,
        "input": lambda row: _tensor(row.input, row),
        "output": lambda row: _tensor(row.output, row),
        "field": _field,
        "parameters": _parameters,
        "formula": _parameters,
        "buffers": _parameters,
        "flops": _flops,
        "activations": _memory,
        "memory": _memory,
    }.get(key, _shares)(row)
    head = row.layer if row.name == row.layer else f"{row.name}: {row.layer}"
    return "\n".join((head, *lines))


def header_tip(column: Column) -> str:
    """The tip of a header."""
    return f"{column.title}: {column.help}\nA click sorts, a right click chooses columns."


def _args(row: Row) -> tuple[str, ...]:
    chosen = {name for name, _ in row.chosen}
    return tuple(
        argument(name, value) + ("" if name in chosen else "  (PyTorch's default)")
        for name, value in row.args
    )


def _tensor(tensor: Tensor | None, row: Row) -> tuple[str, ...]:
    if tensor is None:
        return (f"expects {row.needs}",) if row.needs else ("not known: a layer before this one fails",)
    lines = [
        f"{'N' if size is None else size}: {MEANINGS.get(name, 'dimension')}" for size, name in tensor.pairs
    ]
    return (*lines, tensor.dtype)


def _field(row: Row) -> tuple[str, ...]:
    if row.field is None:
        return ("Its outputs belong to no window of the input.",)
    if row.field.whole:
        return ("Each number of the output sees the whole input.",)
    return (f"Each number of the output sees {row.field.label()} of the input, borders included.",)


def _parameters(row: Row) -> tuple[str, ...]:
    if row.parameters is None:
        return ("not known: the layer does not run",)
    lines = [f"{row.formula} = {row.parameters:,}" if row.formula else f"{row.parameters:,} parameters"]
    frozen = row.parameters - (row.trainable or 0)
    if frozen:
        lines.append(f"{frozen:,} of them are frozen: training leaves them as they are")
    if row.buffers:
        lines.append(f"{row.buffers:,} buffer values beside them")
    return (*lines, *share_lines(row.shares))


def _shares(row: Row) -> tuple[str, ...]:
    return share_lines(row.shares)


def _flops(row: Row) -> tuple[str, ...]:
    if row.flops is None:
        return ("not known: the layer does not run",)
    return (f"{row.flops:,} operations in one sample's forward pass", *share_lines(row.shares))


def _memory(row: Row) -> tuple[str, ...]:
    if row.memory is None:
        return ("not measured",)
    parts = (
        ("weights", row.memory.weights),
        ("gradients", row.memory.gradients),
        ("optimizer's state", row.memory.state),
        ("buffers", row.memory.buffers),
        ("activations kept for the backward pass", row.memory.activations),
    )
    return (*(f"{size_text(count)} {word}" for word, count in parts if count), *share_lines(row.shares))
