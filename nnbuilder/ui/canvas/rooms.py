"""How much room there is below each card, for what is shown there."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.scene import CanvasScene

_FAR = 10_000.0


class Rooms:
    """How far it is from the foot of each card to the next card below; found again after cards moved."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._known: dict[NodeId, float] | None = None
        scene.altered.connect(self.forget)

    def forget(self) -> None:
        """Cards came, went or moved."""
        self._known = None

    def below(self) -> Mapping[NodeId, float]:
        """The room below each card."""
        if self._known is None:
            cards = sorted(self._scene.cards.items(), key=lambda pair: pair[1].x())
            lefts = [card.x() for _, card in cards]
            self._known = {}
            for node, card in cards:
                near = cards[
                    bisect_right(lefts, card.x() - geo.CARD_WIDTH) : bisect_left(
                        lefts, card.x() + geo.CARD_WIDTH
                    )
                ]
                beneath = (other.y() for _, other in near if other.y() > card.y())
                self._known[node] = min(beneath, default=card.y() + _FAR) - card.y() - geo.CARD_HEIGHT
        return self._known
