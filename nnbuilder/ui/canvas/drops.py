"""What is dragged onto the canvas from elsewhere: layers of the palette are taken, the rest is refused."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QGraphicsView

from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.gestures.drop import DropGesture
from nnbuilder.ui.canvas.problems import ProblemBubbles
from nnbuilder.ui.common import dropped
from nnbuilder.ui.common.mime import LAYER_MIME, dragged_layer


class Drops:
    """Turns Qt's drag and drop events into a gesture; `at` is told where the mouse is, for sentences."""

    def __init__(
        self, view: QGraphicsView, bench: Bench, bubbles: ProblemBubbles, at: Callable[[QPointF], None]
    ) -> None:
        self._view = view
        self._bench = bench
        self._bubbles = bubbles
        self._at = at
        self._gesture: DropGesture | None = None

    @property
    def active(self) -> bool:
        """Whether a layer is over the canvas."""
        return self._gesture is not None

    def enter(self, event: QDragEnterEvent) -> None:
        """Something came in; it is let in even where it will be refused, so that its way can be followed."""
        self.leave()
        layer = dragged_layer(event.mimeData())
        if layer:
            self._gesture = DropGesture(self._bench, layer)
            self._bubbles.step_aside(aside=True)
        else:
            self._refuse(event)
        event.acceptProposedAction()

    def move(self, event: QDragMoveEvent) -> None:
        """It is at another point."""
        if self._gesture is None:
            self._refuse(event)
            return
        self._at(event.position())
        self._gesture.move(self._scene(event), event.modifiers())
        event.acceptProposedAction()

    def leave(self) -> None:
        """It was taken away, or the drag was given up with Esc."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None:
            gesture.cancel()
            self._bubbles.step_aside(aside=False)

    def drop(self, event: QDropEvent) -> None:
        """It was let go."""
        gesture, self._gesture = self._gesture, None
        self._at(event.position())
        if gesture is None:
            self._refuse(event)
            return
        gesture.end(self._scene(event), event.modifiers())
        self._bubbles.step_aside(aside=False)
        event.acceptProposedAction()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refuse(self, event: QDropEvent) -> None:
        self._at(event.position())
        self._bench.say(why_not(event.mimeData()))
        event.ignore()

    def _scene(self, event: QDropEvent) -> QPointF:
        return self._view.mapToScene(event.position().toPoint())


def why_not(mime: QMimeData) -> str:
    """Why dragged data has no place in a drawing."""
    if mime.hasFormat(LAYER_MIME):
        return "This is no layer that can be drawn."
    if mime.hasUrls():
        return dropped.why_not(mime)
    if mime.hasImage():
        return "A picture has no place in a drawing: drop layers from the palette."
    if mime.hasText():
        return "Text cannot be dropped here: paste a network with Ctrl+V, or drag layers from the palette."
    return "This has no place in a drawing: drop layers from the palette."
