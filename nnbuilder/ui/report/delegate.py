"""Paints the cells of the report: quiet names of dimensions, and bars that show a layer's share."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnbuilder.catalog import registry
from nnbuilder.graph.report.columns import COLUMNS, Column
from nnbuilder.graph.report.heavy import HEAVY
from nnbuilder.graph.report.rows import Row, Tensor
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.report.model import ROW_ROLE

SIDE = 8
"""Pixels at each side of a cell's text."""

_BAR = 3
_STRIPE = 3
_SHAPES = {"input", "output"}
_FIXED = {"args", "formula", "dtype"}
_STRONG = {"name"}

Run = tuple[str, str]
"""A piece of text and the token of its colour."""


class ReportDelegate(QStyledItemDelegate):
    """One cell."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: Row = index.data(ROW_ROLE)
        column = COLUMNS[index.column()]
        box = QRect(option.rect)
        painter.save()
        self._paint_ground(painter, option, box)
        if index.column() == 0:
            painter.fillRect(box.left(), box.top() + 4, _STRIPE, box.height() - 8, row_color(row))
        inner = box.adjusted(SIDE, 0, -SIDE, 0)
        if column.share is not None and (share := column.share(row)):
            self._paint_share(painter, inner, share)
        runs = tuple(cell_runs(row, column))
        _write(painter, inner, runs, cell_font(column), right=column.numeric)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        row: Row = index.data(ROW_ROLE)
        column = COLUMNS[index.column()]
        metrics = QFontMetrics(cell_font(column))
        text = "".join(text for text, _ in cell_runs(row, column))
        return QSize(metrics.horizontalAdvance(text) + 2 * SIDE + 6, row_height())

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        palette = colors.current()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, palette.color("accent_soft"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, palette.color("hover"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(palette.color("accent"))
            painter.drawRect(box.adjusted(0, 0, -1, -2))
        painter.setPen(palette.color("border", 0.6))
        painter.drawLine(box.bottomLeft(), box.bottomRight())

    def _paint_share(self, painter: QPainter, inner: QRect, share: float) -> None:
        """A thin bar at the foot of the cell, as long as the layer's share."""
        palette = colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("validation" if share >= HEAVY else "accent", 0.75))
        length = max(inner.width() * min(share, 1.0), 1.0)
        spot = QRectF(inner.right() + 1 - length, inner.bottom() - _BAR, length, _BAR)
        painter.drawRoundedRect(spot, _BAR / 2, _BAR / 2)


def cell_runs(row: Row, column: Column) -> Iterator[Run]:
    """The text of a cell in pieces of one colour."""
    text = column.text(row)
    tensor = {"input": row.input, "output": row.output}.get(column.key)
    if tensor is not None and not text.startswith("needs"):
        yield from _tensor_runs(tensor)
    elif column.key == "name":
        yield short_name(row), "text"
    elif column.key in _SHAPES:
        yield text, "warning" if text.startswith("needs") else "faint"
    elif column.numeric and text in {"0", "?", "0 %"}:
        yield text, "faint"
    else:
        yield (
            text,
            "muted" if column.key in {"formula", "dtype"} or (row.group and column.key == "args") else "text",
        )


def short_name(row: Row) -> str:
    """A layer's name without those of the groups that it stands below."""
    return row.name.rpartition(".")[2] if row.depth else row.name


def cell_font(column: Column) -> QFont:
    """The font of a column."""
    if column.key in _FIXED | _SHAPES:
        return fonts.fixed(0.92)
    return fonts.scaled(0.98, bold=column.key in _STRONG)


def row_height() -> int:
    """The height of every row."""
    return QFontMetrics(fonts.scaled(0.98)).height() + 10


def row_color(row: Row) -> QColor:
    """The colour of a layer's group, as on its card."""
    if row.group:
        return QColor(colors.group_color("Containers"))
    spec = registry.layer(row.layer)
    return QColor(colors.group_color(spec.group) if spec is not None else colors.UNKNOWN_COLOR)


def _tensor_runs(tensor: Tensor) -> Iterator[Run]:
    """For example `N  C3  H32  W32` or `N  16 features`, the names of the dimensions muted."""
    for place, (size, name) in enumerate(tensor.pairs):
        gap = "  " if place else ""
        if size is None:
            yield f"{gap}N", "muted"
        elif len(name) == 1:
            yield f"{gap}{name}", "muted"
            yield str(size), "text"
        else:
            yield f"{gap}{size}", "text"
            yield f" {name}".rstrip(), "muted"


def _write(painter: QPainter, box: QRect, runs: tuple[Run, ...], font: QFont, *, right: bool) -> None:
    """Writes pieces behind each other; what does not fit is cut with an ellipsis."""
    metrics = QFontMetrics(font)
    painter.setFont(font)
    wide = sum(metrics.horizontalAdvance(text) for text, _ in runs)
    fits = wide <= box.width()
    x = box.right() + 1 - wide if right and fits else box.left()
    plain = QFontMetrics(fonts.scaled(0.98))
    y = box.center().y() + (plain.ascent() - plain.descent()) / 2
    for text, token in runs:
        room = max(box.right() + 1 - x, 0)
        shown = text if fits else metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        painter.setPen(colors.current().color(token))
        painter.drawText(QPointF(x, y), shown)
        x += metrics.horizontalAdvance(shown)
        if shown != text:
            break
