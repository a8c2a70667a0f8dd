"""Walking through a drawing by keyboard: to what is before, behind, above or below a node."""

from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.order import order_of


def reading_order(graph: Graph) -> list[NodeId]:
    """All nodes as they are walked: the chain first, then the loose ones from top to bottom."""
    order = order_of(graph)
    loose = sorted(order.loose, key=lambda key: (graph.nodes[key].y, graph.nodes[key].x))
    return [*order.chain, *loose]


def step(graph: Graph, start: NodeId | None, by: int) -> NodeId | None:
    """The node that many steps further in reading order; the first one where nothing is selected."""
    order = reading_order(graph)
    if not order:
        return None
    if start not in graph.nodes or start is None:
        return order[0 if by > 0 else -1]
    index = order.index(start) + by
    return order[index] if 0 <= index < len(order) else None


def vertical(graph: Graph, start: NodeId, *, down: bool) -> NodeId | None:
    """The nearest node in the row below or above."""
    here = graph.nodes[start]
    sign = 1.0 if down else -1.0
    others = [
        (sign * (node.y - here.y) + 2.0 * abs(node.x - here.x), key)
        for key, node in graph.nodes.items()
        if sign * (node.y - here.y) > abs(node.x - here.x) * 0.2 and key != start
    ]
    return min(others)[1] if others else None
