"""Normalizations that look at each sample by itself, in the place of those that need a batch."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.engine.build import resolve_args
from nnbuilder.engine.walk import Inference
from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.edits import SetType
from nnbuilder.graph.graph import ArgValue, Graph
from nnbuilder.project.chain import title
from nnbuilder.project.problem import Fix

_GROUPS = (32, 16, 8, 4, 2, 1)
"""How many groups of channels are tried; each has two channels or more where there are so many."""


def other_norms(graph: Graph, layers: Sequence[LayerAnalysis], inference: Inference) -> tuple[Fix, ...]:
    """One fix that puts another normalization in the place of each; none where torch refuses one of them."""
    found = (next(_fitting(graph, layer, inference), None) for layer in layers)
    edits = [edit for edit in found if edit is not None]
    if not edits or len(edits) < len(layers):
        return ()
    names = " and ".join(dict.fromkeys(edit.type for edit in edits))
    what = title(graph.nodes[layers[0].id]) if len(layers) == 1 else f"{len(layers)} layers that need a batch"
    return (Fix(f"Use {names} instead of {what}", tuple(edits)),)


def _fitting(graph: Graph, layer: LayerAnalysis, inference: Inference) -> Iterator[SetType]:
    """Other layers that torch takes for a single sample as well as for several, and that keep its shape."""
    kind, node = layer.input, graph.nodes[layer.id]
    if kind is None:
        return
    single = TensorType((1, *kind.shape[1:]), kind.dtype)
    for name, given in _choices(kind):
        new = new_node(name, node.id)
        new = msgspec.structs.replace(new, args={**new.args, **given})
        args = resolve_args(LAYERS[name], new, kind)
        outcomes = [inference.outcome(LAYERS[name], args, one, lambda: None) for one in (kind, single)]
        if outcomes[0].output == layer.output and outcomes[1].output is not None:
            yield SetType(node.id, name, new.args)


def _choices(kind: TensorType) -> Iterator[tuple[str, Mapping[str, ArgValue]]]:
    """Groups of channels for pictures and the like, all features of a sample for a row of numbers."""
    channels = kind.shape[1] if len(kind.shape) > 1 else None
    if len(kind.shape) > 2 and channels is not None:
        for groups in _GROUPS:
            if channels % groups == 0 and (channels // groups > 1 or groups == 1):
                yield "GroupNorm", {"num_groups": groups}
    if len(kind.shape) == 2:
        yield "LayerNorm", {}
