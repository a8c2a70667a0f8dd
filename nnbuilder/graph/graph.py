"""The drawing as a value: nodes with arguments and places, edges between their ports, notes beside them."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
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

GROUP = "Sequential"
"""The type of a node that stands for a nested `nn.Sequential`: its children name it as their parent."""

NOTE_COLORS = ("yellow", "orange", "red", "purple", "blue", "green", "gray")
"""The colours that a note or a frame can have; a view decides how each looks, light or dark."""

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
    `x`, `y` are scene coordinates of the upper left corner. `parent` is the group that the node lies in,
    None at the top. A `disabled` node is built and analyzed as `Identity` and keeps what it was. Training
    leaves the parameters of a `frozen` node, and of all that lies in it, as they are. `extra` keeps unknown
    keys of a file.
    """

    id: NodeId
    type: str
    args: Mapping[str, ArgValue] = {}
    x: float = 0.0
    y: float = 0.0
    name: str = ""
    extra: Mapping[str, Any] = {}
    parent: NodeId | None = None
    disabled: bool = False
    frozen: bool = False


class Note(msgspec.Struct, frozen=True, gc=False):
    """Text on the drawing, or with `frame` a titled frame around a part of it; neither computes anything.

    `x`, `y` are scene coordinates of the upper left corner, `parent` is the group in whose drawing the note
    lies. `color` is one of `NOTE_COLORS`. No note has the id of a node.
    """

    id: NodeId
    text: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 200.0
    height: float = 80.0
    color: str = NOTE_COLORS[0]
    frame: bool = False
    parent: NodeId | None = None
    extra: Mapping[str, Any] = {}


class Graph(msgspec.Struct, frozen=True, gc=False):
    """All nodes, edges and notes of a drawing; never changed in place.

    `nodes` keeps insertion order. It is flat: a node inside a group names it as its parent, and edges join
    siblings only (`graph.structure` holds that). Any set of such edges is a legal value: whether they form
    one chain is a question for `graph.order` and `project.check`.
    """

    nodes: Mapping[NodeId, Node] = {}
    edges: tuple[Edge, ...] = ()
    notes: Mapping[NodeId, Note] = {}

    def incoming(self, node: NodeId) -> tuple[Edge, ...]:
        """Edges that end at the node, in stored order."""
        return tuple(edge for edge in self.edges if edge.target == node)

    def outgoing(self, node: NodeId) -> tuple[Edge, ...]:
        """Edges that start at the node, in stored order."""
        return tuple(edge for edge in self.edges if edge.source == node)

    def children(self, group: NodeId | None) -> tuple[Node, ...]:
        """The nodes that lie directly in a group, or at the top, in stored order."""
        return tuple(node for node in self.nodes.values() if node.parent == group)

    def level(self, group: NodeId | None) -> "Graph":
        """What lies directly in a group, or at the top, as a drawing of its own without notes."""
        nodes = {node.id: node for node in self.children(group)}
        return Graph(
            nodes, tuple(edge for edge in self.edges if edge.source in nodes and edge.target in nodes)
        )

    def within(self, nodes: Iterable[NodeId]) -> frozenset[NodeId]:
        """These nodes and everything in them, at any depth."""
        found = set(nodes)
        below: dict[NodeId, list[NodeId]] = {}
        for node in self.nodes.values():
            if node.parent is not None:
                below.setdefault(node.parent, []).append(node.id)
        waiting = list(found) if below else []
        while waiting:
            fresh = [key for key in below.get(waiting.pop(), ()) if key not in found]
            found.update(fresh)
            waiting += fresh
        return frozenset(found)

    def groups_of(self, node: NodeId) -> tuple[NodeId, ...]:
        """The groups around a node, the innermost first."""
        around: dict[NodeId, None] = {}
        parent = self.nodes[node].parent
        while parent is not None and parent in self.nodes and parent not in around:
            around[parent] = None
            parent = self.nodes[parent].parent
        return tuple(around)

    def is_frozen(self, node: NodeId) -> bool:
        """Whether training leaves a node as it is: it is frozen, or a group around it."""
        return any(self.nodes[key].frozen for key in (node, *self.groups_of(node)))

    def of_type(self, node_type: str) -> tuple[Node, ...]:
        """All nodes of one type, in stored order."""
        return tuple(node for node in self.nodes.values() if node.type == node_type)


def fresh_id(graph: Graph, taken: frozenset[NodeId] = frozenset()) -> NodeId:
    """The first free id of the form `n1`, `n2`, ... in the graph, avoiding `taken` as well."""
    return next(key for key in fresh_ids(graph) if key not in taken)


def fresh_ids(graph: Graph) -> Iterator[NodeId]:
    """Free ids, endlessly, no two of them equal."""
    for number in itertools.count(len(graph.nodes) + 1):
        key = NodeId(f"n{number}")
        if key not in graph.nodes and key not in graph.notes:
            yield key
