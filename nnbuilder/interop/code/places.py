"""Which characters of a text belong to which layer of a drawing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import msgspec

from nnbuilder.graph.graph import GROUP, Graph, NodeId
from nnbuilder.graph.order import Orders, active, orders_of
from nnbuilder.interop.code.changes import Span
from nnbuilder.interop.reading import ReadLayer

_LINE = re.compile(r".*?(?:\r\n|\r|\n)|.+\Z", re.DOTALL)


class Lines:
    """Turns places of a text, line and column, into offsets; a mark of the byte order counts as nothing."""

    def __init__(self, text: str) -> None:
        self._mark = text.startswith("\ufeff")
        self.texts = _LINE.findall(text[self._mark :])
        self.starts = [*accumulate(map(len, self.texts), initial=int(self._mark))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a place counted from 1."""
        if line > len(self.texts):
            return self.starts[-1]
        return min(self.starts[line - 1] + column - 1, self.starts[line])

    def of_bytes(self, line: int, column: int) -> int:
        """The offset of a place as Python's parser gives it: the column in bytes of UTF-8, from 0."""
        if line > len(self.texts):
            return self.starts[-1]
        text = self.texts[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="replace"))
        return self.starts[line - 1] + column


class Placed(msgspec.Struct, frozen=True):
    """One layer of a drawing in a text: what the text says of it, and where."""

    id: NodeId
    layer: ReadLayer
    start: int
    end: int
    layers: tuple["Placed", ...] = ()

    @property
    def span(self) -> Span:
        """Its characters."""
        return self.start, self.end


def placed(text: str, layers: Sequence[ReadLayer], graph: Graph) -> tuple[Placed, ...] | None:
    """The layers of a text with the nodes that they are; None where they differ in more than arguments."""
    return _placed(Lines(text), layers, graph, orders_of(graph), None)


def every(layers: Iterable[Placed]) -> Iterator[Placed]:
    """All layers at any depth, groups before what lies in them."""
    for layer in layers:
        yield layer
        yield from every(layer.layers)


def span_of(lines: Lines, layer: ReadLayer) -> Span:
    """Where a layer stands."""
    return lines.offset(layer.line, layer.column), lines.offset(layer.end_line, layer.end_column)


def _placed(
    lines: Lines, layers: Sequence[ReadLayer], graph: Graph, orders: Orders, group: NodeId | None
) -> tuple[Placed, ...] | None:
    keys = orders[group].layers
    if len(keys) != len(layers):
        return None
    found: list[Placed] = []
    for key, layer in zip(keys, layers, strict=True):
        node = active(graph.nodes[key])
        inside: tuple[Placed, ...] | None = ()
        if node.type == GROUP == layer.type:
            inside = _placed(lines, layer.layers, graph, orders, key)
        if node.type != layer.type or inside is None:
            return None
        found.append(Placed(key, layer, *span_of(lines, layer), inside))
    return tuple(found)
