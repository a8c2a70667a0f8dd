"""New layers as edits: where they go in the chain, and what moves to make room for them."""

import msgspec

from nnbuilder.catalog import registry
from nnbuilder.graph import layout
from nnbuilder.graph.edits import AddNode, AnyGraphEdit, Connect, InsertOnEdge, MoveNodes
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.graph.layout import Place
from nnbuilder.graph.order import order_of
from nnbuilder.project.edits import Edit, Several

Built = tuple[Edit, NodeId]
"""An edit and the node that it adds."""


def add_at(graph: Graph, layer: str, place: Place) -> Built:
    """Adds a layer, unconnected, at a place or beside what lies there."""
    node = _node(graph, layer, layout.free_place(graph, place))
    return AddNode(node), node.id


def insert(graph: Graph, layer: str, edge: Edge) -> Built:
    """Puts a layer into an edge; the chain behind it makes room."""
    place, moves = layout.make_room(graph, edge)
    node = _node(graph, layer, place)
    return _several(f"Insert {layer}", [InsertOnEdge(node, edge)], moves), node.id


def append(graph: Graph, layer: str, after: NodeId | None = None) -> Built:
    """Adds a layer behind a node, or else at the end of the chain before the Loss."""
    edge = _edge_to_fill(graph, after)
    if edge is not None:
        return insert(graph, layer, edge)
    last = after if _can_lead(graph, after) else _end_of_chain(graph)
    if last is None:
        node = _node(graph, layer, layout.free_place(graph, layout.START))
        return AddNode(node), node.id
    node = _node(graph, layer, layout.place_after(graph, (graph.nodes[last].x, graph.nodes[last].y)))
    return Several(f"Add {layer}", (AddNode(node), Connect(Edge(last, node.id)))), node.id


def insert_existing(graph: Graph, key: NodeId, edge: Edge) -> Edit:
    """Puts a node that lies unconnected into an edge; the chain behind it makes room."""
    place, moves = layout.make_room(graph, edge)
    node = graph.nodes[key]
    moved = msgspec.structs.replace(node, x=place[0], y=place[1])
    return _several(f"Insert {node.type}", [InsertOnEdge(moved, edge)], moves)


def _edge_to_fill(graph: Graph, after: NodeId | None) -> Edge | None:
    """The edge that an appended layer goes into: behind a node, or before the Loss."""
    if after is not None and _can_lead(graph, after):
        outgoing = graph.outgoing(after)
        return outgoing[0] if len(outgoing) == 1 else None
    for loss in graph.of_type(LOSS):
        incoming = graph.incoming(loss.id)
        if len(incoming) == 1:
            return incoming[0]
    return None


def _can_lead(graph: Graph, node: NodeId | None) -> bool:
    """Whether something can come behind a node."""
    return node is not None and node in graph.nodes and graph.nodes[node].type != LOSS


def _end_of_chain(graph: Graph) -> NodeId | None:
    chain = order_of(graph).chain
    if chain and graph.nodes[chain[-1]].type != LOSS:
        return chain[-1]
    return None


def _node(graph: Graph, layer: str, place: Place) -> Node:
    if layer in {INPUT, LOSS} or registry.layer(layer) is not None:
        return registry.new_node(layer, fresh_id(graph), place[0], place[1])
    return Node(fresh_id(graph), layer, x=place[0], y=place[1])


def _several(title: str, edits: list[AnyGraphEdit], moves: dict[NodeId, Place]) -> Edit:
    if moves:
        edits.append(MoveNodes(moves))
    return Several(title, tuple(edits))
