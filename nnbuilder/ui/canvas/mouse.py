"""From mouse events to gestures: which press starts which gesture, and what a plain click does."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor, QKeyEvent
from PySide6.QtWidgets import QApplication, QGraphicsView

from nnbuilder.graph.edits import Disconnect
from nnbuilder.graph.graph import Edge, NodeId, Port
from nnbuilder.graph.order import order_of
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.edge_pan import EdgePan
from nnbuilder.ui.canvas.gestures.aims import name_of
from nnbuilder.ui.canvas.gestures.band import BandGesture
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.canvas.gestures.connect import ConnectGesture
from nnbuilder.ui.canvas.gestures.move import MoveGesture
from nnbuilder.ui.canvas.gestures.notes import ResizeGesture
from nnbuilder.ui.canvas.gestures.pan import PanGesture
from nnbuilder.ui.canvas.hover import Hover
from nnbuilder.ui.canvas.problems import ProblemBubbles
from nnbuilder.ui.canvas.scene import Hit

_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ADDING = _CONTROL | _SHIFT
_MODIFIERS = {
    Qt.Key.Key_Control: _CONTROL,
    Qt.Key.Key_Shift: _SHIFT,
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
}
_NONE = Qt.KeyboardModifier.NoModifier


class Mouse:
    """Keeps the gesture that is under way; a press becomes one only once the mouse has moved far enough."""

    def __init__(self, view: QGraphicsView, bench: Bench, bubbles: ProblemBubbles) -> None:
        self._view = view
        self._bench = bench
        self._bubbles = bubbles
        self._hit: Hit | None = None
        self._pressed_at = QPointF()
        self._last = QPointF()
        self._held = _NONE
        self._cut = False
        self._hover = Hover(bench)
        self._edge_pan = EdgePan(view, self._panned)
        self.gesture: Gesture | None = None
        self.panning = False
        """Whether Space is held, so that the left button pans."""

    def press(self, at: QPointF, button: Qt.MouseButton, modifiers: Modifiers) -> bool:
        """A button went down at a point of the viewport; whether it is of interest."""
        if self.gesture is not None:
            return True
        point = self._scene(at)
        if button == Qt.MouseButton.MiddleButton or (button == Qt.MouseButton.LeftButton and self.panning):
            self._begin(PanGesture(self._view, point))
            return True
        if button != Qt.MouseButton.LeftButton:
            return False
        self._hit, self._pressed_at, self._cut = self._bench.scene.hit(point), at, False
        self._select_pressed(self._hit, modifiers)
        return True

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """The mouse is at another point of the viewport."""
        self._last, self._held = at, modifiers
        if self.gesture is None and self._hit is not None:
            far = (at - self._pressed_at).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._hover.show(Hit())
                self._begin(self._gesture_for(self._hit, modifiers))
        if self.gesture is not None:
            self.gesture.move(self._scene(at), modifiers)
            if self.gesture.carries:
                self._edge_pan.follow(at)
        elif self._hit is None:
            self._look(at)

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        """The button went up: ends the gesture, or was a click."""
        gesture, hit = self.gesture, self._hit
        self.gesture, self._hit = None, None
        self._edge_pan.stop()
        self._bubbles.step_aside(aside=False)
        if gesture is not None:
            gesture.end(self._scene(at), modifiers)
        elif hit is not None:
            self._click(hit, self._scene(at), modifiers)
        self._look(at)

    def asks(self, hit: Hit, at: QPointF) -> bool:
        """A double click on free ground or on an edge asks for layers to put there; whether it did."""
        if self.panning or self.gesture is not None or self._cut or hit.kind not in {"void", "edge"}:
            return False
        self._hit = None
        point = self._scene(at)
        corner = (float(round(point.x() - geo.CARD_WIDTH / 2)), float(round(point.y() - geo.PORT_Y)))
        self._bench.ask(Spot(edge=hit.edge) if hit.edge is not None else Spot(corner))
        return True

    def key(self, event: QKeyEvent, *, down: bool) -> None:
        """A key went down or up: Ctrl, Shift and Alt change what is being carried at once."""
        changed = _MODIFIERS.get(Qt.Key(event.key()))
        if changed is None or self.gesture is None:
            return
        self._held = event.modifiers() | changed if down else event.modifiers() & ~changed
        self.gesture.move(self._scene(self._last), self._held)

    def cancel(self) -> bool:
        """Leaves everything as before the gesture; whether there was one."""
        gesture, self.gesture, self._hit = self.gesture, None, None
        self._edge_pan.stop()
        if gesture is None:
            return False
        gesture.cancel()
        self._bubbles.step_aside(aside=False)
        self.show_cursor(Qt.CursorShape.ArrowCursor)
        return True

    def leave(self) -> None:
        """The mouse left the canvas."""
        if self.gesture is None:
            self._hover.show(Hit())

    def show_cursor(self, shape: Qt.CursorShape | QCursor) -> None:
        """Gives the mouse a shape over the canvas."""
        viewport = self._view.viewport()
        if isinstance(shape, QCursor) or viewport.cursor().shape() != shape:
            viewport.setCursor(shape)

    def _begin(self, gesture: Gesture) -> None:
        self.gesture = gesture
        self._bubbles.step_aside(aside=gesture.carries)
        if gesture.cursor is not None:
            self.show_cursor(gesture.cursor)

    def _gesture_for(self, hit: Hit, modifiers: Modifiers) -> Gesture:
        start = self._scene(self._pressed_at)
        if hit.kind == "port" and hit.node is not None and hit.side is not None:
            return ConnectGesture(self._bench, Port(hit.node, hit.side))
        if hit.kind == "grip" and hit.note is not None:
            return ResizeGesture(self._bench, hit.note, start)
        if hit.key is not None:
            chosen = self._bench.selection.nodes
            keys = chosen if hit.key in chosen else (hit.key,)
            return MoveGesture(self._bench, keys, start, modifiers)
        return BandGesture(self._bench, start, adding=bool(modifiers & _ADDING))

    def _select_pressed(self, hit: Hit, modifiers: Modifiers) -> None:
        """Selects a card as soon as it is pressed, so that it can be dragged at once."""
        if hit.kind not in {"card", "note", "grip"} or hit.key is None or modifiers & _ADDING:
            return
        self._bench.scene.edges.select([])
        if hit.key not in self._bench.selection.nodes:
            self._bench.selection.set([hit.key])

    def _click(self, hit: Hit, point: QPointF, modifiers: Modifiers) -> None:
        selection, edges = self._bench.selection, self._bench.scene.edges
        if hit.edge is not None:
            self._click_edge(hit, hit.edge, point, adding=bool(modifiers & _ADDING))
            return
        edges.select([])
        if hit.key is None:
            if not modifiers & _ADDING:
                selection.set([])
        elif modifiers & _CONTROL:
            left = [key for key in selection.nodes if key != hit.key]
            selection.set(left if hit.key in selection.nodes else [*left, hit.key])
        elif modifiers & _SHIFT:
            selection.set((*selection.nodes, *stretch_to(self._bench, hit.key)))
        else:
            selection.set([hit.key])
            if hit.kind == "badge" and hit.node is not None:
                self._bubbles.ask(hit.node)

    def _click_edge(self, hit: Hit, edge: Edge, point: QPointF, *, adding: bool) -> None:
        """Cuts an edge at its handle; elsewhere a click selects it."""
        graph, edges = self._bench.graph, self._bench.scene.edges
        if self._hover.cuts(hit, point):
            self._cut = self._bench.apply(Disconnect((edge,)))
            if self._cut:
                ends = f"{name_of(graph, edge.source)} and {name_of(graph, edge.target)}"
                self._bench.say(f"Cut between {ends}: undo brings it back.")
            return
        self._bench.selection.set([])
        edges.select(edges.selected ^ {edge} if adding else [edge])

    def _look(self, at: QPointF) -> None:
        """Shows what lies under the mouse."""
        point = self._scene(at)
        hit = self._bench.scene.hit(point)
        self._hover.show(hit)
        self._view.viewport().setToolTip(self._hover.tip(hit))
        self.show_cursor(Qt.CursorShape.OpenHandCursor if self.panning else self._hover.shape(hit, point))

    def _panned(self) -> None:
        """The drawing moved below the mouse."""
        if self.gesture is not None:
            self.gesture.move(self._scene(self._last), self._held)

    def _scene(self, at: QPointF) -> QPointF:
        return self._view.mapToScene(at.toPoint())


def stretch_to(bench: Bench, node: NodeId) -> tuple[NodeId, ...]:
    """The nodes of the chain from the current one to another; that one alone where no chain joins them."""
    chain = order_of(bench.level.graph, bench.group).chain
    here = bench.selection.current
    if here not in chain or node not in chain or here is None:
        return (node,)
    start, end = chain.index(here), chain.index(node)
    return chain[start : end + 1] if start <= end else chain[end : start + 1][::-1]
