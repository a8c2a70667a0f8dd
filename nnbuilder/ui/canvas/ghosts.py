"""Cards that are not there yet: what is being duplicated, or dragged in from the palette."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from nnbuilder.interop.looks import CardLook
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import Shared

_OPACITY = 0.62


class Ghosts(QGraphicsItem):
    """Some cards as translucent boxes in one item, which moves as a whole."""

    def __init__(
        self, scene: QGraphicsScene, shared: Shared, cards: Sequence[tuple[QPointF, CardLook]]
    ) -> None:
        super().__init__()
        self._shared = shared
        self._cards = [(geo.card_rect(place.x(), place.y()), look) for place, look in cards]
        self._bounds = QRectF()
        for rect, _ in self._cards:
            self._bounds = self._bounds.united(rect)
        self._bounds.adjust(-2.0, -2.0, 2.0, 2.0)
        self.setOpacity(_OPACITY)
        self.setZValue(3.0)
        scene.addItem(self)

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        ink = self._shared.ink
        painter.setFont(ink.title_font)
        for rect, look in self._cards:
            painter.setPen(ink.selected)
            painter.setBrush(ink.body)
            painter.drawRoundedRect(rect, geo.RADIUS, geo.RADIUS)
            painter.translate(rect.topLeft())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ink.header(look.color))
            painter.drawPath(ink.header_path)
            painter.translate(-rect.topLeft())
            painter.setPen(ink.header_text)
            header = QRectF(rect.x() + 10.0, rect.y(), rect.width() - 20.0, geo.HEADER_HEIGHT)
            title = ink.elided(look.title, ink.title_metrics, header.width())
            painter.drawText(header, Qt.AlignmentFlag.AlignVCenter, title)
