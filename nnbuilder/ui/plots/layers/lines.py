"""One line for each layer over the steps of a run, with their values at a step beside them."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.colors import Palette

Numbers = NDArray[np.float64]

_LEFT, _TOP = 44.0, 6.0
_LEGEND = 0.34
"""The largest share of the width that names and values may take."""

_SWATCH = 16.0
_FIRST_HUE, _LAST_HUE = 0.6, 0.06
_LEAST_DECADES = 2


class Line(msgspec.Struct, frozen=True, eq=False):
    """Values over the steps; `hue` from 0 (first layer) to 1 (last), dashed where it belongs to another."""

    title: str
    values: Numbers
    hue: float = 0.0
    dashed: bool = False


class Chart(msgspec.Struct, frozen=True, eq=False):
    """Lines over the same steps.

    With `log` the axis goes by powers of ten, without it from 0 to 1 as percent; `guide` is a value worth a
    line of its own, with its words.
    """

    steps: Numbers
    lines: tuple[Line, ...]
    log: bool = False
    guide: tuple[float, str] | None = None

    def at(self, line: Line, step: float | None) -> float:
        """The value of a line at a step, the newest without one."""
        place = len(self.steps) - 1 if step is None else int(np.searchsorted(self.steps, step, "right")) - 1
        return float(line.values[max(place, 0)])

    def word(self, value: float) -> str:
        """A value as its axis has it."""
        if not math.isfinite(value):
            return "–"
        return f"{value:.1e}" if self.log else f"{value:.0%}"


EMPTY = Chart(np.zeros(0), ())


class LinesView(QWidget):
    """Paints a chart; `pointed` tells the step under the mouse, None when it has left."""

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layer_lines")
        self.setMouseTracking(True)
        self._chart = EMPTY
        self._at: int | None = None
        self._hovered: float | None = None
        colors.changed.connect(self.update)

    @property
    def chart(self) -> Chart:
        """What is shown."""
        return self._chart

    def show_chart(self, chart: Chart, what: str, at: int | None = None) -> None:
        """Shows these lines, and their values at a step, by default at the newest."""
        self._chart, self._at = chart, at
        self.setAccessibleName(what)
        words = (f"{line.title} {chart.word(chart.at(line, at))}" for line in chart.lines)
        self.setAccessibleDescription(", ".join(words) if len(chart.steps) else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 160)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hovered = self._step_at(event.position().x())
        self.pointed.emit(self._hovered)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hovered = None
        self.pointed.emit(None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.current().color("canvas"))
        self.paint_into(painter, QRectF(self.rect()))
        painter.end()

    def paint_into(self, painter: QPainter, area: QRectF) -> None:
        """Paints everything into a rectangle."""
        chart = self._chart
        if not chart.lines or not len(chart.steps):
            return
        palette = colors.current()
        small = fonts.scaled(0.88)
        painter.setFont(small)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics = QFontMetricsF(small)
        plot = self._plot(area, metrics)
        low, high = reach(chart)
        self._paint_axes(painter, plot, (low, high), palette)
        painter.setClipRect(plot.adjusted(-2, -2, 2, 2))
        for line in chart.lines:
            pen = QPen(line_color(line.hue, palette), 1.6)
            pen.setStyle(Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            for part in _parts(self._places(line, plot, (low, high))):
                painter.drawPolyline(part)
        painter.setClipping(False)
        self._paint_guide(painter, plot, (low, high), palette)
        self._paint_cursor(painter, plot, palette)
        legend = QRectF(plot.right() + 12, area.top() + _TOP, area.right() - plot.right() - 16, plot.height())
        self._paint_legend(painter, legend, metrics, palette)

    def _plot(self, area: QRectF, metrics: QFontMetricsF) -> QRectF:
        """Where the lines are: beside names and values, above the steps."""
        chart = self._chart
        words = [line.title + chart.word(1.0) for line in chart.lines]
        wanted = max(metrics.horizontalAdvance(word) for word in words) + _SWATCH + 28
        right = min(wanted, area.width() * _LEGEND)
        return area.adjusted(_LEFT, _TOP, -right, -metrics.height() - 4)

    def _step_at(self, x: float) -> float | None:
        chart = self._chart
        if not len(chart.steps):
            return None
        plot = self._plot(QRectF(self.rect()), QFontMetricsF(fonts.scaled(0.88)))
        first, last = chart.steps[0], chart.steps[-1]
        share = min(max((x - plot.left()) / max(plot.width(), 1.0), 0.0), 1.0)
        return float(first + share * (last - first))

    def _places(self, line: Line, plot: QRectF, ends: tuple[float, float]) -> Numbers:
        """Points (n, 2) of a line; those that are not finite have no place."""
        steps, values = self._chart.steps, line.values
        x = plot.left() + (steps - steps[0]) / max(steps[-1] - steps[0], 1.0) * plot.width()
        return np.column_stack((x, _heights(values, plot, ends, log=self._chart.log)))

    def _paint_axes(
        self, painter: QPainter, plot: QRectF, ends: tuple[float, float], palette: Palette
    ) -> None:
        chart = self._chart
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        ticks = np.array(_ticks(ends, log=chart.log))
        for tick, y in zip(ticks, _heights(ticks, plot, ends, log=chart.log).tolist(), strict=True):
            painter.setPen(QPen(palette.color("border"), 1.0))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(palette.color("muted"))
            word = f"{tick:.0e}" if chart.log else f"{tick:.0%}"
            painter.drawText(QRectF(0, y - 8, plot.left() - 5, 16), right, word)
        painter.setPen(palette.color("muted"))
        below = QRectF(plot.left(), plot.bottom() + 3, plot.width(), 20)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, f"{round(chart.steps[0]):,}")
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, f"step {round(chart.steps[-1]):,}")

    def _paint_guide(
        self, painter: QPainter, plot: QRectF, ends: tuple[float, float], palette: Palette
    ) -> None:
        """The line of a value worth knowing, with its words before all other lines."""
        guide = self._chart.guide
        if guide is None or not ends[0] <= guide[0] <= ends[1]:
            return
        y = float(_heights(np.array([guide[0]]), plot, ends, log=self._chart.log)[0])
        at = QPointF(plot.left() + 6, y - 4)
        words = QFontMetricsF(painter.font()).boundingRect(guide[1]).translated(at)
        painter.setPen(QPen(palette.color("muted"), 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        painter.fillRect(words.adjusted(-2, 0, 2, 0), palette.color("canvas", 0.8))
        painter.drawText(at, guide[1])

    def _paint_cursor(self, painter: QPainter, plot: QRectF, palette: Palette) -> None:
        step = self._hovered if self._hovered is not None else self._at
        steps = self._chart.steps
        if step is None or steps[-1] <= steps[0]:
            return
        x = plot.left() + (step - steps[0]) / (steps[-1] - steps[0]) * plot.width()
        painter.setPen(QPen(palette.color("text" if self._hovered is not None else "validation"), 1.2))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))

    def _paint_legend(
        self, painter: QPainter, area: QRectF, metrics: QFontMetricsF, palette: Palette
    ) -> None:
        chart = self._chart
        step = self._hovered if self._hovered is not None else self._at
        tall = metrics.height() + 2
        fits = max(int(area.height() / tall), 1)
        shown = chart.lines if len(chart.lines) <= fits else chart.lines[: fits - 1]
        for place, line in enumerate(shown):
            row = QRectF(area.left(), area.top() + place * tall, area.width(), tall)
            pen = QPen(line_color(line.hue, palette), 2.2)
            pen.setStyle(Qt.PenStyle.DotLine if line.dashed else Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            painter.drawLine(
                QPointF(row.left(), row.center().y()), QPointF(row.left() + 11, row.center().y())
            )
            value = chart.word(chart.at(line, step))
            painter.setPen(palette.color("text"))
            painter.drawText(row, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
            room = row.width() - _SWATCH - metrics.horizontalAdvance(value) - 8
            name = metrics.elidedText(line.title, Qt.TextElideMode.ElideRight, room)
            painter.setPen(palette.color("muted"))
            start = row.adjusted(_SWATCH, 0, 0, 0)
            painter.drawText(start, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        if len(shown) < len(chart.lines):
            row = QRectF(area.left() + _SWATCH, area.top() + len(shown) * tall, area.width(), tall)
            painter.setPen(palette.color("muted"))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft, f"and {len(chart.lines) - len(shown)} more")


def line_color(hue: float, palette: Palette) -> QColor:
    """The colour of a line: blue for the first layer, through green, to red for the last."""
    dark = palette.scheme == "dark"
    place = _FIRST_HUE + (_LAST_HUE - _FIRST_HUE) * hue
    return QColor.fromHsvF(place, 0.6 if dark else 0.85, 0.92 if dark else 0.72)


def reach(chart: Chart) -> tuple[float, float]:
    """The ends of the axis: 0 and 1, or powers of ten around all values."""
    if not chart.log:
        return 0.0, 1.0
    values = np.concatenate([line.values for line in chart.lines])
    known = values[np.isfinite(values) & (values > 0)]
    if chart.guide is not None:
        known = np.append(known, chart.guide[0])
    if not len(known):
        return 1e-4, 1e-2
    low, high = math.floor(np.log10(known.min())), math.ceil(np.log10(known.max()))
    return 10.0**low, 10.0 ** max(high, low + _LEAST_DECADES)


def _ticks(ends: tuple[float, float], *, log: bool) -> list[float]:
    if not log:
        return [0.0, 0.25, 0.5, 0.75, 1.0]
    low, high = (round(math.log10(end)) for end in ends)
    every = max(1, -(-(high - low) // 5))
    return [10.0**power for power in range(low, high + 1, every)]


def _heights(values: Numbers, plot: QRectF, ends: tuple[float, float], *, log: bool) -> Numbers:
    """Where values lie from the top down; NaN for those without a place on the axis."""
    low, high = ends
    with np.errstate(divide="ignore", invalid="ignore"):
        if log:
            values = np.where(values > 0, np.log10(values), np.nan)
            low, high = math.log10(low), math.log10(high)
        return plot.bottom() - (values - low) / (high - low) * plot.height()


def _parts(points: Numbers) -> Sequence[QPolygonF]:
    """A line in pieces without what is not finite; a single point becomes a short stroke."""
    finite = np.isfinite(points).all(1)
    cuts = np.flatnonzero(np.diff(finite.astype(int))) + 1
    pieces = np.split(points, cuts)
    kept = [piece for piece in pieces if len(piece) and np.isfinite(piece).all()]
    return [
        QPolygonF([QPointF(x, y) for x, y in (piece if len(piece) > 1 else _stroke(piece)).tolist()])
        for piece in kept
    ]


def _stroke(point: Numbers) -> Numbers:
    return np.concatenate((point, point + np.array([[3.0, 0.0]])))
