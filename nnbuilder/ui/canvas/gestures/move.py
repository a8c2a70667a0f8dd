"""Dragging cards: they move in the scene alone, and the release is one edit."""

from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.edits import MoveNodes
from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.graph.layout import Place
from nnbuilder.ui.canvas import building
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers

_REACH = 18.0


class MoveGesture(Gesture):
    """Moves cards with the mouse; a single unconnected one may be dropped into an edge."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, bench: Bench, nodes: tuple[NodeId, ...], start: QPointF) -> None:
        self._bench = bench
        self._start = start
        self._from: dict[NodeId, Place] = {
            key: (bench.scene.cards[key].x(), bench.scene.cards[key].y()) for key in nodes
        }
        graph = bench.document.project.graph
        linked = graph.incoming(nodes[0]) or graph.outgoing(nodes[0])
        self._loose = nodes[0] if len(nodes) == 1 and not linked else None

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._bench.scene.move(self._places(point))
        self._bench.scene.edges.light_up(self._edge_below())

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        edge = self._edge_below()
        self._bench.scene.edges.light_up(None)
        places = self._places(point)
        if self._loose is not None and edge is not None:
            graph = self._bench.document.project.graph
            if not self._bench.apply(building.insert_existing(graph, self._loose, edge)):
                self.cancel()
        elif places != self._from and not self._bench.apply(MoveNodes(places)):
            self.cancel()

    def cancel(self) -> None:
        known = self._bench.scene.cards
        self._bench.scene.edges.light_up(None)
        self._bench.scene.move({key: place for key, place in self._from.items() if key in known})

    def _places(self, point: QPointF) -> dict[NodeId, Place]:
        away = point - self._start
        dx, dy = round(away.x()), round(away.y())
        known = self._bench.scene.cards
        return {key: (x + dx, y + dy) for key, (x, y) in self._from.items() if key in known}

    def _edge_below(self) -> Edge | None:
        """The edge that the dragged card would be dropped into."""
        if self._loose is None or self._loose not in self._bench.scene.cards:
            return None
        centre = self._bench.scene.cards[self._loose].pos() + QPointF(geo.CARD_WIDTH / 2, geo.PORT_Y)
        return self._bench.scene.edges.at(centre, _REACH)
