"""Walking through a drawing by keyboard: to what is before, behind, above or below a node."""

from collections.abc import Iterable

from PySide6.QtCore import QRectF

from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.camera import Camera
from nnbuilder.ui.canvas.gestures.base import Bench


class Walker:
    """Moves the selection from node to node; with `extend` it grows, and shrinks on the way back."""

    def __init__(self, bench: Bench, camera: Camera) -> None:
        self._bench = bench
        self._camera = camera

    def step(self, by: int, *, extend: bool = False) -> bool:
        """Goes that many nodes further in the chain; False beyond its end."""
        bench = self._bench
        return self._go(step(bench.graph, bench.selection.current, by, bench.group), extend=extend)

    def vertically(self, *, down: bool, extend: bool = False) -> bool:
        """Goes to the nearest node of the row below or above."""
        bench = self._bench
        here, graph = bench.selection.current, bench.level.graph
        if here not in graph.nodes or here is None:
            return self.step(1 if down else -1, extend=extend)
        return self._go(vertical(graph, here, down=down), extend=extend)

    def to_end(self, *, last: bool, extend: bool = False) -> bool:
        """Goes to the first or the last node of the chain, with all on the way there."""
        bench = self._bench
        order = reading_order(bench.graph, bench.group)
        if not order:
            return False
        here, goal = bench.selection.current, order[-1 if last else 0]
        if extend and here in order:
            index = order.index(here)
            way = order[index:] if last else order[index::-1]
            bench.selection.set([*(key for key in bench.selection.nodes if key not in way), *way])
        else:
            bench.selection.set([goal])
        self.reveal(goal)
        return True

    def reveal(self, node: NodeId) -> None:
        """Scrolls a node into view."""
        cards = self._bench.scene.cards
        if node in cards:
            self._camera.reveal(geo.card_rect().translated(cards[node].pos()))

    def show(self, nodes: Iterable[NodeId]) -> None:
        """Scrolls nodes into view; where they are too many for that, the last one, or all that is drawn."""
        cards, camera = self._bench.scene.cards, self._camera
        spots = [geo.card_rect().translated(cards[node].pos()) for node in nodes if node in cards]
        seen, lies = camera.visible(), QRectF()
        for spot in spots:
            lies = lies.united(spot)
        if not spots or seen.contains(lies):
            return
        if lies.width() <= seen.width() and lies.height() <= seen.height():
            camera.reveal(lies)
        elif len(spots) == len(cards):
            camera.fit(lies)
        else:
            camera.reveal(spots[-1])

    def _go(self, node: NodeId | None, *, extend: bool) -> bool:
        if node is None:
            return False
        selection = self._bench.selection
        if not extend:
            selection.set([node])
        elif node in selection.nodes:
            kept = [key for key in selection.nodes if key not in {node, selection.current}]
            selection.set([*kept, node])
        else:
            selection.set([*selection.nodes, node])
        self.reveal(node)
        return True


def reading_order(graph: Graph, group: NodeId | None = None) -> list[NodeId]:
    """The nodes of one level as they are walked: its chain, then the loose ones from top to bottom."""
    order = order_of(graph, group)
    loose = sorted(order.loose, key=lambda key: (graph.nodes[key].y, graph.nodes[key].x))
    return [*order.chain, *loose]


def step(graph: Graph, start: NodeId | None, by: int, group: NodeId | None = None) -> NodeId | None:
    """The node that many steps further in reading order; the first one where nothing is selected."""
    order = reading_order(graph, group)
    if not order:
        return None
    if start is None or start not in order:
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
