"""Drawing an edge from port to port, with a preview that snaps to ports in reach."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsPathItem

from nnbuilder.graph.edits import Connect
from nnbuilder.graph.graph import Edge, NodeId, Port
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.common import colors


class ConnectGesture(Gesture):
    """Draws an edge from a port to the card or port under the mouse, in either direction."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench, port: Port) -> None:
        self._bench = bench
        self._port = port
        self._hovered: NodeId | None = None
        self._item = QGraphicsPathItem()
        self._item.setPen(QPen(colors.current().color("accent"), 2.4, Qt.PenStyle.DashLine))
        self._item.setZValue(5.0)
        bench.scene.addItem(self._item)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._hover(self._target(point))
        here = self._anchor(self._port.node, self._port.side == "out")
        there = point if self._hovered is None else self._anchor(self._hovered, self._port.side == "in")
        ends = (here, there) if self._port.side == "out" else (there, here)
        self._item.setPath(geo.edge_path(*ends))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        target = self._target(point)
        self._leave()
        if target is None:
            return
        here = self._port.node
        edge = Edge(here, target) if self._port.side == "out" else Edge(target, here)
        if edge in self._bench.document.project.graph.edges:
            self._bench.say("These two are connected already.")
        else:
            self._bench.apply(Connect(edge))

    def cancel(self) -> None:
        self._leave()

    def _target(self, point: QPointF) -> NodeId | None:
        """The node that a release here would connect to: itself only where the mouse left its port."""
        hit = self._bench.scene.hit(point)
        if hit.node is None:
            return None
        card = self._bench.scene.cards[hit.node]
        fits = card.look.has_in if self._port.side == "out" else card.look.has_out
        same_port = hit.node == self._port.node and hit.side == self._port.side
        return hit.node if fits and not same_port else None

    def _anchor(self, node: NodeId, out: bool) -> QPointF:
        place = self._bench.scene.cards[node].pos()
        return geo.out_port(place.x(), place.y()) if out else geo.in_port(place.x(), place.y())

    def _hover(self, node: NodeId | None) -> None:
        for key, on in ((self._hovered, False), (node, True)):
            if key is not None and key in self._bench.scene.cards:
                self._bench.scene.cards[key].set_hovered(on)
        self._hovered = node

    def _leave(self) -> None:
        self._hover(None)
        self._bench.scene.removeItem(self._item)
