"""Edits that take a stretch out of its chain and put it elsewhere: dragged out, dropped, reordered."""

from typing import Literal

import msgspec

from nnbuilder.graph.edit import GraphEdit, counted, known, there, title
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Graph, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.graph.wiring import among, rehomed, stretch_of, without


class Detach(GraphEdit, frozen=True):
    """Takes nodes out of their chain, which closes the gap; they stay in the drawing with their own edges."""

    nodes: tuple[NodeId, ...]

    def apply(self, graph: Graph) -> Graph:
        for key in self.nodes:
            known(graph, key)
        edges = (*without(graph, self.nodes), *among(graph, self.nodes))
        if set(edges) == set(graph.edges):
            return graph
        return msgspec.structs.replace(graph, edges=edges)

    def describe(self, graph: Graph) -> str:
        return f"Take out {counted(graph, self.nodes)}"


class MoveToEdge(GraphEdit, frozen=True):
    """Takes layers that follow each other out of their chain and puts them into an edge, also in a group."""

    nodes: tuple[NodeId, ...]
    edge: Edge

    def apply(self, graph: Graph) -> Graph:
        there(graph, self.edge)
        stretch = stretch_of(graph, self.nodes)
        if self.edge.source in stretch or self.edge.target in stretch:
            return graph
        _outside(graph, stretch, self.edge.source)
        edges: list[Edge] = []
        middle = (
            Edge(self.edge.source, stretch[0]),
            *among(graph, stretch),
            Edge(stretch[-1], self.edge.target),
        )
        for edge in without(graph, stretch):
            edges += middle if edge == self.edge else (edge,)
        return rehomed(graph, stretch, graph.nodes[self.edge.source].parent, edges)

    def describe(self, graph: Graph) -> str:
        return f"Move {counted(graph, self.nodes)}"


class MoveBeside(GraphEdit, frozen=True):
    """Takes layers that follow each other out of their chain and puts them before or after another one."""

    nodes: tuple[NodeId, ...]
    neighbour: NodeId
    side: Literal["before", "after"]

    def apply(self, graph: Graph) -> Graph:
        stretch = stretch_of(graph, self.nodes)
        neighbour = known(graph, self.neighbour)
        if self.neighbour in stretch:
            raise EditRefused("A layer cannot be put beside itself.")
        if neighbour.type == LOSS and self.side == "after":
            raise EditRefused("Nothing follows the Loss.")
        if neighbour.type == INPUT and self.side == "before":
            raise EditRefused("Nothing comes before the Input.")
        _outside(graph, stretch, self.neighbour)
        edges = [self._rewired(edge, stretch) for edge in without(graph, stretch)]
        between = (
            Edge(self.neighbour, stretch[0]) if self.side == "after" else Edge(stretch[-1], self.neighbour)
        )
        return rehomed(graph, stretch, neighbour.parent, (*edges, *among(graph, stretch), between))

    def describe(self, graph: Graph) -> str:
        return f"Move {counted(graph, self.nodes)} {self.side} {title(graph, self.neighbour)}"

    def _rewired(self, edge: Edge, stretch: tuple[NodeId, ...]) -> Edge:
        """An edge of the neighbour on that side, now one of the stretch."""
        if self.side == "after" and edge.source == self.neighbour:
            return Edge(stretch[-1], edge.target)
        if self.side == "before" and edge.target == self.neighbour:
            return Edge(edge.source, stretch[0])
        return edge


class MoveInto(GraphEdit, frozen=True):
    """Takes layers that follow each other out of their chain and puts them at the end of a group's."""

    nodes: tuple[NodeId, ...]
    group: NodeId

    def apply(self, graph: Graph) -> Graph:
        stretch = stretch_of(graph, self.nodes)
        if known(graph, self.group).type != GROUP:
            raise EditRefused(f"{title(graph, self.group)} is no group.")
        if self.group in stretch:
            raise EditRefused("A group cannot lie in itself.")
        _outside(graph, stretch, self.group)
        edges = without(graph, stretch)
        others = {key: node for key, node in graph.nodes.items() if key not in stretch}
        inside = order_of(Graph(others, edges), self.group)
        behind = [Edge(inside.chain[-1], stretch[0])] if inside.complete and inside.chain else []
        return rehomed(graph, stretch, self.group, (*edges, *behind, *among(graph, stretch)))

    def describe(self, graph: Graph) -> str:
        return f"Move {counted(graph, self.nodes)} into {title(graph, self.group)}"


def shifted(graph: Graph, nodes: tuple[NodeId, ...], step: Literal[-1, 1]) -> MoveBeside | None:
    """The edit that moves layers one place up (-1) or down (1) in their chain; None at its end.

    Raises `EditRefused` where the layers do not follow each other.
    """
    stretch = stretch_of(graph, nodes)
    if step < 0:
        beside = [edge.source for edge in graph.incoming(stretch[0])]
    else:
        beside = [edge.target for edge in graph.outgoing(stretch[-1])]
    if len(beside) != 1 or graph.nodes[beside[0]].type in (INPUT, LOSS):
        return None
    return MoveBeside(stretch, beside[0], "before" if step < 0 else "after")


def _outside(graph: Graph, stretch: tuple[NodeId, ...], place: NodeId) -> None:
    """Refuses a place that lies in what is moved there."""
    if set(graph.groups_of(place)) & set(stretch):
        raise EditRefused("A group cannot lie in itself.")
