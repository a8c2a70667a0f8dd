"""A text and a drawing that say the same: the text, and where each layer stands in it."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.interop.class_writer import class_source
from nnbuilder.interop.code.changes import Span
from nnbuilder.interop.code.match import Path, matches
from nnbuilder.interop.code.pieces import Piece, Resolved, written
from nnbuilder.interop.code.places import Lines, Placed, placed, span_of
from nnbuilder.interop.code.syntax import Syntax
from nnbuilder.interop.python_reader import read_source
from nnbuilder.interop.python_writer import module_source
from nnbuilder.interop.reading import ReadLayer

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
    reading = read_source(text)
    if not reading.ok and (reading.layers or "Sequential(" not in text):
        return None  # an empty network is none to read, but one to draw
    layers = placed(text, reading.layers, graph)
    return None if layers is None else Agreed(text, layers)


def likened(text: str, graph: Graph, resolved: Resolved) -> Agreed | None:
    """A text as one of a drawing that it was not written for: each layer is the node that is most like it.

    None where the text cannot be read. Raises `WriteError` where the drawing cannot be written.
    """
    reading = read_source(text)
    if not reading.ok:
        return None
    pieces = written(graph, resolved).layers
    found = matches([_read(piece) for piece in pieces], reading.layers).old
    nodes = dict(_paths(pieces))
    keys = {new: nodes[old] for new, old in found.items()}
    return Agreed(text, tuple(_likened(Lines(text), reading.layers, keys, ())))


def form_of(agreed: Agreed) -> View:
    """How a text writes the network: as a class where all its layers stand in one."""
    return _form(agreed.text, [layer.span for layer in agreed.layers])


def form_of_text(text: str) -> View:
    """How a text writes the network, whatever is drawn."""
    if "class " not in text:
        return "sequential"
    lines = Lines(text)
    return _form(text, [span_of(lines, layer) for layer in read_source(text).layers])


def _form(text: str, spans: Sequence[Span]) -> View:
    if not spans or "class " not in text:
        return "sequential"
    try:
        statement = Syntax(text).statement(spans)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return "sequential"
    return "class" if isinstance(statement, ast.ClassDef) else "sequential"


def _read(piece: Piece) -> ReadLayer:
    """A piece as a text would say it."""
    inside = tuple(map(_read, piece.layers))
    return ReadLayer(piece.type, piece.args, piece.name, inside, frozen=piece.frozen)


def _paths(pieces: Iterable[Piece], around: Path = ()) -> Iterator[tuple[Path, NodeId]]:
    for index, piece in enumerate(pieces):
        yield (*around, index), piece.id
        yield from _paths(piece.layers, (*around, index))


def _likened(
    lines: Lines, layers: Sequence[ReadLayer], keys: Mapping[Path, NodeId], around: Path
) -> Iterator[Placed]:
    """The layers with their nodes; one that is none gets an id that no node has."""
    for index, layer in enumerate(layers):
        path = (*around, index)
        inside = tuple(_likened(lines, layer.layers, keys, path))
        key = keys.get(path, NodeId("?" + ".".join(map(str, path))))
        yield Placed(key, layer, *span_of(lines, layer), inside)
