"""Every change to a drawing as a frozen value: it can be applied, named, saved and replayed."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

import msgspec

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, ArgValue, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import reaches


class GraphEdit(msgspec.Struct, frozen=True, tag=True, tag_field="edit", gc=False):
    """One user change to the graph."""

    def apply(self, graph: Graph) -> Graph:
        """The changed graph; raises `EditRefused`, with a sentence, where the edit makes no sense."""
        raise NotImplementedError

    def describe(self, graph: Graph) -> str:
        """What the edit does, for the undo menu; `graph` is the one before the edit."""
        raise NotImplementedError

    def merge_key(self) -> Hashable | None:
        """Edits with equal keys that follow each other are one undo step; None never merges."""
        return None


class AddNode(GraphEdit, frozen=True):
    """Puts one node, unconnected, into the graph."""

    node: Node

    def apply(self, graph: Graph) -> Graph:
        if self.node.id in graph.nodes:
            raise EditRefused(f"A node {self.node.id} is there already.")
        return msgspec.structs.replace(graph, nodes={**graph.nodes, self.node.id: self.node})

    def describe(self, graph: Graph) -> str:
        return f"Add {self.node.type}"


class RemoveNodes(GraphEdit, frozen=True):
    """Takes nodes out; with `close_gap`, what fed a removed stretch then feeds what followed it."""

    nodes: tuple[NodeId, ...]
    close_gap: bool = True

    def apply(self, graph: Graph) -> Graph:
        for node in self.nodes:
            _known(graph, node)
        gone = set(self.nodes)
        edges = [edge for edge in graph.edges if edge.source not in gone and edge.target not in gone]
        if self.close_gap:
            edges += _bridges(graph, gone, {edge.target for edge in edges})
        left = {key: node for key, node in graph.nodes.items() if key not in gone}
        return msgspec.structs.replace(graph, nodes=left, edges=tuple(edges))

    def describe(self, graph: Graph) -> str:
        return f"Delete {_count(graph, self.nodes)}"


class SetArg(GraphEdit, frozen=True):
    """Sets one argument of a node explicitly."""

    node: NodeId
    name: str
    value: ArgValue

    def apply(self, graph: Graph) -> Graph:
        node = _known(graph, self.node)
        return _put(graph, msgspec.structs.replace(node, args={**node.args, self.name: self.value}))

    def describe(self, graph: Graph) -> str:
        return f"Set {self.name} to {self.value}"

    def merge_key(self) -> Hashable:
        return ("SetArg", self.node, self.name)


class ResetArg(GraphEdit, frozen=True):
    """Gives one argument of a node its default (or "auto") again."""

    node: NodeId
    name: str

    def apply(self, graph: Graph) -> Graph:
        node = _known(graph, self.node)
        left = {key: value for key, value in node.args.items() if key != self.name}
        return _put(graph, msgspec.structs.replace(node, args=left))

    def describe(self, graph: Graph) -> str:
        return f"Reset {self.name}"


class SetArgs(GraphEdit, frozen=True):
    """Replaces all explicit arguments of a node, for example when the Loss node changes its loss."""

    node: NodeId
    args: Mapping[str, ArgValue]

    def apply(self, graph: Graph) -> Graph:
        return _put(graph, msgspec.structs.replace(_known(graph, self.node), args=dict(self.args)))

    def describe(self, graph: Graph) -> str:
        return f"Change {graph.nodes[self.node].type}" if self.node in graph.nodes else "Change"


class SetType(GraphEdit, frozen=True):
    """Makes a node another layer, with these explicit arguments."""

    node: NodeId
    type: str
    args: Mapping[str, ArgValue] = {}

    def apply(self, graph: Graph) -> Graph:
        node = _known(graph, self.node)
        return _put(graph, msgspec.structs.replace(node, type=self.type, args=dict(self.args)))

    def describe(self, graph: Graph) -> str:
        return f"Change to {self.type}"


class Rename(GraphEdit, frozen=True):
    """Gives a node the user's own name; an empty name goes back to its index."""

    node: NodeId
    name: str

    def apply(self, graph: Graph) -> Graph:
        name = self.name.strip()
        if "." in name:
            raise EditRefused("A layer's name cannot hold a dot: PyTorch separates nested names with it.")
        if name and any(other.name == name for key, other in graph.nodes.items() if key != self.node):
            raise EditRefused(f"Another layer is named {name} already.")
        return _put(graph, msgspec.structs.replace(_known(graph, self.node), name=name))

    def describe(self, graph: Graph) -> str:
        return f"Rename to {self.name}" if self.name else "Clear name"


class MoveNodes(GraphEdit, frozen=True):
    """Puts nodes at new places; `places` maps ids to the (x, y) of the upper left corner."""

    places: Mapping[NodeId, tuple[float, float]]

    def apply(self, graph: Graph) -> Graph:
        moved = dict(graph.nodes)
        for key, (x, y) in self.places.items():
            moved[key] = msgspec.structs.replace(_known(graph, key), x=x, y=y)
        return msgspec.structs.replace(graph, nodes=moved)

    def describe(self, graph: Graph) -> str:
        return f"Move {_count(graph, tuple(self.places))}"


class Connect(GraphEdit, frozen=True):
    """Draws an edge."""

    edge: Edge

    def apply(self, graph: Graph) -> Graph:
        source, target = self.edge.source, self.edge.target
        if _known(graph, source).type == LOSS:
            raise EditRefused("Nothing follows the Loss.")
        if _known(graph, target).type == INPUT:
            raise EditRefused("Nothing comes before the Input.")
        if source == target:
            raise EditRefused("A layer cannot feed itself.")
        if graph.incoming(target):
            raise EditRefused("This input has an edge already: cut it first.")
        if reaches(graph, target, source):
            raise EditRefused("This edge would close a cycle.")
        return msgspec.structs.replace(graph, edges=(*graph.edges, self.edge))

    def describe(self, graph: Graph) -> str:
        return f"Connect {_title(graph, self.edge.source)} to {_title(graph, self.edge.target)}"


class Disconnect(GraphEdit, frozen=True):
    """Cuts edges."""

    edges: tuple[Edge, ...]

    def apply(self, graph: Graph) -> Graph:
        cut = set(self.edges)
        if not cut <= set(graph.edges):
            raise EditRefused("This edge is not there.")
        return msgspec.structs.replace(graph, edges=tuple(edge for edge in graph.edges if edge not in cut))

    def describe(self, graph: Graph) -> str:
        return "Disconnect" if len(self.edges) == 1 else f"Cut {len(self.edges)} edges"


class InsertOnEdge(GraphEdit, frozen=True):
    """Puts a node (new, or one that lies unconnected) into the middle of an edge."""

    node: Node
    edge: Edge

    def apply(self, graph: Graph) -> Graph:
        if self.edge not in graph.edges:
            raise EditRefused("This edge is not there.")
        if self.node.type in (INPUT, LOSS):
            raise EditRefused(f"The {self.node.type} is an end of the network.")
        if graph.incoming(self.node.id) or graph.outgoing(self.node.id):
            raise EditRefused("The layer is connected already: cut its edges first.")
        edges: list[Edge] = []
        for edge in graph.edges:
            middle = [Edge(edge.source, self.node.id), Edge(self.node.id, edge.target)]
            edges += middle if edge == self.edge else [edge]
        nodes = {**graph.nodes, self.node.id: self.node}
        return msgspec.structs.replace(graph, nodes=nodes, edges=tuple(edges))

    def describe(self, graph: Graph) -> str:
        return f"Insert {self.node.type}"


AnyGraphEdit = (
    AddNode
    | RemoveNodes
    | SetArg
    | ResetArg
    | SetArgs
    | SetType
    | Rename
    | MoveNodes
    | Connect
    | Disconnect
    | InsertOnEdge
)
"""The closed union of graph edits: what a recovery log, a Fix or a message may hold."""


def _known(graph: Graph, node: NodeId) -> Node:
    if node not in graph.nodes:
        raise EditRefused(f"There is no node {node}.")
    return graph.nodes[node]


def _put(graph: Graph, node: Node) -> Graph:
    return msgspec.structs.replace(graph, nodes={**graph.nodes, node.id: node})


def _title(graph: Graph, key: NodeId) -> str:
    node = graph.nodes.get(key)
    return (node.name or node.type) if node else str(key)


def _count(graph: Graph, keys: tuple[NodeId, ...]) -> str:
    return _title(graph, keys[0]) if len(keys) == 1 else f"{len(keys)} layers"


def _bridges(graph: Graph, gone: set[NodeId], fed: Iterable[NodeId]) -> list[Edge]:
    """Edges from before each removed stretch to behind it, where that is unambiguous."""
    feeding = Counter(edge.target for edge in graph.edges)
    before = {edge.target: edge.source for edge in graph.edges if feeding[edge.target] == 1}
    taken = set(fed)
    bridges = []
    for edge in graph.edges:
        if edge.source not in gone or edge.target in gone or edge.target in taken:
            continue
        source, seen = edge.source, set[NodeId]()
        while source in gone and source in before and source not in seen:
            seen.add(source)
            source = before[source]
        if source not in gone and source != edge.target:
            bridges.append(Edge(source, edge.target))
            taken.add(edge.target)
    return bridges
