"""Lines of several runs in one plot, with axes, a crosshair and a zoom."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors, fonts

Doubles = NDArray[np.float64]

_LEFT, _TOP, _RIGHT, _BOTTOM = 52.0, 8.0, 12.0, 22.0
_ZOOMS = {Qt.Key.Key_Plus: 0.7, Qt.Key.Key_Equal: 0.7, Qt.Key.Key_Minus: 1 / 0.7}
_PAD = 0.06
_FEW = 3
"""Points below which a line shows each of them."""

_SMOOTH = 4000.0
"""Pixels of line up to which it is drawn wide and antialiased; that costs time by the pixel."""


class Line(msgspec.Struct, frozen=True):
    """One run's line: ascending x, finite y, and its colour; with `dots` each of its points is seen."""

    title: str
    x: Doubles
    y: Doubles
    color: QColor
    dots: bool = False

    def at(self, x: float) -> float | None:
        """The value at the point nearest to a place; None beyond the ends."""
        if not len(self.x) or not self.x[0] <= x <= self.x[-1]:
            return None
        return float(self.y[int(np.abs(self.x - x).argmin())])


class RunChart(QWidget):
    """Draws lines; wheel, plus and minus zoom about the middle, arrows and mouse read values, Home shows all.

    `pointed` says that the crosshair is elsewhere.
    """

    pointed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_chart")
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.lines: tuple[Line, ...] = ()
        self.axis = ""
        self.empty = ""
        self.cross: float | None = None
        self._log = False
        self._span: tuple[float, float] | None = None
        colors.changed.connect(self.update)

    @property
    def span(self) -> tuple[float, float]:
        """What is shown of the axis below."""
        return self._span or self._whole()

    def show_lines(self, lines: Sequence[Line], axis: str, *, log: bool) -> None:
        """Draws other lines; what was zoomed to stays only while the axis does."""
        if axis != self.axis:
            self._span = None
        self.lines, self.axis, self._log = tuple(line for line in lines if len(line.x)), axis, log
        self._point_at(None)
        self.update()

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paints axes and lines into a rectangle, in the window or in a picture."""
        inner = box.adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        low, high = self.span
        drawn = [(line, *self._drawn(line, low, high)) for line in self.lines]
        values = [y for _, _, y in drawn if len(y)]
        if not values or inner.width() < 10 or inner.height() < 10:
            return
        least, most = min(float(y.min()) for y in values), max(float(y.max()) for y in values)
        pad = (most - least) * _PAD or max(abs(most), 1e-6) * _PAD
        least, most = least - pad, most + pad
        self._paint_axes(painter, inner, (low, high), (least, most))
        painter.save()
        painter.setClipRect(inner)
        for place, (line, x, y) in enumerate(drawn):
            above = sum(np.array_equal(y, other) for _, _, other in drawn[place + 1 :])
            across = inner.left() + (x - low) / (high - low) * inner.width()
            down = inner.bottom() - (y - least) / (most - least) * inner.height()
            across, down = thinned(across, down, int(inner.width()))
            _paint_line(painter, line.color, across, down, above=above)
            if line.dots or len(x) < _FEW:
                _paint_dots(painter, line.color, across, down)
        self._paint_cross(painter, inner)
        painter.restore()

    def zoom(self, factor: float) -> None:
        """Shows more (above 1) or fewer of the axis about the crosshair, or about the middle."""
        low, high = self.span
        first, last = self._whole()
        middle = self.cross if self.cross is not None else (low + high) / 2
        low, high = middle - (middle - low) * factor, middle + (high - middle) * factor
        self._span = None if low <= first and high >= last else (max(low, first), min(high, last))
        self.update()

    def show_all(self) -> None:
        """Shows the whole axis."""
        self._span = None
        self.update()

    def press(self, event: QKeyEvent) -> bool:
        """What a key does to the plot; answers whether it does anything."""
        key = Qt.Key(event.key())
        low, high = self.span
        if key in _ZOOMS:
            self.zoom(_ZOOMS[key])
        elif key in {Qt.Key.Key_Left, Qt.Key.Key_Right} and self.lines:
            far = (high - low) / 100 * (-1 if key == Qt.Key.Key_Left else 1)
            start = high if self.cross is None else self.cross
            self._point_at(min(max(start + far, low), high))
        elif key == Qt.Key.Key_Home:
            self.show_all()
        else:
            return False
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.lines:
            self.paint(painter, QRectF(self.rect()))
        else:
            painter.setPen(colors.current().color("muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(16, 8, -16, -8), flags, self.empty)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inner = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        if not self.lines or not inner.contains(event.position()):
            self._point_at(None)
            return
        low, high = self.span
        self._point_at(low + (event.position().x() - inner.left()) / inner.width() * (high - low))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.lines and event.angleDelta().y():
            self.zoom(0.8 if event.angleDelta().y() > 0 else 1.25)
            event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def _whole(self) -> tuple[float, float]:
        if not self.lines:
            return 0.0, 1.0
        low = min(float(line.x[0]) for line in self.lines)
        high = max(float(line.x[-1]) for line in self.lines)
        return (low, high) if high > low else (low - 0.5, high + 0.5)

    def _drawn(self, line: Line, low: float, high: float) -> tuple[Doubles, Doubles]:
        """The points in view and one beyond each end, as logarithms where the scale is one."""
        first = max(int(np.searchsorted(line.x, low)) - 1, 0)
        last = int(np.searchsorted(line.x, high, side="right")) + 1
        x, y = line.x[first:last], line.y[first:last]
        if self._log:
            x, y = x[y > 0], np.log10(y[y > 0])
        return x, y

    def _paint_axes(
        self, painter: QPainter, inner: QRectF, across: tuple[float, float], up: tuple[float, float]
    ) -> None:
        palette, font = colors.current(), fonts.scaled(0.84)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        for value in ticks(*up, max(2, round(inner.height() / 26))):
            y = inner.bottom() - (value - up[0]) / (up[1] - up[0]) * inner.height()
            painter.setPen(QPen(palette.color("border", 0.8), 1.0))
            painter.drawLine(QPointF(inner.left(), y), QPointF(inner.right(), y))
            painter.setPen(palette.color("muted"))
            spot = QRectF(0, y - metrics.height() / 2, inner.left() - 6, metrics.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(spot, flags, tick_text(10**value if self._log else value))
        below = QRectF(0, inner.bottom() + 4, 60, metrics.height())
        name = metrics.horizontalAdvance(self.axis) + 8
        for value in ticks(*across, max(2, round(inner.width() / 80))):
            x = inner.left() + (value - across[0]) / (across[1] - across[0]) * inner.width()
            if x + 20 < inner.right() - name:
                below.moveLeft(x - 30)
                painter.drawText(below, Qt.AlignmentFlag.AlignCenter, tick_text(value))
        spot = QRectF(inner.right() - name, below.top(), name + _RIGHT - 4, below.height())
        painter.setPen(palette.color("faint"))
        painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.axis)

    def _paint_cross(self, painter: QPainter, inner: QRectF) -> None:
        if self.cross is None:
            return
        low, high = self.span
        x = inner.left() + (self.cross - low) / (high - low) * inner.width()
        painter.setPen(QPen(colors.current().color("faint"), 1.0))
        painter.drawLine(QPointF(x, inner.top()), QPointF(x, inner.bottom()))

    def _point_at(self, x: float | None) -> None:
        if x != self.cross:
            self.cross = x
            self.pointed.emit()
            self.update()


def thinned(x: Doubles, y: Doubles, pixels: int) -> tuple[Doubles, Doubles]:
    """As many points as pixels can show: of those that share one, the least and the greatest."""
    each = len(x) // max(pixels, 1)
    if each < 3:
        return x, y
    starts = np.arange(0, len(x), each)
    ends = np.stack((np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)), axis=1)
    return np.repeat(x[starts], 2), ends.ravel()


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two values, no more than `most` and one."""
    if not (math.isfinite(low) and math.isfinite(high) and high > low):
        return []
    rough = (high - low) / most
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * factor for factor in (1, 2, 5, 10) if scale * factor >= rough * (1 - 1e-9))
    return [place * step for place in range(math.ceil(low / step), math.floor(high / step) + 1)]


def tick_text(value: float) -> str:
    """A number at an axis, in few letters."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.4g}"
    if 1e4 <= abs(value) < 1e6 and value == int(value):
        return f"{int(value):,}"
    return f"{value:.2g}"


def _paint_line(painter: QPainter, color: QColor, across: Doubles, down: Doubles, *, above: int) -> None:
    """Paints a line; the wider, the more equal ones will lie `above` it, so that all of them are seen."""
    far = float(np.abs(np.diff(across)).sum() + np.abs(np.diff(down)).sum())
    smooth = far <= _SMOOTH
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    points = [QPointF(x, y) for x, y in zip(across.tolist(), down.tolist(), strict=True)]
    painter.setPen(QPen(color, (1.8 if smooth else 1.0) + 2.6 * above))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


def _paint_dots(painter: QPainter, color: QColor, across: Doubles, down: Doubles) -> None:
    painter.setBrush(color)
    for x, y in zip(across.tolist(), down.tolist(), strict=True):
        painter.drawEllipse(QPointF(x, y), 2.5, 2.5)
