"""How the parameters of a layer and of the whole network are counted, with the numbers."""

from collections.abc import Iterable

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.parameters import ParameterRow

MOST = 6
"""The most layers whose numbers are added up one by one."""


def layer_line(layer: LayerAnalysis | None, rows: tuple[ParameterRow, ...]) -> str:
    """The counting formula of a layer: `0 Linear: (9 + 1) × 4 = 40`; buffers are told of and not counted."""
    if not rows:
        return ""
    parameters, buffers = parted(rows)
    total = sum(row.numel for row in parameters)
    name = rows[0].full.rpartition(".")[0] if layer is None else layer.name
    known = layer is not None and layer.formula and layer.parameters == total  # else it is of another drawing
    formula = layer.formula.replace("*", "×") if layer is not None and known else _parts(parameters)
    kind = rows[0].layer if layer is None else layer.layer
    counted = f"{formula} = {total:,}" if parameters else "no parameters"
    return f"{name} {kind}: {counted}{_besides(buffers)}"


def parted(rows: Iterable[ParameterRow]) -> tuple[tuple[ParameterRow, ...], tuple[ParameterRow, ...]]:
    """The parameters and the buffers, each in their order."""
    rows = tuple(rows)
    return tuple(row for row in rows if not row.buffer), tuple(row for row in rows if row.buffer)


def _besides(buffers: tuple[ParameterRow, ...]) -> str:
    """What lies beside the parameters and is not counted with them."""
    if not buffers:
        return ""
    count = sum(row.numel for row in buffers)
    numbers = f"{count:,} {'number' if count == 1 else 'numbers'}"
    return f"; {numbers} in {len(buffers):,} {'buffer' if len(buffers) == 1 else 'buffers'}"


def _parts(rows: tuple[ParameterRow, ...]) -> str:
    """The sizes of each parameter multiplied, and all added up."""
    return " + ".join(" × ".join(map(str, row.shape)) or "1" for row in rows)


def total_line(rows: tuple[ParameterRow, ...]) -> str:
    """All layers added up: `40 + 15 = 55 parameters`."""
    parameters, buffers = parted(rows)
    sizes: dict[NodeId, int] = {}
    for row in parameters:
        sizes[row.key.node] = sizes.get(row.key.node, 0) + row.numel
    total = sum(sizes.values())
    trained = sum(row.numel for row in parameters if row.requires_grad)
    beside = _besides(buffers)
    terms = [f"{size:,}" for size in sizes.values()]
    if len(terms) > MOST:
        terms = [*terms[: MOST - 1], "…", terms[-1]]
    added = f"{' + '.join(terms)} = {total:,}" if len(terms) > 1 else f"{total:,}"
    if trained != total:
        return f"{added} parameters: {trained:,} trainable, {total - trained:,} frozen{beside}"
    tensors = f"{len(parameters):,} {'tensor' if len(parameters) == 1 else 'tensors'}"
    return f"{added} parameters in {tensors}{beside}"


def layer_of(analysis: Analysis, node: NodeId) -> LayerAnalysis | None:
    """Torch's answer about a layer."""
    return next((layer for layer in analysis.every() if layer.id == node), None)


def of_layer(rows: Iterable[ParameterRow], node: NodeId) -> tuple[ParameterRow, ...]:
    """The parameters of one layer."""
    return tuple(row for row in rows if row.key.node == node)
