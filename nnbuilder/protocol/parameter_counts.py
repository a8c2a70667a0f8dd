"""How the parameters of a layer and of the whole network are counted, with the numbers."""

from collections.abc import Iterable

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.parameters import ParameterRow

MOST = 6
"""The most layers whose numbers are added up one by one."""


def layer_line(layer: LayerAnalysis | None, rows: tuple[ParameterRow, ...]) -> str:
    """The counting formula of a layer: `0 Linear: (9 + 1) × 4 = 40`."""
    if not rows:
        return ""
    total = sum(row.numel for row in rows)
    name = rows[0].full.rpartition(".")[0] if layer is None else layer.name
    known = layer is not None and layer.formula and layer.parameters == total  # else it is of another drawing
    formula = layer.formula.replace("*", "×") if layer is not None and known else _parts(rows)
    kind = rows[0].layer if layer is None else layer.layer
    return f"{name} {kind}: {formula} = {total:,}"


def _parts(rows: tuple[ParameterRow, ...]) -> str:
    """The sizes of each parameter multiplied, and all added up."""
    return " + ".join(" × ".join(map(str, row.shape)) or "1" for row in rows)


def total_line(rows: tuple[ParameterRow, ...]) -> str:
    """All layers added up: `40 + 15 = 55 parameters`."""
    sizes: dict[NodeId, int] = {}
    for row in rows:
        sizes[row.key.node] = sizes.get(row.key.node, 0) + row.numel
    total = sum(sizes.values())
    trained = sum(row.numel for row in rows if row.requires_grad)
    terms = [f"{size:,}" for size in sizes.values()]
    if len(terms) > MOST:
        terms = [*terms[: MOST - 1], "…", terms[-1]]
    added = f"{' + '.join(terms)} = {total:,}" if len(terms) > 1 else f"{total:,}"
    if trained != total:
        return f"{added} parameters: {trained:,} trainable, {total - trained:,} frozen"
    return f"{added} parameters in {len(rows):,} {'tensor' if len(rows) == 1 else 'tensors'}"


def layer_of(analysis: Analysis, node: NodeId) -> LayerAnalysis | None:
    """Torch's answer about a layer."""
    return next((layer for layer in analysis.every() if layer.id == node), None)


def of_layer(rows: Iterable[ParameterRow], node: NodeId) -> tuple[ParameterRow, ...]:
    """The parameters of one layer."""
    return tuple(row for row in rows if row.key.node == node)
