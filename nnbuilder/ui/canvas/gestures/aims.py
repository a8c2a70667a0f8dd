"""What a thing that is being dragged can be dropped on: edges, and ports that are open."""

import math
from collections.abc import Collection, Iterable

from PySide6.QtCore import QPointF

from nnbuilder.graph.edit import title
from nnbuilder.graph.graph import Edge, Graph, NodeId, Port, Side
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.scene import CanvasScene

_EDGE_REACH = 20.0
_PORT_REACH = 26.0


def place_of(scene: CanvasScene, port: Port) -> QPointF:
    """Where a port lies in the scene."""
    corner = scene.cards[port.node].pos()
    lies = geo.out_port if port.side == "out" else geo.in_port
    return lies(corner.x(), corner.y())


def name_of(graph: Graph, node: NodeId) -> str:
    """What a sentence calls a node."""
    return title(graph, node)


def open_ports(bench: Bench, without: Collection[NodeId] = ()) -> list[Port]:
    """All ports of the shown level that have no edge, but those of some nodes."""
    graph = bench.level.graph
    busy = {Port(edge.source, "out") for edge in graph.edges} | {
        Port(edge.target, "in") for edge in graph.edges
    }
    found: list[Port] = []
    sides: tuple[Side, Side] = ("in", "out")
    for key, card in bench.scene.cards.items():
        if key not in without:
            has = {"in": card.look.has_in, "out": card.look.has_out}
            found += [Port(key, side) for side in sides if has[side] and Port(key, side) not in busy]
    return found


def nearest_port(bench: Bench, ports: Iterable[Port], point: QPointF, reach: float) -> Port | None:
    """The port nearest to a point, within a distance."""
    best, nearest = None, reach
    for port in ports:
        away = place_of(bench.scene, port) - point
        if (length := math.hypot(away.x(), away.y())) < nearest:
            best, nearest = port, length
    return best


class Aims:
    """Finds and lights up what lies below the mouse in a gesture; `skip` are edges that it carries."""

    def __init__(self, bench: Bench, skip: Collection[Edge], ports: Iterable[Port]) -> None:
        self._bench = bench
        self._skip = skip
        self._ports = tuple(ports)
        bench.marks.offer(place_of(bench.scene, port) for port in self._ports)

    def edge(self, *points: QPointF, skip: Collection[Edge] | None = None) -> Edge | None:
        """The edge near the first of some points that has one near."""
        reach = self._bench.reach(_EDGE_REACH)
        for point in points:
            edge = self._bench.scene.edges.at(point, reach, self._skip if skip is None else skip)
            if edge is not None:
                return edge
        return None

    def port(self, point: QPointF, side: Side | None = None) -> Port | None:
        """The open port near a point."""
        ports = [port for port in self._ports if side is None or port.side == side]
        return nearest_port(self._bench, ports, point, self._bench.reach(_PORT_REACH))

    def open_at(self, node: NodeId) -> Port | None:
        """The open port of a card, the output first."""
        return max((port for port in self._ports if port.node == node), key=_is_out, default=None)

    def light(self, edge: Edge | None = None, port: Port | None = None) -> None:
        """Lights up what a release would drop on."""
        self._bench.scene.edges.light_up(edge)
        self._bench.marks.aim(place_of(self._bench.scene, port) if port else None)

    def clear(self) -> None:
        """Nothing is lit any more."""
        self.light()
        self._bench.marks.offer(())


def _is_out(port: Port) -> bool:
    return port.side == "out"
