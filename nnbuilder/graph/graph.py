"""The drawing as a value: nodes with arguments and places, edges between their ports."""

from collections.abc import Mapping
from typing import Any, Literal, NewType

import msgspec

NodeId = NewType("NodeId", str)
"""Names a node in documents, messages and scenes alike; unique within a graph."""

ArgValue = bool | int | float | str | tuple[Any, ...] | None
"""A constructor argument: JSON's scalars, and tuples of them (lists in JSON)."""

INPUT = "Input"
"""The type of the node where the chain starts."""

LOSS = "Loss"
"""The type of the node where the chain ends."""

Side = Literal["in", "out"]


class Port(msgspec.Struct, frozen=True):
    """One place on a node where an edge may start ("out") or end ("in")."""

    node: NodeId
    side: Side


class Edge(msgspec.Struct, frozen=True, order=True, gc=False):
    """An arrow from the output of one node to the input of another."""

    source: NodeId
    target: NodeId


class Node(msgspec.Struct, frozen=True, gc=False):
    """One layer (or the Input, or the Loss) as drawn.

    `type` is a torch.nn class name of the catalogue, `Input` or `Loss`; a name that the catalogue does not
    know is kept as a placeholder. `args` holds only what was set explicitly: what is absent has the
    catalogue's default. `name` is the user's own name for the layer (empty: its index in the Sequential).
    `x`, `y` are scene coordinates of the upper left corner. `extra` keeps unknown keys of a file.
    """

    id: NodeId
    type: str
    args: Mapping[str, ArgValue] = {}
    x: float = 0.0
    y: float = 0.0
    name: str = ""
    extra: Mapping[str, Any] = {}


class Graph(msgspec.Struct, frozen=True, gc=False):
    """All nodes and edges of a drawing; never changed in place.

    `nodes` keeps insertion order. Any set of edges is a legal value: whether they form one chain is a
    question for `graph.order` and `project.check`.
    """

    nodes: Mapping[NodeId, Node] = {}
    edges: tuple[Edge, ...] = ()

    def incoming(self, node: NodeId) -> tuple[Edge, ...]:
        """Edges that end at the node, in stored order."""
        return tuple(edge for edge in self.edges if edge.target == node)

    def outgoing(self, node: NodeId) -> tuple[Edge, ...]:
        """Edges that start at the node, in stored order."""
        return tuple(edge for edge in self.edges if edge.source == node)

    def of_type(self, node_type: str) -> tuple[Node, ...]:
        """All nodes of one type, in stored order."""
        return tuple(node for node in self.nodes.values() if node.type == node_type)


def fresh_id(graph: Graph, taken: frozenset[NodeId] = frozenset()) -> NodeId:
    """The first free id of the form `n1`, `n2`, ... in the graph, avoiding `taken` as well."""
    number = len(graph.nodes) + 1
    while (candidate := NodeId(f"n{number}")) in graph.nodes or candidate in taken:
        number += 1
    return candidate
