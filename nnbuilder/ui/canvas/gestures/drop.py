"""A layer dragged from the palette: it shows where it would go, and goes there when it is let go."""

from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.layout import Place
from nnbuilder.interop.looks import card_look
from nnbuilder.ui.canvas import building
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.gestures.aims import Aims, name_of, open_ports
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.canvas.gestures.snapper import Snapper
from nnbuilder.ui.canvas.ghosts import Ghost, Ghosts


class DropGesture(Gesture):
    """Follows a layer over the canvas: into an edge, to an open port, or onto free ground, where it snaps."""

    def __init__(self, bench: Bench, layer: str) -> None:
        self._bench = bench
        self._layer = building.new(layer)
        self._aims = Aims(bench, (), open_ports(bench))
        self._snapper = Snapper(bench)
        self._ghost: Ghosts | None = None

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        spot = self._spot(point, modifiers)
        self._aims.light(spot.edge, spot.port)
        self._show_ghost(spot.place)
        self._bench.hint(self._said(spot), False)

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        spot = self._spot(point, modifiers)
        self.cancel()
        built = building.build(self._bench.graph, [self._layer], spot, self._bench.group)
        if self._bench.apply(built.edit):
            self._bench.selection.set(built.nodes)

    def cancel(self) -> None:
        self._aims.clear()
        self._snapper.clear()
        self._show_ghost(None)
        self._bench.hint("", False)

    def _spot(self, point: QPointF, modifiers: Modifiers) -> Spot:
        port = self._aims.port(point)
        if port is None:
            hit = self._bench.scene.hit(point)
            port = self._aims.open_at(hit.node) if hit.node is not None else None
        if port is not None:
            self._snapper.clear()
            return Spot(port=port)
        edge = self._aims.edge(point)
        if edge is not None:
            self._snapper.clear()
            return Spot(edge=edge)
        return Spot(self._corner(point, modifiers))

    def _corner(self, point: QPointF, modifiers: Modifiers) -> Place:
        x, y = float(round(point.x() - geo.CARD_WIDTH / 2)), float(round(point.y() - geo.PORT_Y))
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self._snapper.clear()
            return x, y
        away = self._snapper.snapped(geo.card_rect(x, y))
        return x + away.x(), y + away.y()

    def _show_ghost(self, place: Place | None) -> None:
        if place is None:
            if self._ghost is not None:
                self._bench.scene.removeItem(self._ghost)
                self._ghost = None
            return
        if self._ghost is None:
            look = card_look(self._layer, None, ())
            ghost = Ghost(geo.card_rect(), look.title, look.color)
            self._ghost = Ghosts(self._bench.scene, self._bench.scene.shared, [ghost])
        self._ghost.setPos(*place)

    def _said(self, spot: Spot) -> str:
        graph, name = self._bench.graph, self._layer.type
        if spot.edge is not None:
            source, target = name_of(graph, spot.edge.source), name_of(graph, spot.edge.target)
            return f"Put {name} between {source} and {target}"
        if spot.port is not None:
            side = "behind" if spot.port.side == "out" else "before"
            return f"Connect {name} {side} {name_of(graph, spot.port.node)}"
        return ""
