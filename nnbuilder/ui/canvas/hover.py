"""What lies under the mouse shows that it can be used: borders, rings, handles of edges, mouse shapes."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QCursor

from nnbuilder.graph.graph import NodeId, Port
from nnbuilder.ui.canvas.card import BADGE_AT, CardItem, Detail
from nnbuilder.ui.canvas.cursors import scissors
from nnbuilder.ui.canvas.edges import HANDLE
from nnbuilder.ui.canvas.gestures.aims import place_of
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.scene import Hit

_SHAPES = {
    "card": Qt.CursorShape.OpenHandCursor,
    "port": Qt.CursorShape.CrossCursor,
    "badge": Qt.CursorShape.PointingHandCursor,
    "edge": Qt.CursorShape.PointingHandCursor,
    "note": Qt.CursorShape.OpenHandCursor,
    "grip": Qt.CursorShape.SizeFDiagCursor,
}


class Hover:
    """Follows the mouse while no button is down."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._key: NodeId | None = None
        self._scissors: QCursor | None = None

    def show(self, hit: Hit) -> None:
        """Shows what lies under the mouse."""
        scene = self._bench.scene
        if hit.key != self._key:
            for key, on in ((self._key, False), (hit.key, True)):
                if key is not None and (item := scene.item(key)) is not None:
                    item.set_hovered(on)
            self._key = hit.key
        scene.edges.hover(hit.edge)
        self._bench.marks.hover(self._ring(hit), badge=hit.kind == "badge")

    def tip(self, hit: Hit) -> str:
        """What the thing under the mouse is, in words."""
        scene = self._bench.scene
        if hit.edge is not None:
            full = scene.edges.look(hit.edge).full
            device = self._bench.document.project.training.device
            return f"{full}, on {device}\nClick the cross to cut" if full else "Click the cross to cut"
        if hit.kind == "port" and hit.side is not None:
            return "Drag to connect"
        return _card_tip(scene.cards[hit.node]) if hit.node in scene.cards and hit.node else ""

    def shape(self, hit: Hit, point: QPointF) -> QCursor | Qt.CursorShape:
        """The mouse shape that tells what a press there does."""
        if hit.edge is not None and self.cuts(hit, point):
            if self._scissors is None:
                self._scissors = scissors()
            return self._scissors
        return _SHAPES.get(hit.kind, Qt.CursorShape.ArrowCursor)

    def cuts(self, hit: Hit, point: QPointF) -> bool:
        """Whether a click there cuts an edge: only where the handle shows."""
        scene = self._bench.scene
        full = scene.shared.detail == Detail.FULL
        return hit.edge is not None and full and scene.edges.on_handle(hit.edge, point, HANDLE + 1.0)

    def _ring(self, hit: Hit) -> QPointF | None:
        scene = self._bench.scene
        if hit.node is None or hit.node not in scene.cards:
            return None
        if hit.kind == "badge":
            return scene.cards[hit.node].pos() + BADGE_AT
        if hit.kind == "port" and hit.side is not None:
            return place_of(scene, Port(hit.node, hit.side))
        return None


def _card_tip(card: CardItem) -> str:
    """What a card stands for, and what is wrong there while it trains."""
    return card.look.tip if card.alarm is None else f"{card.look.tip}\n{card.alarm.text}"
