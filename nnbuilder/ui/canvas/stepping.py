"""Shows on the canvas where the microscope is: the layer, and the tensors that come and go."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from nnbuilder.graph.graph import LOSS, NodeId
from nnbuilder.protocol.microscope import Looked, Place, Tensor
from nnbuilder.session.document import Document
from nnbuilder.session.microscope import Microscope, View
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.spotlight import Glimpse, Side, SpotlightItem
from nnbuilder.ui.canvas.view import CanvasView
from nnbuilder.ui.common import colors

if TYPE_CHECKING:
    from nnbuilder.ui.canvas.card import CardItem

_WORDS = {"Arrives": "◂ ∂loss/∂out", "Leaves": "◂ ∂loss/∂in"}


class Spotlight(QObject):
    """Follows the microscope while somebody looks into it."""

    def __init__(self, canvas: CanvasView, document: Document, microscope: Microscope) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._document = document
        self._microscope = microscope
        self._card: CardItem | None = None
        self._shown: View | None = None
        self._place: Place | None = None
        self.item: SpotlightItem | None = None
        microscope.changed.connect(self.follow)
        canvas.canvas.altered.connect(self.follow)
        colors.changed.connect(self._repaint)

    def follow(self) -> None:
        """Goes to where the microscope is; while it waits for an answer all stays as it was."""
        scope = self._microscope
        seen = None if scope.trouble or not scope.looking else scope.view
        node = None if seen is None else self._node(seen.looked)
        card = self._canvas.canvas.cards.get(node) if node is not None else None
        if card is not self._card:
            self._leave()
        self._canvas.bubbles.keep_quiet(quiet=card is not None)
        if card is None or seen is None:
            return
        if self.item is None:
            self._card, self.item = card, SpotlightItem(card, self._canvas.canvas.shared)
        if seen is not self._shown:
            self._shown = seen
            back = seen.looked.place.stage in {"backward", "update", "zero_grad"}
            self.item.show_pass("backward" if back else "forward", glimpses(seen))
            self._reveal(seen)

    def _reveal(self, seen: View) -> None:
        """Scrolls to another stop, with its tensors; not for another number of the same one."""
        if seen.looked.place != self._place and self._card is not None and self.item is not None:
            around = geo.card_rect().united(self.item.plaques())
            self._canvas.camera.reveal(around.translated(self._card.pos()))
        self._place = seen.looked.place

    def _leave(self) -> None:
        """Leaves the card; one that was taken away has taken the spotlight along."""
        card, item, self._card, self.item, self._shown = self._card, self.item, None, None, None
        if card is not None and item is not None and self._canvas.canvas.cards.get(card.node) is card:
            self._canvas.canvas.removeItem(item)

    def _node(self, looked: Looked) -> NodeId | None:
        """The card of a stop: the layer's, the Loss, or the owner of the weight."""
        if looked.place.stage == "loss":
            return next((node.id for node in self._document.project.graph.of_type(LOSS)), None)
        return looked.owner if looked.place.stage in {"update", "zero_grad"} else looked.place.node

    def _repaint(self) -> None:
        if self.item is not None:
            self.item.update()


def glimpses(view: View) -> tuple[Glimpse, ...]:
    """What comes and what goes at a stop."""
    stage = view.looked.place.stage
    found: list[Glimpse] = []
    for tensor, array in zip(view.looked.tensors, view.arrays, strict=True):
        side = _side(stage, tensor)
        if side is not None and side not in {one.side for one in found}:
            row = tensor.chosen[0] if tensor.chosen else 0
            found.append(Glimpse(side, _title(tensor), array, row))
    return tuple(found)


def _side(stage: str, tensor: Tensor) -> Side | None:
    if stage == "forward":
        return "in" if tensor.role == "input" else "out" if tensor.role == "output" else None
    if stage == "loss":
        return "in" if tensor.role == "output" else None
    if stage == "backward" and tensor.role == "gradient":
        return "out" if tensor.title.startswith("Arrives") else "in"
    return None


def _title(tensor: Tensor) -> str:
    """What a tensor is, with its shape and dtype."""
    shape = "×".join(map(str, tensor.shape)) or "one number"
    word = _WORDS.get(tensor.title.partition(":")[0], "in" if tensor.role == "input" else "out")
    return f"{word} {shape} {tensor.dtype}"
