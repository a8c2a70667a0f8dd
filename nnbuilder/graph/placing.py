"""Places for cards that came without any: written by hand, generated, or read from source."""

import math
from collections.abc import Iterable, Mapping

import msgspec

from nnbuilder.graph import layout
from nnbuilder.graph.geometry import COLUMN, COLUMNS, ROW
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.layout import Place, Style

_WIDE = 1.6
"""How much wider than high the rows of a large drawing become."""

_NOWHERE: Place = (0.0, 0.0)


def columns_for(cards: int) -> int:
    """How many cards go into a row of wrapped rows, so that a large drawing has the shape of a screen."""
    return max(COLUMNS, math.floor(math.sqrt(cards * ROW / COLUMN * _WIDE)))


def arranged(graph: Graph, style: Style = "wrapped") -> Graph:
    """The graph with every level laid out."""
    for group in _levels(graph):
        graph = _tidied(graph, style, group)
    return graph


def placed(graph: Graph, style: Style = "wrapped") -> Graph:
    """The graph with places for nodes that have none: those that lie on each other at the origin.

    A level of which no node has a place is laid out; single ones come into free slots behind the others.
    """
    for group in _levels(graph):
        here = graph.children(group)
        lost = [node.id for node in here if (node.x, node.y) == _NOWHERE]
        if len(lost) < 2:
            continue
        if len(lost) == len(here):
            graph = _tidied(graph, style, group)
            continue
        left = set(lost)
        others = Graph({node.id: node for node in here if node.id not in left})
        last = max((node.y, node.x) for node in others.nodes.values())
        slots = layout.places_after(others, (last[1], last[0]), len(lost), group)
        graph = _moved(graph, dict(zip(lost, slots, strict=True)))
    return graph


def _tidied(graph: Graph, style: Style, group: NodeId | None) -> Graph:
    """The graph with one level laid out where a drawing begins."""
    keys = [node.id for node in graph.children(group)]
    graph = _moved(graph, dict.fromkeys(keys, layout.START))
    return _moved(graph, layout.tidy(graph, style, group, columns_for(len(keys))))


def _moved(graph: Graph, places: Mapping[NodeId, Place]) -> Graph:
    moved = {key: msgspec.structs.replace(graph.nodes[key], x=x, y=y) for key, (x, y) in places.items()}
    return msgspec.structs.replace(graph, nodes={**graph.nodes, **moved})


def _levels(graph: Graph) -> Iterable[NodeId | None]:
    return dict.fromkeys(node.parent for node in graph.nodes.values())
