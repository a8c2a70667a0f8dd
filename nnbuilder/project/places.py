"""Edits that put new layers into a chain, with room for them in the drawing."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import msgspec

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.graph.edits import AddNodes, Connect, InsertOnEdge, MoveNodes, MoveToEdge
from nnbuilder.graph.geometry import COLUMN
from nnbuilder.graph.graph import GROUP, ArgValue, Edge, Graph, Node, NodeId, fresh_ids
from nnbuilder.graph.layout import make_rooms, tidy_places
from nnbuilder.graph.wiring import free_name
from nnbuilder.project.edits import Edit

Layers = Sequence[tuple[str, Mapping[str, ArgValue]]]
"""New layers in their order: torch's names, and the arguments that are set."""


def edits_before(graph: Graph, node: NodeId, layers: Layers) -> tuple[Edit, ...] | None:
    """Puts layers in front of a node; None where nothing can stand there, or a layer is unknown."""
    if any(name not in LAYERS for name, _ in layers):
        return None
    ids = fresh_ids(graph)
    new = tuple(_node(next(ids), name, args) for name, args in layers)
    return _placed(graph, node, new, ())


def group_before(graph: Graph, node: NodeId, name: str, layers: Layers) -> tuple[Edit, ...] | None:
    """Puts a group of layers, as one card, in front of a node; None as above."""
    if any(layer not in LAYERS for layer, _ in layers):
        return None
    ids = fresh_ids(graph)
    taken = (other.name for other in graph.children(graph.nodes[node].parent))
    group = msgspec.structs.replace(new_node(GROUP, next(ids)), name=free_name(name, taken))
    inside = tuple(
        msgspec.structs.replace(_node(next(ids), layer, args), parent=group.id, x=x, y=y)
        for (layer, args), (x, y) in zip(layers, tidy_places(len(layers)), strict=True)
    )
    return _placed(graph, node, (group,), inside)


def _node(key: NodeId, name: str, args: Mapping[str, ArgValue]) -> Node:
    new = new_node(name, key)
    return msgspec.structs.replace(new, args={**new.args, **args})


def _placed(
    graph: Graph, before: NodeId, new: tuple[Node, ...], inside: tuple[Node, ...]
) -> tuple[Edit, ...] | None:
    """The edits that add nodes and wire them, in front of a node that is fed by one edge or none."""
    node, edges = graph.nodes[before], graph.incoming(before)
    if len(edges) > 1 or (not edges and node.parent is None):
        return None
    if edges:
        places, moves = make_rooms(graph, edges[0], len(new))
    else:
        places = [(node.x - (len(new) - index) * COLUMN, node.y) for index in range(len(new))]
        moves = {}
    new = tuple(
        msgspec.structs.replace(one, x=x, y=y, parent=node.parent)
        for one, (x, y) in zip(new, places, strict=True)
    )
    ids = tuple(one.id for one in new)
    room: tuple[Edit, ...] = (MoveNodes(moves),) if moves else ()
    if edges and len(new) == 1 and not inside:
        return (InsertOnEdge(new[0], edges[0]), *room)
    added = AddNodes((*new, *inside), (*_chained(ids), *_chained([one.id for one in inside])))
    return (added, MoveToEdge(ids, edges[0]) if edges else Connect(Edge(ids[-1], before)), *room)


def _chained(ids: Sequence[NodeId]) -> tuple[Edge, ...]:
    return tuple(Edge(one, other) for one, other in pairwise(ids))
