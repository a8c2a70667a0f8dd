"""What all gestures share: their interface, and the bench of things that they work on."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.project.edits import Edit
from nnbuilder.session.document import Document
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.camera import Camera
from nnbuilder.ui.canvas.level import Level
from nnbuilder.ui.canvas.marks import Marks
from nnbuilder.ui.canvas.scene import CanvasScene
from nnbuilder.ui.common.selection import Selection

Modifiers = Qt.KeyboardModifier


@dataclass(frozen=True)
class Bench:
    """What gestures and menus work on; `say` shows one quiet sentence at the mouse.

    `level` is what part of the drawing is shown: new nodes and notes get `group` as their parent. `hint`
    shows at the mouse what a release would do, and with True why it would be refused; "" ends that. `ask`
    lets the user choose layers for a spot.
    """

    scene: CanvasScene
    document: Document
    selection: Selection
    say: Callable[[str], None]
    level: Level
    camera: Camera
    marks: Marks
    hint: Callable[[str, bool], None]
    ask: Callable[[Spot], None]

    @property
    def graph(self) -> Graph:
        """The whole drawing."""
        return self.document.project.graph

    @property
    def group(self) -> NodeId | None:
        """The group whose inside is shown, None at the top."""
        return self.level.group

    def reach(self, pixels: float) -> float:
        """So many pixels of the screen as a distance in the scene, within what is sensible there."""
        return pixels / min(max(self.camera.scale, 0.33), 1.0)

    def apply(self, edit: Edit) -> bool:
        """Applies an edit; a refusal is said at the mouse and leaves everything as it is."""
        try:
            self.document.apply(edit)
        except EditRefused as refusal:
            self.say(str(refusal))
            return False
        return True


class Gesture(ABC):
    """One mouse gesture, from the press of a button to its release or Esc; points are of the scene."""

    cursor: Qt.CursorShape | None = None
    carries = True
    """Whether the view scrolls on when the mouse comes to its border."""

    @abstractmethod
    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        """The mouse is at another point, or a modifier changed; shows what a release here would do."""

    @abstractmethod
    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        """The button was released here: do it."""

    @abstractmethod
    def cancel(self) -> None:
        """Esc was pressed: leave everything as it was."""
