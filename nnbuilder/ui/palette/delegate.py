"""Paints the palette's rows: quiet headings, and layers as boxes with a coloured bar."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.palette.model import COLOR_ROLE, Index, layer_of

_BAR = 5
_GAP = 2


class PaletteDelegate(QStyledItemDelegate):
    """One row of the palette."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if layer_of(index):
            self._paint_layer(painter, option, index)
        else:
            self._paint_heading(painter, option, index)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = option.fontMetrics.height()
        return QSize(120, height + (14 if layer_of(index) else 10))

    def _paint_heading(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = colors.current()
        rect = QRect(option.rect)
        middle = QPointF(rect.left() + 4.0, rect.center().y() + 1.5)
        opened = bool(option.state & QStyle.StateFlag.State_Open)
        arrow = [(-3.5, -2.0), (3.5, -2.0), (0.0, 2.5)] if opened else [(-2.0, -3.5), (-2.0, 3.5), (2.5, 0.0)]
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ink = palette.color("text" if hovered else "muted")
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in arrow]))
        painter.setPen(ink)
        painter.setFont(fonts.scaled(0.94, bold=True))
        text = rect.adjusted(13, 2, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(index.data()))
        painter.setPen(palette.color("faint"))
        painter.setFont(fonts.scaled(0.88))
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(text.adjusted(0, 0, -6, 0), right, str(index.model().rowCount(index)))

    def _paint_layer(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        palette = colors.current()
        box = QRectF(option.rect).adjusted(0.5, _GAP - 0.5, -0.5, -_GAP + 0.5)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        outline = QPainterPath()
        outline.addRoundedRect(box, 6.0, 6.0)
        painter.fillPath(outline, palette.color("hover" if hovered or selected else "raised"))
        painter.save()
        painter.setClipPath(outline)
        bar = QRectF(box.left(), box.top(), _BAR, box.height())
        painter.fillRect(bar, palette.color(str(index.data(COLOR_ROLE))))
        painter.restore()
        painter.setPen(palette.color("accent" if selected else "border"))
        painter.drawPath(outline)
        painter.setPen(palette.color("text"))
        text = box.adjusted(_BAR + 9, 0, -6, 0)
        name = option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, int(text.width())
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
