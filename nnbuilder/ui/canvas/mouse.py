"""From mouse events to gestures: which press starts which gesture, and what a plain click does."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication, QGraphicsView

from nnbuilder.graph.graph import NodeId, Port
from nnbuilder.ui.canvas.gestures.band import BandGesture
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.canvas.gestures.connect import ConnectGesture
from nnbuilder.ui.canvas.gestures.move import MoveGesture
from nnbuilder.ui.canvas.gestures.pan import PanGesture
from nnbuilder.ui.canvas.scene import Hit

_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_CURSORS = {
    "card": Qt.CursorShape.OpenHandCursor,
    "port": Qt.CursorShape.CrossCursor,
    "badge": Qt.CursorShape.PointingHandCursor,
    "edge": Qt.CursorShape.PointingHandCursor,
    "void": Qt.CursorShape.ArrowCursor,
    "note": Qt.CursorShape.OpenHandCursor,
    "grip": Qt.CursorShape.SizeFDiagCursor,
}


class Mouse:
    """Keeps the gesture that is under way; a press becomes one only once the mouse has moved far enough."""

    def __init__(self, view: QGraphicsView, bench: Bench, badge_clicked: Callable[[NodeId], None]) -> None:
        self._view = view
        self._bench = bench
        self._badge_clicked = badge_clicked
        self._hit: Hit | None = None
        self._pressed_at = QPointF()
        self._hovered: NodeId | None = None
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
        self._hit, self._pressed_at = self._bench.scene.hit(point), at
        self._select_pressed(self._hit, modifiers)
        return True

    def move(self, at: QPointF, modifiers: Modifiers) -> None:
        """The mouse is at another point of the viewport."""
        if self.gesture is None and self._hit is not None:
            far = (at - self._pressed_at).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._begin(self._gesture_for(self._hit, modifiers))
        if self.gesture is not None:
            self.gesture.move(self._scene(at), modifiers)
        elif self._hit is None:
            self._hover(self._bench.scene.hit(self._scene(at)))

    def release(self, at: QPointF, modifiers: Modifiers) -> None:
        """The button went up: ends the gesture, or was a click."""
        gesture, hit = self.gesture, self._hit
        self.gesture, self._hit = None, None
        if gesture is not None:
            gesture.end(self._scene(at), modifiers)
        elif hit is not None:
            self._click(hit, modifiers)
        self._hover(self._bench.scene.hit(self._scene(at)))

    def cancel(self) -> bool:
        """Leaves everything as before the gesture; whether there was one."""
        gesture, self.gesture, self._hit = self.gesture, None, None
        if gesture is None:
            return False
        gesture.cancel()
        self.show_cursor(Qt.CursorShape.ArrowCursor)
        return True

    def leave(self) -> None:
        """The mouse left the canvas."""
        if self.gesture is None:
            self._hover(Hit())

    def show_cursor(self, shape: Qt.CursorShape) -> None:
        """Gives the mouse a shape over the canvas."""
        if self._view.viewport().cursor().shape() != shape:
            self._view.viewport().setCursor(shape)

    def _begin(self, gesture: Gesture) -> None:
        self.gesture = gesture
        if gesture.cursor is not None:
            self.show_cursor(gesture.cursor)

    def _gesture_for(self, hit: Hit, modifiers: Modifiers) -> Gesture:
        start = self._scene(self._pressed_at)
        if hit.kind == "port" and hit.node is not None and hit.side is not None:
            return ConnectGesture(self._bench, Port(hit.node, hit.side))
        if hit.node is not None:
            chosen = self._bench.selection.nodes
            return MoveGesture(self._bench, chosen if hit.node in chosen else (hit.node,), start)
        return BandGesture(self._bench, start, adding=bool(modifiers & _ADDING))

    def _select_pressed(self, hit: Hit, modifiers: Modifiers) -> None:
        """Selects a card as soon as it is pressed, so that it can be dragged at once."""
        if hit.kind != "card" or hit.node is None or modifiers & _ADDING:
            return
        self._bench.scene.edges.select([])
        if hit.node not in self._bench.selection.nodes:
            self._bench.selection.set([hit.node])

    def _click(self, hit: Hit, modifiers: Modifiers) -> None:
        adding = bool(modifiers & _ADDING)
        selection, edges = self._bench.selection, self._bench.scene.edges
        if hit.edge is not None:
            selection.set([])
            edges.select(edges.selected ^ {hit.edge} if adding else [hit.edge])
            return
        edges.select([])
        if hit.node is None:
            if not adding:
                selection.set([])
        elif adding:
            left = [node for node in selection.nodes if node != hit.node]
            selection.set(left if hit.node in selection.nodes else [*left, hit.node])
        else:
            selection.set([hit.node])
            if hit.kind == "badge":
                self._badge_clicked(hit.node)

    def _hover(self, hit: Hit) -> None:
        cards = self._bench.scene.cards
        if hit.node != self._hovered:
            for key, on in ((self._hovered, False), (hit.node, True)):
                if key is not None and key in cards:
                    cards[key].set_hovered(on)
            self._hovered = hit.node
            self._view.viewport().setToolTip(cards[hit.node].look.tip if hit.node else "")
        self.show_cursor(Qt.CursorShape.OpenHandCursor if self.panning else _CURSORS[hit.kind])

    def _scene(self, at: QPointF) -> QPointF:
        return self._view.mapToScene(at.toPoint())
