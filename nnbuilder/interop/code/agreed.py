"""A text and a drawing that say the same: the text, and where each layer stands in it."""

import ast
from typing import Literal

import msgspec

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import Graph
from nnbuilder.interop.class_writer import class_source
from nnbuilder.interop.code.pieces import Resolved
from nnbuilder.interop.code.places import Placed, placed
from nnbuilder.interop.code.syntax import Syntax
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import module_source

View = Literal["sequential", "class"]
"""How a network is written: as one `nn.Sequential`, or as a class."""


class Agreed(msgspec.Struct, frozen=True):
    """A text with the nodes that its layers are."""

    text: str
    layers: tuple[Placed, ...] = ()


def fresh(graph: Graph, resolved: Resolved, view: View) -> Agreed:
    """The drawing written anew; raises `WriteError` where it cannot be."""
    told = Analysis(tuple(LayerAnalysis(key, "", "", args) for key, args in resolved.items()))
    text = module_source(graph, told) if view == "sequential" else class_source(graph, told)
    return agreement(text, graph) or Agreed(text)


def agreement(text: str, graph: Graph) -> Agreed | None:
    """A text as one of this drawing; None where they differ in more than arguments and names."""
    layers = placed(text, read_source(text).layers, graph)
    return None if layers is None else Agreed(text, layers)


def form_of(agreed: Agreed) -> View:
    """How a text writes the network: as a class where all its layers stand in one."""
    if not agreed.layers or "class " not in agreed.text:
        return "sequential"
    try:
        statement = Syntax(agreed.text).statement(layer.span for layer in agreed.layers)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return "sequential"
    return "class" if isinstance(statement, ast.ClassDef) else "sequential"
