"""Lets what is being dragged snap to the cards around it, and draws why."""

from collections.abc import Collection, Mapping

from PySide6.QtCore import QPointF

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.layout import Place
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.guides import Guides
from nnbuilder.ui.canvas.snapping import Box, boxes, snap

_REACH = 7.0


class Snapper:
    """Knows the cards in view that stay where they are."""

    def __init__(self, bench: Bench, moving: Collection[NodeId] = ()) -> None:
        self._bench = bench
        self._guides = Guides(bench.scene)
        seen = bench.camera.visible()
        carried = set(moving)
        self._others = boxes(
            [
                _box(card.x(), card.y())
                for key, card in bench.scene.cards.items()
                if key not in carried and geo.card_rect(card.x(), card.y()).intersects(seen)
            ]
        )

    def snapped(self, places: Mapping[NodeId, Place]) -> QPointF:
        """How far cards at these places are from where they should lie together; draws the guides."""
        xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
        if not xs:
            return QPointF()
        low, high = _box(min(xs), min(ys)), _box(max(xs), max(ys))
        found = snap(Box(low.left, low.top, high.right, high.bottom), self._others, self._bench.reach(_REACH))
        self._guides.show(found.lines)
        return QPointF(found.dx, found.dy)

    def clear(self) -> None:
        """Draws no guides any more."""
        self._guides.clear()


def _box(x: float, y: float) -> Box:
    return Box(x, y, x + geo.CARD_WIDTH, y + geo.CARD_HEIGHT)
