"""Ports by keyboard: Tab goes from port to port, Enter draws an edge whose end the arrow keys choose."""

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnbuilder.graph.graph import NodeId, Port, Side
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.gestures.connect import ConnectGesture
from nnbuilder.ui.canvas.walk import Walker, reading_order
from nnbuilder.ui.common import colors

_PLAIN = Qt.KeyboardModifier.NoModifier
_RADIUS = 10.0

Stop = tuple[NodeId, Side | None]
"""Where Tab stops: at a card, then at each of its ports."""


class PortKeys(QObject):
    """Which port has the keyboard, and the edge that is drawn from it."""

    pointed = Signal(QPointF)
    """Where in the scene the edge would end: what is said about it belongs there."""

    def __init__(self, bench: Bench, walker: Walker, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self._walker = walker
        self._ring = PortRing()
        self._gesture: ConnectGesture | None = None
        self._target: Port | None = None
        self.focused: Port | None = None
        """The port that Enter connects; None where cards have the keyboard."""
        bench.selection.changed.connect(self._selected)
        bench.document.changed.connect(self.leave)
        bench.document.replaced.connect(self.leave)

    @property
    def connecting(self) -> bool:
        """Whether an edge is being drawn by keyboard."""
        return self._gesture is not None

    @property
    def target(self) -> Port | None:
        """The port that Enter would connect to."""
        return self._target

    def tab(self, *, forward: bool) -> bool:
        """Goes to the next card or port; False beyond the last one, where the keyboard leaves the canvas."""
        if self.connecting:
            self.choose(1 if forward else -1)
            return True
        stops = self._stops()
        here = self._here()
        if here in stops:
            index = stops.index(here) + (1 if forward else -1)
        else:
            index = 0 if forward else len(stops) - 1
        if not 0 <= index < len(stops):
            return False
        node, side = stops[index]
        self._bench.selection.set([node])
        self.focus(Port(node, side) if side else None)
        self._walker.reveal(node)
        return True

    def start(self) -> bool:
        """Starts an edge at the focused port, or where the selected node gives its output."""
        node = self._bench.selection.current
        port = self.focused
        if port is None and node in self._bench.scene.cards and node is not None:
            port = Port(node, "out" if self._bench.scene.cards[node].look.has_out else "in")
        if port is None:
            self._bench.say("Select the layer that the edge starts at.")
            return False
        ends = self._ends(port)
        if not ends:
            self._bench.say("There is no other layer to connect to.")
            return False
        self.focus(port)
        self._gesture = ConnectGesture(self._bench, port)
        self._aim(self._first(port, ends))
        return True

    def choose(self, by: int) -> None:
        """Aims at the next port that the edge could lead to, or at the one before."""
        if self.focused is None or self._target is None:
            return
        ends = self._ends(self.focused)
        if self._target in ends:
            self._aim(ends[(ends.index(self._target) + by) % len(ends)])

    def accept(self) -> None:
        """Draws the edge."""
        gesture, target = self._gesture, self._target
        if gesture is not None and target is not None:
            self._gesture = self._target = None
            gesture.end(self._point(target), _PLAIN)
            self.leave()

    def cancel(self) -> bool:
        """Gives up the edge, or else takes the keyboard back to the card; whether there was either."""
        if self._gesture is not None:
            self._gesture.cancel()
            self._gesture = self._target = None
            return True
        was = self.focused is not None
        self.focus(None)
        return was

    def leave(self) -> None:
        """Takes the keyboard back to the cards."""
        while self.cancel():
            pass

    def _here(self) -> Stop | None:
        if self.focused is not None:
            return self.focused.node, self.focused.side
        node = self._bench.selection.current
        return None if node is None else (node, None)

    def _stops(self) -> list[Stop]:
        stops: list[Stop] = []
        for node in self._order():
            look = self._bench.scene.cards[node].look
            stops += [
                (node, None),
                *((node, side) for side, there in _sides(look.has_in, look.has_out) if there),
            ]
        return stops

    def _ends(self, port: Port) -> list[Port]:
        """The ports of other nodes that an edge from this one could lead to."""
        cards = self._bench.scene.cards
        if port.side == "out":
            return [Port(key, "in") for key in self._order() if key != port.node and cards[key].look.has_in]
        return [Port(key, "out") for key in self._order() if key != port.node and cards[key].look.has_out]

    def _first(self, port: Port, ends: list[Port]) -> Port:
        """The nearest port that is still open, or else the nearest one."""
        graph, here = self._bench.graph, self._point(port)
        taken = {edge.target if port.side == "out" else edge.source for edge in graph.edges}

        def rank(end: Port) -> tuple[bool, float]:
            away = self._point(end) - here
            return end.node in taken, abs(away.x()) + abs(away.y())

        return min(ends, key=rank)

    def _order(self) -> list[NodeId]:
        cards = self._bench.scene.cards
        return [key for key in reading_order(self._bench.graph, self._bench.group) if key in cards]

    def _aim(self, target: Port) -> None:
        if self._gesture is not None:
            self._target = target
            self._walker.reveal(target.node)
            self.pointed.emit(self._point(target))
            self._gesture.move(self._point(target), _PLAIN)

    def _point(self, port: Port) -> QPointF:
        place = self._bench.scene.cards[port.node].pos()
        anchor = geo.out_port if port.side == "out" else geo.in_port
        return anchor(place.x(), place.y())

    def focus(self, port: Port | None) -> None:
        """Gives the keyboard to a port, or back to the cards."""
        self.focused = port
        scene = self._bench.scene
        if port is None:
            if self._ring.scene() is not None:
                scene.removeItem(self._ring)
            return
        if self._ring.scene() is None:
            scene.addItem(self._ring)
        self._ring.setPos(self._point(port))

    def _selected(self) -> None:
        if self.focused is not None and self.focused.node != self._bench.selection.current:
            self.leave()


class PortRing(QGraphicsItem):
    """The ring around the port that has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(6.0)

    def boundingRect(self) -> QRectF:
        reach = _RADIUS + 3
        return QRectF(-reach, -reach, 2 * reach, 2 * reach)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        palette = colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(palette.color("accent", 0.18))
        painter.setPen(QPen(palette.color("accent"), 2.4))
        painter.drawEllipse(QPointF(), _RADIUS, _RADIUS)


def _sides(has_in: bool, has_out: bool) -> tuple[tuple[Side, bool], tuple[Side, bool]]:
    return ("in", has_in), ("out", has_out)
