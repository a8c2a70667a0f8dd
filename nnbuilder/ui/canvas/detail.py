"""Chooses how much of each card is painted, by how many are in view."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QGraphicsView

from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import Detail
from nnbuilder.ui.canvas.scene import CanvasScene

if TYPE_CHECKING:
    from collections.abc import Iterable

FULL_CARDS = 120
BOX_CARDS = 1100
_READABLE = 0.4
_MOST_PIECES = 24
_SLACK = 2.0


def detail_for(cards: int) -> Detail:
    """How much to paint of each of so many cards."""
    if cards <= FULL_CARDS:
        return Detail.FULL
    return Detail.BOX if cards <= BOX_CARDS else Detail.FLAT


def review_detail(view: QGraphicsView, scene: CanvasScene) -> None:
    """Counts the cards in view and repaints everything where the level changes."""
    shared = scene.shared
    detail = detail_for(_cards_in_view(view, scene))
    titles = view.transform().m11() >= _READABLE
    if (detail, titles) != (shared.detail, shared.titles):
        shared.detail, shared.titles = detail, titles
        view.setRenderHint(QPainter.RenderHint.Antialiasing, detail != Detail.FLAT)
        view.viewport().update()


def exposed_rects(view: QGraphicsView, region: QRegion) -> tuple[QRectF, ...]:
    """What of the scene a frame paints: few pieces as they are, many as the rectangle around them."""
    pieces = [region.boundingRect()]
    if region.rectCount() <= _MOST_PIECES:
        pieces = list(cast("Iterable[QRect]", region))  # the stubs do not know that it can be iterated
    rects = (view.mapToScene(piece).boundingRect() for piece in pieces)
    slack = _SLACK / view.transform().m11()
    return tuple(rect.adjusted(-slack, -slack, slack, slack) for rect in rects)


def _cards_in_view(view: QGraphicsView, scene: CanvasScene) -> int:
    if len(scene.cards) <= FULL_CARDS:
        return len(scene.cards)
    seen = view.mapToScene(view.viewport().rect()).boundingRect()
    left, right = seen.left() - geo.CARD_WIDTH, seen.right()
    top, bottom = seen.top() - geo.CARD_HEIGHT, seen.bottom()
    return sum(left < card.x() < right and top < card.y() < bottom for card in scene.cards.values())
