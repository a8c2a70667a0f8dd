"""What keeps the layers in a group from being one chain, on the nodes concerned and with fixes."""

from collections.abc import Iterator

from nnbuilder.graph.edits import Connect
from nnbuilder.graph.graph import Edge, Graph, NodeId
from nnbuilder.graph.order import Order, Orders
from nnbuilder.project.chain import Links, cycles, forks, on, title
from nnbuilder.project.problem import Fix, Problem

MOST_PIECES = 20
"""More pieces than these are for a person to put in order."""


def group_problems(graph: Graph, orders: Orders) -> Iterator[Problem]:
    """Every reason why the inside of a group is no chain."""
    for group, order in orders.items():
        if group is not None and not order.complete:
            yield from _inside(graph, group, order)


def _inside(graph: Graph, group: NodeId, order: Order) -> Iterator[Problem]:
    level = graph.level(group)
    links = Links(level)
    yield from forks(level, order, links)
    yield from cycles(level, order)
    heads = [key for key in level.nodes if not links.incoming[key]]
    if len(heads) < 2:
        why = f"The layers in {title(graph.nodes[group])} are no chain: each feeds the next one."
        yield on(graph.nodes[group], "error", "broken-group", why)
        return
    straight = not (order.branched or order.joined or order.cyclic)
    fixes = tuple(_joins(level, links, heads)) if straight and len(heads) <= MOST_PIECES else ()
    why = f"The layers in {title(graph.nodes[group])} lie in {len(heads)} pieces: connect them to one chain."
    yield on(graph.nodes[group], "error", "broken-group", why, fixes)
    for key in heads:
        why = f"Nothing feeds {title(graph.nodes[key])}, and it is not the only one in its group."
        yield on(graph.nodes[key], "error", "broken-group", why, fixes)


def _joins(level: Graph, links: Links, heads: list[NodeId]) -> Iterator[Fix]:
    """Connects the pieces as they lie, left to right and top to bottom; two of them the other way too."""
    lying = sorted(heads, key=lambda key: (level.nodes[key].x, level.nodes[key].y))
    ways = [lying, lying[::-1]] if len(lying) == 2 else [lying]
    for way in ways:
        tails = [_tail(links, key) for key in way]
        edits = tuple(Connect(Edge(tail, head)) for tail, head in zip(tails, way[1:], strict=False))
        first, second = level.nodes[tails[0]], level.nodes[way[1]]
        words = f"{title(first)} to {title(second)}" if len(way) == 2 else f"the {len(way)} pieces"
        yield Fix(f"Connect {words}", edits)


def _tail(links: Links, key: NodeId) -> NodeId:
    """The end of a piece that starts at a node."""
    while links.outgoing[key]:
        key = links.outgoing[key][0].target
    return key
