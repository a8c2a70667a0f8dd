"""Places for layers that came into a chain: between their neighbours, in the order of the chain."""

from collections.abc import Collection, Sequence
from itertools import pairwise

import msgspec

from nnbuilder.graph import layout
from nnbuilder.graph.geometry import COLUMN
from nnbuilder.graph.graph import Edge, Graph, NodeId
from nnbuilder.graph.layout import START, Place, Places
from nnbuilder.graph.order import orders_of


def with_room(graph: Graph, fresh: Collection[NodeId]) -> Graph:
    """The graph with places for these nodes, which have none; others move on where there is no room."""
    left = set(fresh)
    for group, order in orders_of(graph).items() if left else ():
        for run in _runs(order.chain, left):
            places, moves = _room(_without(graph, group, order.chain, left), order.chain, run, group)
            graph = _moved(graph, {**dict(zip(run, places, strict=True)), **moves})
            left.difference_update(run)
    return graph


def _runs(chain: Sequence[NodeId], fresh: Collection[NodeId]) -> list[list[NodeId]]:
    """The stretches of a chain that have no places."""
    runs: list[list[NodeId]] = [[]]
    for key in chain:
        if key in fresh:
            runs[-1].append(key)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _without(graph: Graph, group: NodeId | None, chain: Sequence[NodeId], fresh: Collection[NodeId]) -> Graph:
    """The level as it is without nodes that have no places yet, its chain closed."""
    nodes = {node.id: node for node in graph.children(group) if node.id not in fresh}
    links = pairwise(key for key in chain if key in nodes)
    return Graph(nodes, tuple(Edge(one, two) for one, two in links))


def _room(
    level: Graph, chain: Sequence[NodeId], run: Sequence[NodeId], group: NodeId | None
) -> tuple[Sequence[Place], Places]:
    """The places of a stretch, and the moves that make room for it."""
    first, last = chain.index(run[0]), chain.index(run[-1])
    before = next((key for key in reversed(chain[:first]) if key in level.nodes), None)
    behind = next((key for key in chain[last + 1 :] if key in level.nodes), None)
    if before is not None and behind is not None:
        return layout.make_rooms(level, Edge(before, behind), len(run))
    if before is not None:
        return layout.rooms_after(level, before, len(run))
    if behind is not None:
        return layout.rooms_before(level, behind, len(run))
    return layout.places_after(level, (START[0] - COLUMN, START[1]), len(run), group), {}


def _moved(graph: Graph, places: Places) -> Graph:
    moved = {key: msgspec.structs.replace(graph.nodes[key], x=x, y=y) for key, (x, y) in places.items()}
    return msgspec.structs.replace(graph, nodes={**graph.nodes, **moved})
