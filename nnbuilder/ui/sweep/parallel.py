"""Parallel coordinates: an upright axis for each value and result, and a line through them for each run."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnbuilder.runs.sweep_record import SweepRow
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.painted import Painted
from nnbuilder.ui.sweep.columns import Column, raw
from nnbuilder.ui.sweep.scales import Scale, scale_of

SHOWN = ("value", "metric", "loss")
_MANY = 150
"""More lines than these are drawn thin, which takes a quarter of the time."""

_NEAR = 8.0
_TOP, _FOOT = 44.0, 16.0
_SIDE = 54.0
_NARROW = 90.0
"""Axes nearer than this have their titles in two lines by turns."""


class ParallelPlot(Painted):
    """Draws the runs; `picked` carries the number of the trial whose line was clicked."""

    picked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("sweep_lines", "Runs as lines through their values and results", parent)
        self.setMinimumSize(180, 120)
        self.setMouseTracking(True)
        self._rows: tuple[SweepRow, ...] = ()
        self._axes: tuple[tuple[Column, Scale], ...] = ()
        self._chosen: frozenset[int] = frozenset()
        self._near = 0

    def show_rows(self, rows: Sequence[SweepRow], columns: Sequence[Column]) -> None:
        """Shows these runs."""
        self._rows = tuple(rows)
        shown = sorted((column for column in columns if column.kind in SHOWN), key=_result)
        self._axes = tuple((column, scale_of([raw(row, column) for row in rows])) for column in shown)
        self.update()

    def choose(self, numbers: Sequence[int]) -> None:
        """Makes the lines of these trials stand out."""
        self._chosen = frozenset(numbers)
        self.update()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paints the plot into a rectangle."""
        if len(self._axes) < 2:
            return
        chosen = self._chosen | ({self._near} if self._near else frozenset())
        many = len(self._rows) > _MANY
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not many)
        for place, row in enumerate(self._rows):
            if row.trial.number not in chosen:
                strength = 0.35 if chosen else 0.8
                self._paint_line(painter, box, place, width=1.0 if many else 1.4, strength=strength)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, row in enumerate(self._rows):
            if row.trial.number in chosen:
                self._paint_line(painter, box, place, width=2.8, strength=1.0)
        self._paint_axes(painter, box)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        near = self.number_at(event.position())
        if near != self._near:
            self._near = near
            row = next((row for row in self._rows if row.trial.number == near), None)
            self.setToolTip(f"{row.trial.number}: {row.trial.title}" if row else "")
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (number := self.number_at(event.position())):
            self.picked.emit(number)
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._near = 0
        self.update()
        super().leaveEvent(event)

    def number_at(self, point: QPointF) -> int:
        """The trial whose line passes near a point, 0 for none."""
        box = QRectF(self.rect())
        best, found = _NEAR, 0
        for place, row in enumerate(self._rows):
            line = self._points(box, place)
            for one, other in pairwise(line):
                if one.x() <= point.x() <= other.x():
                    share = (point.x() - one.x()) / max(other.x() - one.x(), 1.0)
                    far = abs(one.y() + (other.y() - one.y()) * share - point.y())
                    if far < best:
                        best, found = far, row.trial.number
        return found

    def _points(self, box: QRectF, place: int) -> list[QPointF]:
        """Where the line of a row meets the axes, as far as it is known."""
        found = []
        for axis, (_, scale) in enumerate(self._axes):
            height = scale.places[place]
            if height is not None:
                found.append(QPointF(self._x(box, axis), _y(box, height)))
        return found

    def _x(self, box: QRectF, axis: int) -> float:
        return box.left() + _SIDE + (box.width() - 2 * _SIDE) * axis / max(1, len(self._axes) - 1)

    def _paint_line(
        self, painter: QPainter, box: QRectF, place: int, *, width: float, strength: float
    ) -> None:
        points = self._points(box, place)
        color = self._color(place)
        color.setAlphaF(strength)
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(points) == len(self._axes):
            painter.drawPolyline(QPolygonF(points))
        elif len(points) > 1:  # not done yet: its values alone
            painter.setPen(QPen(colors.current().color("faint", strength), width, Qt.PenStyle.DotLine))
            painter.drawPolyline(QPolygonF(points))

    def _color(self, place: int) -> QColor:
        """From the colour of low values to that of high ones, by the metric."""
        scale = next((scale for column, scale in self._axes if column.kind == "metric"), None)
        height = scale.places[place] if scale is not None else None
        palette = colors.current()
        return palette.color("faint") if height is None else palette.mixed("high", "accent", height)

    def _paint_axes(self, painter: QPainter, box: QRectF) -> None:
        palette = colors.current()
        small, bold = fonts.scaled(0.86), fonts.scaled(0.82, bold=True)
        metrics = QFontMetricsF(bold)
        gap = (box.width() - 2 * _SIDE) / max(1, len(self._axes) - 1)
        for axis, (column, scale) in enumerate(self._axes):
            x = self._x(box, axis)
            painter.setPen(QPen(palette.color("edge"), 1.0))
            painter.drawLine(QPointF(x, _y(box, 0)), QPointF(x, _y(box, 1)))
            painter.setFont(bold)
            painter.setPen(palette.color("text"))
            narrow = gap < _NARROW
            room = min(2 * gap if narrow else gap, 2 * _SIDE) - 4
            title = metrics.elidedText(column.title, Qt.TextElideMode.ElideLeft, room)
            top = box.top() + 3 + (metrics.height() if narrow and axis % 2 else 0)
            spot = QRectF(x - room / 2, top, room, metrics.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, title)
            painter.setFont(small)
            self._paint_marks(painter, box, x, scale, right=axis == len(self._axes) - 1)

    def _paint_marks(self, painter: QPainter, box: QRectF, x: float, scale: Scale, *, right: bool) -> None:
        palette = colors.current()
        metrics = QFontMetricsF(painter.font())
        before = -metrics.height()
        for height, word in sorted(scale.marks, reverse=True):
            y = _y(box, height)
            if y - before < metrics.height() and height > 0:
                continue
            before = y
            painter.setPen(QPen(palette.color("edge"), 1.0))
            painter.drawLine(QPointF(x - 3, y), QPointF(x + 3, y))
            text = metrics.elidedText(word, Qt.TextElideMode.ElideRight, _SIDE - 10)
            wide = metrics.horizontalAdvance(text)
            left = x + 7 if right else x - 7 - wide
            ground = QRectF(left - 2, y - metrics.height() / 2, wide + 4, metrics.height())
            painter.fillRect(ground, palette.color("canvas", 0.8))
            painter.setPen(palette.color("muted"))
            painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, text)


def _y(box: QRectF, height: float) -> float:
    return box.bottom() - _FOOT - (box.height() - _TOP - _FOOT) * height


def _result(column: Column) -> bool:
    return column.kind != "value"
