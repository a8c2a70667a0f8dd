"""The layer that the microscope is at: a ring around its card, and the tensors on its edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import CardItem, Detail, Shared
from nnbuilder.ui.canvas.strip import as_many, number
from nnbuilder.ui.common.picture import heat

Side = Literal["in", "out"]
Way = Literal["forward", "backward"]

_WIDE, _TALL = 132.0, 40.0
_LOW = -10.0
"""Where plaques end above a card; there is room for them below the next row's edges."""

_LABEL = geo.PORT_Y - 24.0
"""The top of the label of a straight edge."""

_PICTURE = QRectF(4.0, 15.0, 40.0, 21.0)
_MOST = 28
_RING = geo.card_rect().adjusted(-5.0, -5.0, 5.0, 5.0)
_BOUNDS = (
    _RING.adjusted(-4.0, 0.0, 4.0, 4.0)
    .united(QRectF(-geo.GAP / 2 - _WIDE / 2, _LOW - _TALL, geo.CARD_WIDTH + geo.GAP + _WIDE, _TALL + 60.0))
    .adjusted(-2.0, -2.0, 2.0, 2.0)
)


@dataclass(frozen=True, slots=True, eq=False)
class Glimpse:
    """A tensor on an edge: a title, its numbers (rows, ...) and the row that is looked at."""

    side: Side
    title: str
    numbers: NDArray[np.generic]
    row: int = 0

    @property
    def words(self) -> list[str]:
        """The first numbers of the row."""
        numbers = self.numbers
        own = numbers[min(self.row, len(numbers) - 1)] if numbers.ndim and len(numbers) else numbers
        kind = str(numbers.dtype)
        return [number(float(one), kind) for one in own.reshape(-1)[:8]]

    def picture(self) -> QImage | None:
        """The numbers in colours: rows and their numbers, or of an image the row's first channel."""
        numbers = self.numbers.astype(np.float64)
        if not numbers.size:
            return None
        if numbers.ndim > 2:
            numbers = numbers[min(self.row, len(numbers) - 1)]
            while numbers.ndim > 2:
                numbers = numbers[0]
        matrix = numbers.reshape(len(numbers), -1) if numbers.ndim > 1 else numbers.reshape(1, -1)
        step = [max(1, -(-size // _MOST)) for size in matrix.shape] if self.numbers.ndim > 2 else [1, 1]
        return heat(matrix[:: step[0], :: step[1]][:_MOST, :_MOST])


class SpotlightItem(QGraphicsItem):
    """Lies over one card and its edges; it takes no events."""

    def __init__(self, card: CardItem, shared: Shared) -> None:
        super().__init__(card)
        self._shared = shared
        self._way: Way = "forward"
        self.glimpses: tuple[Glimpse, ...] = ()
        self._pictures: list[QImage | None] = []
        self._of: object = None

    @property
    def way(self) -> Way:
        """Which way the numbers go."""
        return self._way

    def show_pass(self, way: Way, glimpses: Sequence[Glimpse]) -> None:
        """Shows the tensors on the edges of the card."""
        self._way, self.glimpses, self._of = way, tuple(glimpses), None
        self.setToolTip("\n".join(f"{one.title}: {', '.join(one.words)} …" for one in self.glimpses))
        self.update()

    def plaques(self) -> QRectF:
        """The rectangle around its tensors, from the card's corner."""
        around = QRectF()
        for glimpse in self.glimpses:
            around = around.united(plaque_place(glimpse.side))
        return around

    def boundingRect(self) -> QRectF:
        return _BOUNDS

    def shape(self) -> QPainterPath:
        """Where the mouse finds it: on its tensors, so that the card below keeps its own words."""
        path = QPainterPath()
        for glimpse in self.glimpses:
            path.addRect(plaque_place(glimpse.side))
        return path

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink = self._shared.ink
        if ink is not self._of:
            self._of, self._pictures = ink, [one.picture() for one in self.glimpses]
        token = "accent" if self._way == "forward" else "high"
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(ink.palette.color(token, 0.45), 5.0))
        painter.drawRoundedRect(_RING, geo.RADIUS + 4.0, geo.RADIUS + 4.0)
        if self._shared.detail == Detail.FULL:
            for glimpse, picture in zip(self.glimpses, self._pictures, strict=True):
                self._paint_plaque(painter, glimpse, picture, token)

    def _paint_plaque(self, painter: QPainter, glimpse: Glimpse, picture: QImage | None, token: str) -> None:
        ink, place = self._shared.ink, plaque_place(glimpse.side)
        painter.setPen(QPen(ink.palette.color(token), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(place.center().x(), place.bottom()), QPointF(place.center().x(), _LABEL))
        painter.setPen(QPen(ink.palette.color(token), 1.4))
        painter.setBrush(ink.body)
        painter.drawRoundedRect(place, 5.0, 5.0)
        painter.setFont(ink.caption_font)
        painter.setPen(ink.text)
        inner = place.adjusted(5.0, 2.0, -5.0, -2.0)
        title = ink.elided(glimpse.title, ink.caption_metrics, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        left = inner.left()
        if picture is not None:
            spot = _PICTURE.translated(place.topLeft())
            painter.drawImage(spot, picture)
            left = spot.right() + 5.0
        painter.setPen(ink.muted)
        room = QRectF(left, place.top() + 15.0, inner.right() - left, 21.0)
        more = glimpse.numbers.size > 8
        text = as_many(glimpse.words, ink.caption_metrics.horizontalAdvance, room.width(), more=more)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)


def plaque_place(side: Side) -> QRectF:
    """Where a tensor is shown: above the middle of the edge that comes or goes."""
    middle = -geo.GAP / 2 if side == "in" else geo.CARD_WIDTH + geo.GAP / 2
    return QRectF(middle - _WIDE / 2, _LOW - _TALL, _WIDE, _TALL)
