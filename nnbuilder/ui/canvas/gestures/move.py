"""Dragging cards and notes: the scene shows what a release would do, and the release is one edit."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.edit import counted
from nnbuilder.graph.edits import MoveNodes
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, NodeId, Port
from nnbuilder.project import reorder
from nnbuilder.project.edits import Edit
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas import moving
from nnbuilder.ui.canvas.curves import distance, pieces_of
from nnbuilder.ui.canvas.gestures.aims import Aims, name_of, open_ports
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.canvas.gestures.carried import Carried
from nnbuilder.ui.canvas.gestures.preview import Preview
from nnbuilder.ui.canvas.gestures.snapper import Snapper

PULL = 240.0
"""How far from its place in the chain a card is pulled out of it: farther than into the next row."""

_PULL_PIXELS = 150.0
"""The same on the screen at least, when the drawing is small."""

_FREE = Qt.KeyboardModifier.ControlModifier
_STRAIGHT = Qt.KeyboardModifier.ShiftModifier
_COPY = Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True)
class Plan:
    """What a release would do; `away` is how far the cards are carried."""

    act: Literal["move", "edge", "port", "out", "copy"]
    away: QPointF
    edge: Edge | None = None
    port: Port | None = None


class MoveGesture(Gesture):
    """Carries cards with the mouse.

    They keep their edges unless they are dropped on another edge (they move there) or pulled far out of
    their chain (the gap closes). With Ctrl they neither snap nor leave the chain, with Shift they move along
    one axis, with Alt a copy of them is carried. Notes come along, and what lies in a frame moves with it
    unless Ctrl was down at the start.
    """

    cursor = Qt.CursorShape.ClosedHandCursor

    def __init__(self, bench: Bench, keys: tuple[NodeId, ...], start: QPointF, modifiers: Modifiers) -> None:
        scene, graph = bench.scene, bench.level.graph
        self._bench = bench
        self._start = start
        framed = () if modifiers & _FREE else [inside for key in keys for inside in scene.framed(key)]
        self._hand = Carried(bench, dict.fromkeys((*keys, *framed)))
        self._keys = tuple(self._hand.places)
        carried = set(self._keys)
        self._own = {edge for edge in graph.edges if edge.source in carried or edge.target in carried}
        self._ends = {edge for edge in self._own if not (edge.source in carried and edge.target in carried)}
        self._stretch = moving.stretch_or_none(graph, self._keys)
        self._bridge = moving.closing(graph, self._stretch) if self._stretch else None
        self._snapper = Snapper(bench, carried)
        loose = self._stretch is not None and not self._ends
        self._aims = Aims(bench, self._own, open_ports(bench, carried) if loose else ())
        self._preview = Preview(bench, self._keys, self._bridge)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        plan = self._plan(point, modifiers)
        copying = plan.act == "copy" or bool(modifiers & _COPY)
        self._hand.show(QPointF() if copying else plan.away)
        self._preview.show(plan.away, copying=copying)
        leaving = not copying and plan.act in {"edge", "out"} and bool(self._ends)
        self._bench.scene.edges.ghost(self._ends if leaving else ())
        self._preview.show_bridge(shown=leaving)
        self._aims.light(plan.edge, plan.port)
        self._bench.hint(self._said(plan), False)

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        plan = self._plan(point, modifiers)
        self.cancel()
        try:
            edit, chosen = self._edit(plan)
        except EditRefused as refusal:
            self._bench.say(str(refusal))
            return
        if edit is not None and self._bench.apply(edit):
            self._bench.selection.set(chosen)

    def cancel(self) -> None:
        self._snapper.clear()
        self._aims.clear()
        self._preview.clear()
        self._bench.hint("", False)
        self._bench.scene.edges.ghost(())
        self._hand.put_back()

    def _plan(self, point: QPointF, modifiers: Modifiers) -> Plan:
        away, copying = self._carried(point, modifiers), bool(modifiers & _COPY)
        if self._stretch is not None and not modifiers & _FREE:
            centre = self._centre(self._stretch[0]) + away
            edge = self._aims.edge(point, centre, skip=() if copying else None)
            port = None if copying or edge else self._port_met(self._stretch, away)
            if edge is not None or port is not None:
                self._snapper.clear()
                return Plan("copy" if copying else "edge" if edge else "port", away, edge, port)
        away = self._snapped(away, modifiers)
        if copying:
            return Plan("copy", away)
        pulled = self._is_out(away) and not modifiers & _FREE
        return Plan("out" if pulled else "move", away)

    def _edit(self, plan: Plan) -> tuple[Edit | None, tuple[NodeId, ...]]:
        """The edit of a plan and what is selected then; raises `EditRefused`."""
        graph, chosen = self._bench.graph, self._bench.selection.nodes
        away = (plan.away.x(), plan.away.y())
        if plan.act == "copy":
            return moving.duplicated(graph, self._keys, away, self._bench.group, plan.edge)
        if plan.edge is not None and self._stretch is not None:
            return reorder.into_edge(graph, self._stretch, plan.edge), chosen
        if plan.port is not None and self._stretch is not None:
            return moving.to_port(graph, self._stretch, plan.port), chosen
        places = self._hand.moved(plan.away)
        if plan.act == "out" and self._stretch is not None:
            return moving.taken_out(graph, self._stretch, places), chosen
        return (MoveNodes(places) if places != self._hand.places else None), chosen

    def _said(self, plan: Plan) -> str:
        graph, what = self._bench.graph, counted(self._bench.graph, self._keys)
        if plan.edge is not None:
            ends = f"between {name_of(graph, plan.edge.source)} and {name_of(graph, plan.edge.target)}"
            return f"{'Copy' if plan.act == 'copy' else 'Put'} {what} {ends}"
        if plan.port is not None:
            side = "behind" if plan.port.side == "out" else "before"
            return f"Connect {what} {side} {name_of(graph, plan.port.node)}"
        if plan.act == "copy":
            return f"Duplicate {what}"
        return f"Take out {what} and close the gap · Ctrl keeps the edges" if plan.act == "out" else ""

    def _carried(self, point: QPointF, modifiers: Modifiers) -> QPointF:
        away = point - self._start
        if modifiers & _STRAIGHT:
            away = QPointF(away.x(), 0.0) if abs(away.x()) >= abs(away.y()) else QPointF(0.0, away.y())
        return QPointF(round(away.x()), round(away.y()))

    def _snapped(self, away: QPointF, modifiers: Modifiers) -> QPointF:
        if modifiers & (_FREE | _STRAIGHT):
            self._snapper.clear()
            return away
        return away + self._snapper.snapped(self._hand.bounds.translated(away))

    def _centre(self, node: NodeId) -> QPointF:
        """Where the middle of a card was at the start."""
        x, y = self._hand.places[node]
        return QPointF(x + geo.CARD_WIDTH / 2, y + geo.PORT_Y)

    def _port_met(self, stretch: tuple[NodeId, ...], away: QPointF) -> Port | None:
        """The open port that one of an unconnected stretch's own ends has come near to."""
        half = QPointF(geo.CARD_WIDTH / 2, 0.0)
        start, end = self._centre(stretch[0]) + away - half, self._centre(stretch[-1]) + away + half
        return self._aims.port(start, "out") or self._aims.port(end, "in")

    def _is_out(self, away: QPointF) -> bool:
        """Whether all cards are far from the edge that would close the gap."""
        if self._bridge is None or self._stretch is None:
            return False
        pieces = pieces_of(self._preview.bridge_path())
        far = max(PULL, _PULL_PIXELS / self._bench.camera.scale)
        ends = {self._stretch[0], self._stretch[-1]}
        return all(distance(pieces, self._centre(key) + away) > far for key in ends)
