"""One row of what a finder found: its text, a quiet detail behind it, and a hint at the right."""

import msgspec
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnbuilder.ui.common import colors, fonts

ROW_ROLE = Qt.ItemDataRole.UserRole + 1

_SIDE = 9.0
_GAP = 10.0
_ELIDE = Qt.TextElideMode.ElideRight
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class Row(msgspec.Struct, frozen=True):
    """What one row shows; one that is not `usable` is greyed. `color` is `#rrggbb` of a bar at its left."""

    text: str
    detail: str = ""
    hint: str = ""
    usable: bool = True
    color: str = ""


class FoundDelegate(QStyledItemDelegate):
    """Paints the rows of a finder."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(160, QFontMetrics(fonts.scaled()).height() + 12)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        palette = colors.current()
        box = QRectF(option.rect).adjusted(0.0, 1.0, -2.0, -1.0)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(palette.color("accent_soft"))
            painter.drawRoundedRect(box, 6, 6)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(palette.color("hover"))
            painter.drawRoundedRect(box, 6, 6)
        if row.color:
            painter.setBrush(palette.color(row.color))
            painter.drawRoundedRect(QRectF(box.left() + 4, box.top() + 5, 4, box.height() - 10), 2, 2)
        self._paint_texts(painter, row, box.adjusted(_SIDE + 6, 0, -_SIDE, 0))
        painter.restore()

    def _paint_texts(self, painter: QPainter, row: Row, room: QRectF) -> None:
        palette = colors.current()
        small = fonts.scaled(0.92)
        if row.hint:
            painter.setPen(palette.color("muted" if row.usable else "faint"))
            width = _draw(painter, row.hint, room, fonts.fixed(0.9), _RIGHT, room.width() / 2)
            room = room.adjusted(0, 0, -width - _GAP, 0)
        painter.setPen(palette.color("text" if row.usable else "faint"))
        width = _draw(painter, row.text, room, fonts.scaled(), _LEFT, room.width())
        rest = room.adjusted(width + _GAP, 0, 0, 0)
        if row.detail and rest.width() > 40:
            painter.setPen(palette.color("muted" if row.usable else "faint"))
            _draw(painter, row.detail, rest, small, _LEFT, rest.width())


def _draw(
    painter: QPainter, text: str, room: QRectF, font: QFont, where: Qt.AlignmentFlag, most: float
) -> float:
    """Draws a text, shortened to a width; answers with the width that it took."""
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, _ELIDE, int(most))
    painter.setFont(font)
    painter.drawText(room, where, shown)
    return float(metrics.horizontalAdvance(shown))
