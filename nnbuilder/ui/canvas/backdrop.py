"""The dotted ground of the canvas, from one small tile that fits the zoom."""

from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QGraphicsView

from nnbuilder.ui.canvas.ink import Ink

SPACING = 22
"""Scene units between two dots at 100 %."""


def paint_dots(view: QGraphicsView, painter: QPainter, ink: Ink) -> None:
    """Fills the viewport with the ground, in device pixels, so that scrolling may move what is painted."""
    step = view.transform().m11() * SPACING
    while step < SPACING * 0.7:
        step *= 2
    while step > SPACING * 2.2:
        step /= 2
    size = max(round(step), 8)
    origin = view.mapFromScene(QPointF(0.0, 0.0))
    tile = _tile(size, ink.palette.color("canvas").name(), ink.palette.color("dots").name())
    painter.save()
    painter.resetTransform()
    offset = QPoint(-origin.x() % size, -origin.y() % size)
    painter.drawTiledPixmap(view.viewport().rect(), tile, offset)
    painter.restore()


@lru_cache(maxsize=64)
def _tile(size: int, ground: str, dots: str) -> QPixmap:
    tile = QPixmap(size, size)
    tile.fill(QColor(ground))
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(dots))
    painter.drawEllipse(QPointF(size / 2, size / 2), 1.1, 1.1)
    painter.end()
    return tile
