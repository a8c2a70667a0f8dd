"""What the colours and rims of points mean, below each other beside a picture."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.predictions.dots import paint_dot

NARROWEST = 56.0
"""Room below which there is no legend."""

Entry = tuple[str, QColor, bool]
"""A word, the colour of its point, and whether that is one held out."""

_SHORT = {"training": "train", "validation": "val"}
"""What the parts of the data are called where there is little room, as beside the curves."""


def paint_legend(painter: QPainter, area: QRectF, entries: Sequence[Entry]) -> None:
    """Paints as many entries as fit."""
    small = fonts.scaled(0.88)
    metrics = QFontMetricsF(small)
    painter.setFont(small)
    line = metrics.height() + 3
    if area.width() < NARROWEST:
        return
    for place, (word, color, held_out) in enumerate(entries[: max(int(area.height() / line), 0)]):
        middle = area.top() + (place + 0.5) * line
        paint_dot(painter, QPointF(area.left() + 6, middle), color, held_out=held_out)
        painter.setPen(colors.current().color("muted"))
        room = area.width() - 16
        wide = metrics.horizontalAdvance(word) > room
        text = metrics.elidedText(_SHORT.get(word, word) if wide else word, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(area.left() + 15, middle + metrics.ascent() / 2 - 1), text)
