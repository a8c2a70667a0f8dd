"""Paints the steps of the history along a line: what was done, where the document stands, what is saved."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.history.model import SAVED_ROLE, WHEN_ROLE, Index

_DOT = 4.0
_LINE = 14
"""Pixels from the edge to the line that the steps hang on."""


class HistoryDelegate(QStyledItemDelegate):
    """One step of the history."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, when = QRect(option.rect), str(index.data(WHEN_ROLE))
        self._paint_ground(painter, option, box)
        self._paint_line(painter, box, index, when)
        self._paint_text(painter, box.adjusted(_LINE + 12, 0, -8, 0), index, when)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, QFontMetrics(fonts.scaled()).height() + 8)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        palette = colors.current()
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        lively = focused or bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(palette.color("accent") if focused else Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("hover") if lively else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(box).adjusted(1.5, 0.5, -1.5, -0.5), 5, 5)

    def _paint_line(self, painter: QPainter, box: QRect, index: Index, when: str) -> None:
        """Paints the line down to the next step, and this one's dot: full where it holds."""
        palette = colors.current()
        middle = QPointF(box.left() + _LINE, box.center().y() + 0.5)
        painter.setPen(QPen(palette.color("border"), 1.5))
        if index.row():
            painter.drawLine(QPointF(middle.x(), box.top()), middle)
        if index.row() < index.model().rowCount() - 1:
            painter.drawLine(middle, QPointF(middle.x(), box.bottom() + 1.0))
        ink = palette.color("accent" if when == "now" else "faint")
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(palette.color("window") if when == "future" else ink)
        size = _DOT + 1.0 if when == "now" else _DOT
        painter.drawEllipse(middle, size, size)

    def _paint_text(self, painter: QPainter, line: QRect, index: Index, when: str) -> None:
        palette = colors.current()
        if index.data(SAVED_ROLE):
            small = fonts.scaled(0.88)
            painter.setFont(small)
            painter.setPen(palette.color("ok"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "saved")
            line = line.adjusted(0, 0, -QFontMetrics(small).horizontalAdvance("saved") - 10, 0)
        font = fonts.scaled(1.0, bold=when == "now")
        font.setItalic(when == "future")
        painter.setFont(font)
        painter.setPen(palette.color("muted" if when == "future" else "text"))
        text = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
