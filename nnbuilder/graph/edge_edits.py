"""Edits of edges: drawn, cut, a layer put into one."""

import msgspec

from nnbuilder.graph.edit import GraphEdit, free, known, no_end, put, settled, there, title
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node
from nnbuilder.graph.order import reaches


class Connect(GraphEdit, frozen=True):
    """Draws an edge."""

    edge: Edge

    def apply(self, graph: Graph) -> Graph:
        source, target = self.edge.source, self.edge.target
        if known(graph, source).type == LOSS:
            raise EditRefused("Nothing follows the Loss.")
        if known(graph, target).type == INPUT:
            raise EditRefused("Nothing comes before the Input.")
        if source == target:
            raise EditRefused("A layer cannot feed itself.")
        if graph.nodes[source].parent != graph.nodes[target].parent:
            raise EditRefused("These layers lie in different groups.")
        if graph.incoming(target):
            raise EditRefused("This input has an edge already: cut it first.")
        if reaches(graph, target, source):
            raise EditRefused("This edge would close a cycle.")
        return msgspec.structs.replace(graph, edges=(*graph.edges, self.edge))

    def describe(self, graph: Graph) -> str:
        return f"Connect {title(graph, self.edge.source)} to {title(graph, self.edge.target)}"


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
    """Puts a node (new, or one that lies unconnected) into the middle of an edge and into its group."""

    node: Node
    edge: Edge

    def apply(self, graph: Graph) -> Graph:
        there(graph, self.edge)
        no_end(self.node)
        if graph.incoming(self.node.id) or graph.outgoing(self.node.id):
            raise EditRefused("The layer is connected already: cut its edges first.")
        if self.node.id not in graph.nodes:
            free(graph, self.node.id)
        middle = (Edge(self.edge.source, self.node.id), Edge(self.node.id, self.edge.target))
        edges: list[Edge] = []
        for edge in graph.edges:
            edges += middle if edge == self.edge else (edge,)
        node = msgspec.structs.replace(self.node, parent=graph.nodes[self.edge.source].parent)
        after = msgspec.structs.replace(put(graph, node), edges=tuple(edges))
        return settled(after, (after.nodes[key] for key in after.within((node.id,))))

    def describe(self, graph: Graph) -> str:
        return f"Insert {self.node.type}"
