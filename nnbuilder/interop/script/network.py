"""`build_model` of a script: the network with a table of its layers, and what was noted on the drawing."""

from collections.abc import Iterator

from nnbuilder.graph.analysis import LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, Graph
from nnbuilder.interop.pretty import layout
from nnbuilder.interop.python_writer import holds_names, network_parts
from nnbuilder.interop.script.pieces import Piece, comment, one_line
from nnbuilder.interop.script.plan import Plan

_NAME = 28
"""Columns that a layer's name may take in the table."""


def network_piece(plan: Plan) -> Piece:
    """The function that builds the network, below the small classes that it uses."""
    network, small = network_parts(plan.graph, plan.analysis)
    body = [
        "def build_model():",
        '    """Return the network, its weights drawn at random from the seed of PyTorch."""',
        *(f"    # {row}".rstrip() for row in layer_table(plan)),
        *notes(plan.graph, 4),
        f"    return {layout(network, 4, 11)}",
    ]
    imports = ["from torch import nn"]
    imports += ["from collections import OrderedDict"] if holds_names(network) else []
    imports += ["import torch"] if any(one.both for one in small) else []
    return Piece("\n\n".join([*(one.source() for one in small), "\n".join(body) + "\n"]), tuple(imports))


def layer_table(plan: Plan) -> Iterator[str]:
    """The layers in order: name, what comes out of a batch of N samples, how many parameters."""
    rows = [("layer", "output", "parameters"), ("input", shape(plan.input), "")]
    rows += [(_name(layer), shape(layer.output), f"{layer.parameters:,}") for layer in layers(plan)]
    rows += [("in all", "", f"{plan.analysis.parameters:,}")]
    rows += [("trained", "", f"{plan.analysis.trainable:,}")] if plan.frozen else []
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for name, output, parameters in rows:
        yield f"{name:<{widths[0]}}  {output:<{widths[1]}}  {parameters:>{widths[2]}}"


def layers(plan: Plan) -> list[LayerAnalysis]:
    """The layers that compute, groups opened."""
    return [layer for layer in plan.analysis.every() if layer.layer != GROUP]


def shape(kind: TensorType | None) -> str:
    """A shape in plain letters, N for the samples of a batch."""
    return " x ".join("N" if size is None else str(size) for size in (kind.shape if kind else ()))


def notes(graph: Graph, indent: int) -> Iterator[str]:
    """What was noted on the drawing, as comments."""
    for note in graph.notes.values():
        if note.text.strip():
            yield from comment(f"Note: {note.text.strip()}", indent)


def _name(layer: LayerAnalysis) -> str:
    name = one_line(layer.name)
    cut = name if len(name) <= _NAME else name[: _NAME - 3] + "..."
    return f"{cut} {layer.layer}{' frozen' if layer.trainable < layer.parameters else ''}"
