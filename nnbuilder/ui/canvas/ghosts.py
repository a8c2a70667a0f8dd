"""Cards and notes that are not there yet: what is being duplicated, or dragged in from the palette."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget

from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.card import Shared

_OPACITY = 0.62


class Ghost(NamedTuple):
    """One box; without a colour it has no header."""

    rect: QRectF
    title: str = ""
    color: str = ""


class Ghosts(QGraphicsItem):
    """Some translucent boxes in one item, which moves as a whole."""

    def __init__(self, scene: QGraphicsScene, shared: Shared, ghosts: Sequence[Ghost]) -> None:
        super().__init__()
        self._shared = shared
        self._ghosts = ghosts
        self._bounds = QRectF()
        for ghost in ghosts:
            self._bounds = self._bounds.united(ghost.rect)
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
        for rect, title, color in self._ghosts:
            painter.setPen(ink.selected)
            painter.setBrush(ink.body)
            painter.drawRoundedRect(rect, geo.RADIUS, geo.RADIUS)
            if color:
                self._paint_header(painter, rect, title, color)

    def _paint_header(self, painter: QPainter, rect: QRectF, title: str, color: str) -> None:
        ink = self._shared.ink
        painter.translate(rect.topLeft())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.header(color))
        painter.drawPath(ink.header_path)
        painter.setPen(ink.header_text)
        header = QRectF(10.0, 0.0, rect.width() - 20.0, geo.HEADER_HEIGHT)
        text = ink.elided(title, ink.title_metrics, header.width())
        painter.drawText(header, Qt.AlignmentFlag.AlignVCenter, text)
        painter.translate(-rect.topLeft())
