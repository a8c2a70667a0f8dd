"""Drawing an edge from port to port, with a preview that snaps to ports in reach."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsPathItem

from nnbuilder.graph.edits import AnyGraphEdit, Connect, Disconnect
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Port, Side
from nnbuilder.project.edits import Edit, Several
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.gestures.aims import name_of, nearest_port, open_ports, place_of
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.common import colors

_REACH = 30.0


class ConnectGesture(Gesture):
    """Draws an edge from a port to the port or card under the mouse, in either direction.

    A port that has an edge already gives it up for the new one. Let go over nothing, it asks for a layer.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, bench: Bench, port: Port) -> None:
        self._bench = bench
        self._port = port
        self._seeks: Side = "in" if port.side == "out" else "out"
        self._judged: tuple[Port, str] | None = None
        scene, graph = bench.scene, bench.level.graph
        edges = graph.outgoing(port.node) if port.side == "out" else graph.incoming(port.node)
        self._replaced = edges
        self._item = QGraphicsPathItem()
        self._item.setPen(QPen(colors.current().color("accent"), 2.4, Qt.PenStyle.DashLine))
        self._item.setZValue(5.0)
        scene.addItem(self._item)
        self._open = [other for other in open_ports(bench, {port.node}) if other.side == self._seeks]
        bench.marks.offer(place_of(scene, other) for other in self._open)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        target = self._target(point)
        why = self._refusal(target) if target is not None else ""
        here = place_of(self._bench.scene, self._port)
        there = point if target is None else place_of(self._bench.scene, target)
        ends = (here, there) if self._port.side == "out" else (there, here)
        self._item.setPath(geo.edge_path(*ends))
        self._bench.marks.aim(None if target is None else there, refused=bool(why))
        fits = target is not None and not why
        self._bench.scene.edges.ghost(self._given_up(self._edge(target)) if target and fits else ())
        self._bench.hint(why or self._said(target), bool(why))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        target = self._target(point)
        self.cancel()
        if target is None:
            if not self._on_itself(point):
                self._bench.ask(Spot(self._corner(point), port=self._port))
        elif self._edge(target) in self._bench.graph.edges:
            self._bench.say("These two are connected already.")
        else:
            self._bench.apply(self._edit(self._edge(target)))

    def cancel(self) -> None:
        self._bench.scene.removeItem(self._item)
        self._bench.marks.clear()
        self._bench.scene.edges.ghost(())
        self._bench.hint("", False)

    def _target(self, point: QPointF) -> Port | None:
        """The port that a release here would connect to: of the card below, or the nearest open one."""
        hit = self._bench.scene.hit(point)
        if hit.node is not None:
            look = self._bench.scene.cards[hit.node].look
            fits = look.has_in if self._seeks == "in" else look.has_out
            if fits and (hit.node != self._port.node or hit.side == self._seeks):
                return Port(hit.node, self._seeks)
        return nearest_port(self._bench, self._open, point, self._bench.reach(_REACH))

    def _on_itself(self, point: QPointF) -> bool:
        """Whether the mouse never left the card that the edge starts at."""
        return self._bench.scene.hit(point).node == self._port.node

    def _edge(self, target: Port) -> Edge:
        here, there = self._port.node, target.node
        return Edge(here, there) if self._port.side == "out" else Edge(there, here)

    def _given_up(self, edge: Edge) -> tuple[Edge, ...]:
        """The edges that the new one replaces: an output feeds one layer, and so does an input."""
        leaving = self._bench.level.graph.outgoing(edge.source)
        return tuple(dict.fromkeys((*self._replaced, *leaving)))

    def _edit(self, edge: Edge) -> Edit:
        given_up = self._given_up(edge)
        if not given_up:
            return Connect(edge)
        edits: tuple[AnyGraphEdit, ...] = (Disconnect(given_up), Connect(edge))
        return Several(Connect(edge).describe(self._bench.graph), edits)

    def _refusal(self, target: Port) -> str:
        """Why an edge to a port would be refused; asked once for each port that is met."""
        if self._judged is None or self._judged[0] != target:
            self._judged = (target, self._judge(self._edge(target)))
        return self._judged[1]

    def _judge(self, edge: Edge) -> str:
        graph = self._bench.graph
        if edge in graph.edges:
            return "These two are connected already."
        try:
            if given_up := self._given_up(edge):
                graph = Disconnect(given_up).apply(graph)
            Connect(edge).apply(graph)
        except EditRefused as refusal:
            return str(refusal)
        return ""

    def _said(self, target: Port | None) -> str:
        graph = self._bench.graph
        if target is None:
            return "Let go to choose a layer"
        edge = self._edge(target)
        text = f"Connect {name_of(graph, edge.source)} to {name_of(graph, edge.target)}"
        gone = self._given_up(edge)
        others = {end for old in gone for end in (old.source, old.target)} - {edge.source, edge.target}
        return f"{text} instead of {', '.join(name_of(graph, key) for key in others)}" if others else text

    def _corner(self, point: QPointF) -> tuple[float, float]:
        """Where a new card lies whose port is at the mouse."""
        left = point.x() if self._port.side == "out" else point.x() - geo.CARD_WIDTH
        return float(round(left)), float(round(point.y() - geo.PORT_Y))
