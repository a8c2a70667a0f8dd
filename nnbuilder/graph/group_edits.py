"""Edits that make a stretch of a chain a nested Sequential, and a nested Sequential a stretch again."""

import msgspec

from nnbuilder.graph.edit import GraphEdit, counted, free, known, settled, title
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.graph.wiring import rehomed, stretch_of, without


class Group(GraphEdit, frozen=True):
    """Puts layers that follow each other into a new group, which takes their place in the chain.

    `group` is the node of the group; it comes to lie where the layers lay. Ids, places and arguments of the
    layers stay.
    """

    nodes: tuple[NodeId, ...]
    group: Node

    def apply(self, graph: Graph) -> Graph:
        stretch = stretch_of(graph, self.nodes)
        free(graph, self.group.id)
        if self.group.type != GROUP:
            raise EditRefused(f"A group is a {GROUP}, not a {self.group.type}.")
        parent = graph.nodes[stretch[0]].parent
        group = msgspec.structs.replace(self.group, parent=parent)
        inside = set(stretch)
        nodes: dict[NodeId, Node] = {}
        for key, node in graph.nodes.items():
            if key in inside:
                nodes.setdefault(group.id, group)
            nodes[key] = msgspec.structs.replace(node, parent=group.id) if key in inside else node
        edges = [
            edge
            if (edge.source in inside) == (edge.target in inside)
            else Edge(*(group.id if end in inside else end for end in (edge.source, edge.target)))
            for edge in graph.edges
        ]
        after = Graph(nodes, tuple(edges), graph.notes)
        return settled(after, (after.nodes[key] for key in after.within((group.id,))))

    def describe(self, graph: Graph) -> str:
        return f"Group {counted(graph, self.nodes)}"


class Ungroup(GraphEdit, frozen=True):
    """Puts what lies in a group in the place of the group.

    Layers whose names are taken there get a number behind them; those of a disabled group are disabled. What
    is no single chain comes out without the group's own edges.
    """

    group: NodeId

    def apply(self, graph: Graph) -> Graph:
        group = known(graph, self.group)
        if group.type != GROUP:
            raise EditRefused(f"{title(graph, self.group)} is no group.")
        children = graph.children(self.group)
        edges = self._edges(graph)
        if group.disabled:
            off = {node.id: msgspec.structs.replace(node, disabled=True) for node in children}
            graph = msgspec.structs.replace(graph, nodes={**graph.nodes, **off})
        left = {key: node for key, node in graph.nodes.items() if key != self.group}
        out = {
            key: msgspec.structs.replace(note, parent=group.parent)
            for key, note in graph.notes.items()
            if note.parent == self.group
        }
        bare = Graph(left, (), {**graph.notes, **out} if out else graph.notes)
        return rehomed(bare, (node.id for node in children), group.parent, edges)

    def describe(self, graph: Graph) -> str:
        return f"Ungroup {title(graph, self.group)}"

    def _edges(self, graph: Graph) -> tuple[Edge, ...]:
        """The edges afterwards: those of the group lead to its first layer and from its last one."""
        inside = order_of(graph, self.group)
        if not inside.chain or not inside.complete:
            apart = tuple(edge for edge in graph.edges if self.group not in (edge.source, edge.target))
            return without(graph, (self.group,)) if inside.complete else apart
        first, last = inside.chain[0], inside.chain[-1]
        return tuple(
            Edge(
                last if edge.source == self.group else edge.source,
                first if edge.target == self.group else edge.target,
            )
            for edge in graph.edges
        )
