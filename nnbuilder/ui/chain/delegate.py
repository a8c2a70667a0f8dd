"""Paints the rows of the list: number, name and layer above, arguments and shapes below."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPainter, QPolygonF
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from nnbuilder.ui.chain.model import ROW_ROLE, Index
from nnbuilder.ui.chain.rows import Row
from nnbuilder.ui.common import colors, fonts

_BAR = 4
_SIDE = 8
_DISC = 14
ARROW = 14
"""Pixels that the arrow of a group takes."""

_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ChainDelegate(QStyledItemDelegate):
    """One row of the chain, and the field in which it is renamed."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRect(option.rect).adjusted(1, 1, -1, -1)
        self._paint_ground(painter, option, box, row)
        inner = box.adjusted(_BAR + _SIDE, 3, -_SIDE, -3)
        above, below = halves(inner)
        if row.group:
            opened = bool(option.state & QStyle.StateFlag.State_Open)
            _paint_arrow(painter, QPointF(above.left() + 4.0, above.center().y() + 1.0), opened=opened)
            above = above.adjusted(ARROW, 0, 0, 0)
        self._paint_name(painter, self._paint_right(painter, above, row), row)
        self._paint_facts(painter, below, row)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, 2 * QFontMetrics(fonts.scaled()).height() + 10)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        row: Row = index.data(ROW_ROLE)
        field = QLineEdit(parent)
        field.setObjectName("chain_name")
        field.setAccessibleName(f"Name of {row.title}")
        field.setPlaceholderText(row.kind)
        field.setMaxLength(200)
        field.setPalette(QGuiApplication.palette())
        return field

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(QRect(option.rect).adjusted(_BAR + 2, 0, 0, 0))

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect, row: Row) -> None:
        palette = colors.current()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        ground = "accent_soft" if selected else "hover" if hovered else "raised"
        painter.setPen(palette.color("accent" if focused or selected else "border"))
        painter.setBrush(palette.color(ground))
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        bar = QRectF(box.left() + 3, box.top() + 4, _BAR, box.height() - 8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(row.color, 0.35 if row.disabled else 1.0))
        painter.drawRoundedRect(bar, 2, 2)

    def _paint_right(self, painter: QPainter, line: QRect, row: Row) -> QRect:
        """Paints the problem and the parameters; what is left of the line is for the name."""
        palette = colors.current()
        if row.severity is not None:
            disc = QRectF(line.right() - _DISC, line.center().y() - _DISC / 2 + 1, _DISC, _DISC)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color("muted" if row.severity == "note" else row.severity))
            painter.drawEllipse(disc)
            painter.setFont(fonts.scaled(0.85, bold=True))
            painter.setPen(QColor("#1d2430" if row.severity == "warning" else "#ffffff"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, "i" if row.severity == "note" else "!")
            line = line.adjusted(0, 0, -_DISC - 6, 0)
        if row.parameters:
            font = fonts.scaled(0.88)
            text = f"{row.parameters:,}"
            _write(painter, line, text, font, palette.color("muted"), _RIGHT)
            line = line.adjusted(0, 0, -QFontMetrics(font).horizontalAdvance(text) - 8, 0)
        return line

    def _paint_name(self, painter: QPainter, line: QRect, row: Row) -> None:
        palette = colors.current()
        if row.number:
            small = fonts.fixed(0.86)
            _write(painter, line, row.number, small, palette.color("muted"), _LEFT)
            line = line.adjusted(QFontMetrics(small).horizontalAdvance(row.number) + 7, 0, 0, 0)
        bold = fonts.scaled(1.0, bold=True)
        bold.setStrikeOut(row.disabled)
        ink = palette.color("muted" if row.disabled else "text")
        _write(painter, line, row.title, bold, ink, _LEFT)
        if row.title != row.kind:
            taken = QFontMetrics(bold).horizontalAdvance(row.title) + 7
            rest = line.adjusted(taken, 0, 0, 0)
            if rest.width() > 20:
                _write(painter, rest, row.kind, fonts.scaled(0.92), palette.color("muted"), _LEFT)

    def _paint_facts(self, painter: QPainter, line: QRect, row: Row) -> None:
        palette, font = colors.current(), fonts.scaled(0.88)
        if row.shapes:
            wide = min(QFontMetrics(font).horizontalAdvance(row.shapes) + 3, line.width() * 2 // 3)
            spot = line.adjusted(line.width() - wide, 0, 0, 0)
            _write(painter, spot, row.shapes, font, palette.color("text"), _RIGHT)
            line = line.adjusted(0, 0, -wide - 8, 0)
        words = "disabled" if row.disabled else ", ".join(filter(None, ("frozen" * row.frozen, row.args)))
        _write(painter, line, words, font, palette.color("muted"), _LEFT)


def halves(box: QRect) -> tuple[QRect, QRect]:
    """The upper and the lower line of a row."""
    middle = box.height() // 2
    return box.adjusted(0, 0, 0, -middle), box.adjusted(0, middle, 0, 0)


def arrow_spot(box: QRect) -> QRect:
    """Where a click on a group's row folds it."""
    return QRect(box.left(), box.top(), _BAR + _SIDE + ARROW, box.height())


def _paint_arrow(painter: QPainter, middle: QPointF, *, opened: bool) -> None:
    corners = [(-4.0, -2.0), (4.0, -2.0), (0.0, 3.0)] if opened else [(-2.0, -4.0), (-2.0, 4.0), (3.0, 0.0)]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.current().color("muted"))
    painter.drawPolygon(QPolygonF([middle + QPointF(x, y) for x, y in corners]))


def _write(
    painter: QPainter, line: QRect, text: str, font: QFont, ink: QColor, where: Qt.AlignmentFlag
) -> None:
    painter.setFont(font)
    painter.setPen(ink)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, line.width())
    painter.drawText(line, where | Qt.TextFlag.TextSingleLine, shown)
