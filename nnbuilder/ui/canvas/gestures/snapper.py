"""Lets what is being dragged snap to what lies around it, and draws why."""

from collections.abc import Collection

from PySide6.QtCore import QPointF, QRectF

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.guides import Guides
from nnbuilder.ui.canvas.snapping import Box, boxes, snap

_REACH = 7.0


class Snapper:
    """Knows the cards and notes in view that stay where they are."""

    def __init__(self, bench: Bench, moving: Collection[NodeId] = ()) -> None:
        self._bench = bench
        self._guides = Guides(bench.scene)
        seen = bench.camera.visible()
        carried, scene = set(moving), bench.scene
        rects = (scene.rect_of(key) for key in (*scene.cards, *scene.notes) if key not in carried)
        self._others = boxes([_box(rect) for rect in rects if rect.intersects(seen)])

    def snapped(self, rect: QRectF) -> QPointF:
        """How far something there is from where it should lie; draws the guides."""
        found = snap(_box(rect), self._others, self._bench.reach(_REACH))
        self._guides.show(found.lines)
        return QPointF(found.dx, found.dy)

    def clear(self) -> None:
        """Draws no guides any more."""
        self._guides.clear()


def _box(rect: QRectF) -> Box:
    return Box(rect.left(), rect.top(), rect.right(), rect.bottom())
