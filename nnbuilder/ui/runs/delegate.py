"""Paints the cells of the list of runs: a colour for what is chosen, small curves, tags."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from nnbuilder.runs.overview import RunOverview
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.table import Index
from nnbuilder.ui.runs.columns import COLUMNS
from nnbuilder.ui.runs.model import RUN_ROLE, TINT_ROLE

SIDE = 8
"""Pixels at each side of a cell's text."""

_DOT = 4.0
_MARK = round(2 * _DOT) + 7
_STATUS = {
    "running": "accent",
    "paused": "warning",
    "finished": "ok",
    "stopped": "muted",
    "failed": "error",
    "lost": "error",
}
_QUIET = frozenset({"optimizer", "when", "time", "seed", "note", "epochs"})


class RunsDelegate(QStyledItemDelegate):
    """One cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        run: RunOverview = index.data(RUN_ROLE)
        column, box = COLUMNS[index.column()], QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, box)
        inner = box.adjusted(SIDE, 0, -SIDE, -1)
        if column.key == "name":
            inner = self._paint_mark(painter, inner, run, index)
        if column.key == "spark":
            paint_spark(painter, QRectF(inner.adjusted(0, 4, 0, -4)), run.spark)
        elif column.key == "tags":
            _paint_tags(painter, inner, run.label.tags)
        else:
            token = _STATUS.get(run.record.status, "text") if column.key == "status" else _token(column.key)
            font = _name_font(run) if column.key == "name" else fonts.scaled(0.98)
            painter.setFont(font)
            painter.setPen(colors.current().color(token))
            side = Qt.AlignmentFlag.AlignRight if column.numeric else Qt.AlignmentFlag.AlignLeft
            text = QFontMetrics(font).elidedText(column.text(run), Qt.TextElideMode.ElideRight, inner.width())
            painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, row_height())

    def _paint_mark(self, painter: QPainter, inner: QRect, run: RunOverview, index: Index) -> QRect:
        """The colour of a chosen run, a ring for any other; answers what is left for the text."""
        tint = index.data(TINT_ROLE)
        middle = QPointF(inner.left() + _DOT, inner.center().y() + 0.5)
        painter.setPen(QPen(tint or colors.current().color("faint"), 1.3))
        painter.setBrush(tint or Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _DOT, _DOT)
        return inner.adjusted(_MARK, 0, 0, 0)


def name_width(run: RunOverview) -> int:
    """The width of the column in which a run's name is not cut."""
    return QFontMetrics(_name_font(run)).horizontalAdvance(run.title) + _MARK + 2 * SIDE + 2


def row_height() -> int:
    """The height of every row."""
    return QFontMetrics(fonts.scaled(0.98)).height() + 9


def _name_font(run: RunOverview) -> QFont:
    """Names that somebody gave stand out."""
    return fonts.scaled(0.98, bold=bool(run.label.name))


def paint_spark(painter: QPainter, box: QRectF, values: Sequence[float]) -> None:
    """A small curve through the values that are numbers, as high as its place."""
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return
    low, high = min(known), max(known)
    across = box.width() / max(len(values) - 1, 1)
    up = box.height() / (high - low) if high > low else 0.0
    floor = box.bottom() if up else box.center().y()
    points = [
        QPointF(box.left() + place * across, floor - (value - low) * up)
        for place, value in enumerate(values)
        if math.isfinite(value)
    ]
    painter.setPen(QPen(colors.current().color("train"), 1.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.current().color("train"))
    painter.drawEllipse(points[-1], 2.0, 2.0)


def _token(key: str) -> str:
    return "muted" if key in _QUIET else "text"


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
    palette = colors.current()
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(box, palette.color("accent_soft"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(box, palette.color("hover"))
    painter.fillRect(box.left(), box.bottom(), box.width(), 1, palette.color("border", 0.6))


def _paint_tags(painter: QPainter, inner: QRect, tags: Sequence[str]) -> None:
    """Tags as soft boxes, as many as there is room for."""
    palette, font = colors.current(), fonts.scaled(0.86)
    metrics = QFontMetrics(font)
    painter.setFont(font)
    left, high = inner.left(), metrics.height() + 3
    for tag in tags:
        wide = metrics.horizontalAdvance(tag) + 12
        if left + wide > inner.right() + 1:
            painter.setPen(palette.color("muted"))
            painter.drawText(QRect(left, inner.top(), 20, inner.height()), Qt.AlignmentFlag.AlignVCenter, "…")
            return
        spot = QRectF(left, inner.center().y() - high / 2 + 1, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("accent", 0.14))
        painter.drawRoundedRect(spot, high / 2, high / 2)
        painter.setPen(palette.color("text"))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, tag)
        left += wide + 4
