"""Torch's answers written by hand, and answers of torch itself about small chains."""

from collections.abc import Mapping
from typing import Any

from nnbuilder.engine.analyze import Analyzer
from nnbuilder.graph.analysis import Analysis, Footprint, LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, ArgValue, NodeId
from tests.engine.drawings import Drawn, project

Shape = tuple[int | None, ...]


def layer(
    key: str,
    kind: str,
    fed: Shape | None,
    given: Shape | None,
    args: Mapping[str, ArgValue] | None = None,
    **more: Any,
) -> LayerAnalysis:
    """One layer between two shapes."""
    into, out = (TensorType(shape) if shape is not None else None for shape in (fed, given))
    return LayerAnalysis(NodeId(key), key, kind, args or {}, into, out, **more)


def chain(*layers: LayerAnalysis) -> Analysis:
    """The layers one after the other."""
    return Analysis(layers, layers[0].input if layers else None, layers[-1].output if layers else None)


def group(key: str, *children: LayerAnalysis) -> LayerAnalysis:
    """A group that adds its layers up."""
    sums = {
        name: sum(getattr(child, name) for child in children)
        for name in ("parameters", "trainable", "buffers")
    }
    flops = sum(child.flops or 0 for child in children)
    first, last = (children[0].input, children[-1].output) if children else (None, None)
    return LayerAnalysis(NodeId(key), key, GROUP, {}, first, last, flops=flops, children=children, **sums)


def asked(*layers: Drawn, **given: Any) -> Analysis:
    """What torch says of a chain."""
    *_, last = Analyzer().analyze(project(*layers, **given), None)
    return last.analysis


PRINT = Footprint(weights=40, gradients=40, tensors=2, saved=40, keeps_input=True)
