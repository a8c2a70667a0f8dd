"""What was found in a text: layers in order, and everything that could not be read, each with its place."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from nnbuilder.graph.graph import ArgValue, Edge, Graph, Node, NodeId, fresh_ids
from nnbuilder.graph.layout import START, Place, tidy_places


class SourceProblem(msgspec.Struct, frozen=True):
    """One thing in a text that is not read: a sentence, and where, line and column counted from 1.

    An "error" keeps the text from being used; a "warning" names what was left out beside the network.
    """

    line: int
    column: int
    message: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """The problem on one line, with its place in front."""
        return f"{self.line}:{self.column}: {self.message}"


class ReadLayer(msgspec.Struct, frozen=True):
    """One layer of a text, or a nested Sequential with its layers.

    `args` holds what the text says and PyTorch's default does not; `name` is empty where the state_dict has
    the index. `line` and `column` are where it starts.
    """

    type: str
    args: Mapping[str, ArgValue] = {}
    name: str = ""
    layers: tuple["ReadLayer", ...] = ()
    line: int = 1
    column: int = 1


class Reading(msgspec.Struct, frozen=True):
    """The network of a text in order, and the problems in the order in which they stand there."""

    layers: tuple[ReadLayer, ...] = ()
    problems: tuple[SourceProblem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there is a network and nothing in it had to be left out."""
        return bool(self.layers) and all(problem.severity == "warning" for problem in self.problems)

    def fragment(self, graph: Graph, group: NodeId | None = None, start: Place = START) -> Graph:
        """The layers as nodes that can be put into a graph: free ids, a chain of edges, tidy places."""
        nodes: dict[NodeId, Node] = {}
        edges: list[Edge] = []
        _draw(self.layers, group, start, fresh_ids(graph), nodes, edges)
        return Graph(nodes, tuple(edges))


def _draw(
    layers: tuple[ReadLayer, ...],
    group: NodeId | None,
    start: Place,
    ids: Iterator[NodeId],
    nodes: dict[NodeId, Node],
    edges: list[Edge],
) -> None:
    before: NodeId | None = None
    for layer, (x, y) in zip(layers, tidy_places(len(layers), start), strict=True):
        key = next(ids)
        nodes[key] = Node(key, layer.type, dict(layer.args), x, y, layer.name, parent=group)
        if before is not None:
            edges.append(Edge(before, key))
        _draw(layer.layers, key, START, ids, nodes, edges)
        before = key
