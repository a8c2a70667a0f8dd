"""New layers as edits: where they go in the chain, and what moves to make room for them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.graph import layout
from nnbuilder.graph.edits import (
    AddNode,
    AddNodes,
    AnyGraphEdit,
    Connect,
    InsertOnEdge,
    MoveNodes,
    MoveToEdge,
)
from nnbuilder.graph.geometry import COLUMN
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, Port, fresh_ids
from nnbuilder.graph.layout import Place
from nnbuilder.graph.order import order_of
from nnbuilder.project.edits import Edit, Several

Layers = Sequence[Node]
"""New layers in the order of their chain; their ids, places and parents are still to be chosen."""


class Built(NamedTuple):
    """An edit and the nodes that it adds."""

    edit: Edit
    nodes: tuple[NodeId, ...]


class Spot(msgspec.Struct, frozen=True):
    """Where new layers go: into an edge, to a port, or unconnected.

    `place` is the upper left corner of the first card; without one the layers lie where the chain goes on.
    """

    place: Place | None = None
    edge: Edge | None = None
    port: Port | None = None


def new(name: str) -> Node:
    """A layer with the arguments that it starts with."""
    if name in {INPUT, LOSS} or registry.layer(name) is not None:
        return registry.new_node(name, NodeId(""), 0.0, 0.0)
    return Node(NodeId(""), name)


def build(graph: Graph, layers: Layers, spot: Spot, group: NodeId | None = None) -> Built:
    """Adds layers at a spot of the top or of a group; at a port that has an edge they go into that edge."""
    edge = spot.edge or (edge_at(graph, spot.port) if spot.port is not None else None)
    if edge is not None:
        return insert(graph, layers, edge, spot.place)
    if spot.port is not None:
        return _at_port(graph, layers, spot.port, spot.place)
    start = layout.START if spot.place is None else spot.place
    return _add(graph, layers, _row(graph, start, len(layers), group), group)


def insert(graph: Graph, layers: Layers, edge: Edge, at: Place | None = None) -> Built:
    """Puts layers into an edge: at a place, or else where the chain behind it makes room."""
    group = graph.nodes[edge.source].parent
    if at is None:
        places, moves = layout.make_rooms(graph, edge, len(layers))
    else:
        places, moves = _row(graph, at, len(layers), group), {}
    nodes = _placed(graph, layers, places, group)
    ids = tuple(node.id for node in nodes)
    edits: list[AnyGraphEdit] = [InsertOnEdge(nodes[0], edge)]
    if len(nodes) > 1:
        edits = [AddNodes(nodes, _chained(ids)), MoveToEdge(ids, edge)]
    if moves:
        edits.append(MoveNodes(moves))
    return Built(Several(f"Insert {_counted(layers)}", tuple(edits)), ids)


def append(graph: Graph, layers: Layers, after: NodeId | None = None, group: NodeId | None = None) -> Built:
    """Adds layers behind a node, or else at the end of the chain before the Loss."""
    edge = _edge_to_fill(graph, after, group)
    if edge is not None:
        return insert(graph, layers, edge)
    last = after if _can_lead(graph, after) else _end_of_chain(graph, group)
    if last is None:
        return _add(graph, layers, _row(graph, layout.START, len(layers), group), group)
    return _at_port(graph, layers, Port(last, "out"), None)


def edge_at(graph: Graph, port: Port) -> Edge | None:
    """The one edge at a port; None where there is none, or several."""
    edges = graph.outgoing(port.node) if port.side == "out" else graph.incoming(port.node)
    return edges[0] if len(edges) == 1 else None


def _at_port(graph: Graph, layers: Layers, port: Port, at: Place | None) -> Built:
    """Connects new layers to a port that is open."""
    neighbour, count = graph.nodes[port.node], len(layers)
    group, moves = neighbour.parent, dict[NodeId, Place]()
    if at is not None:
        places = _row(graph, at, count, group)
    elif port.side == "out":
        places, moves = layout.rooms_after(graph, port.node, count)
    else:
        places, moves = layout.rooms_before(graph, port.node, count)
    nodes = _placed(graph, layers, places, group)
    ids = tuple(node.id for node in nodes)
    link = Edge(port.node, ids[0]) if port.side == "out" else Edge(ids[-1], port.node)
    # Connect, not an edge of AddNodes: its refusals speak of the two layers.
    edits: list[AnyGraphEdit] = [AddNodes(nodes, _chained(ids)), Connect(link)]
    if moves:
        edits.append(MoveNodes(moves))
    return Built(Several(f"Add {_counted(layers)}", tuple(edits)), ids)


def _add(graph: Graph, layers: Layers, places: Sequence[Place], group: NodeId | None) -> Built:
    """Adds layers that are connected to each other only."""
    nodes = _placed(graph, layers, places, group)
    ids = tuple(node.id for node in nodes)
    return Built(AddNode(nodes[0]) if len(nodes) == 1 else AddNodes(nodes, _chained(ids)), ids)


def _row(graph: Graph, start: Place, count: int, group: NodeId | None) -> list[Place]:
    """Places from left to right that cover nothing."""
    first = layout.free_place(graph, start, group)
    rest = (
        layout.free_place(graph, (first[0] + index * COLUMN, first[1]), group) for index in range(1, count)
    )
    return [first, *rest]


def _placed(graph: Graph, layers: Layers, places: Iterable[Place], group: NodeId | None) -> tuple[Node, ...]:
    ids = fresh_ids(graph)
    return tuple(
        msgspec.structs.replace(node, id=next(ids), x=place[0], y=place[1], parent=group)
        for node, place in zip(layers, places, strict=True)
    )


def _chained(ids: Iterable[NodeId]) -> tuple[Edge, ...]:
    return tuple(Edge(first, second) for first, second in pairwise(ids))


def _edge_to_fill(graph: Graph, after: NodeId | None, group: NodeId | None) -> Edge | None:
    """The edge that an appended layer goes into: behind a node, or before the Loss."""
    if after is not None and _can_lead(graph, after):
        return edge_at(graph, Port(after, "out"))
    if group is None:
        for loss in graph.of_type(LOSS):
            if (edge := edge_at(graph, Port(loss.id, "in"))) is not None:
                return edge
    return None


def _can_lead(graph: Graph, node: NodeId | None) -> bool:
    """Whether something can come behind a node."""
    return node is not None and node in graph.nodes and graph.nodes[node].type != LOSS


def _end_of_chain(graph: Graph, group: NodeId | None) -> NodeId | None:
    chain = order_of(graph, group).chain
    if chain and graph.nodes[chain[-1]].type != LOSS:
        return chain[-1]
    return None


def _counted(layers: Layers) -> str:
    return layers[0].type if len(layers) == 1 else f"{len(layers)} layers"
