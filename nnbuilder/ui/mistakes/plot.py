"""The curve of the right loop and that of the one with mistakes, over each other."""

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.painted import Painted
from nnbuilder.ui.common.plot_picture import Caption

Values = Sequence[float | None]

RIGHT, WRONG = "ok", "error"
"""The colours of the two loops."""

_EMPTY = "Press Train both to see both losses."
_BEGUN = "Both loops begin…"

_DOT = 2.6
"""Pixels from the middle of a point to its edge."""

_LEFT, _RIGHT, _TOP, _FOOT = 46.0, 10.0, 8.0, 30.0
_WIDE = 30.0
"""From so many times between the least and the largest value on the scale is logarithmic."""

_WINDOW = 0.04
"""The share of the steps over which the line is the mean; the values themselves stay faint behind it."""


class PairPlot(Painted):
    """Draws two courses of a loss over `unit`, that with mistakes dashed; it follows the theme.

    With `smooth` the lines are moving means, over the faint values.
    """

    def __init__(self, name: str, title: str, unit: str, *, smooth: bool) -> None:
        super().__init__(name, title)
        self.setMinimumSize(180, 110)
        self._unit = unit
        self._smooth = smooth
        self._begun = False
        self.right: tuple[float | None, ...] = ()
        self.wrong: tuple[float | None, ...] = ()

    @property
    def captions(self) -> tuple[Caption, ...]:
        """The legend."""
        return (("right loop", RIGHT), ("with mistakes", WRONG))

    def sizeHint(self) -> QSize:
        return QSize(330, 200)

    @property
    def empty(self) -> str:
        """What stands there as long as there is no loss."""
        return _BEGUN if self._begun else _EMPTY

    def show_values(self, right: Values, wrong: Values, *, begun: bool = False) -> None:
        """Shows other courses; `begun` where they are on their way."""
        now = (tuple(right), tuple(wrong))
        if (*now, begun) != (self.right, self.wrong, self._begun):
            self.right, self.wrong = now
            self._begun = begun
            self.update()

    def table(self) -> Iterator[str]:
        """The numbers as comma-separated text."""
        yield f"{self._unit},right,wrong\n"
        for number in range(max(len(self.right), len(self.wrong))):
            cells = [_cell(course, number) for course in (self.right, self.wrong)]
            yield f"{number + 1},{','.join(cells)}\n"

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paints the plot into a rectangle."""
        stage = box.adjusted(_LEFT, _TOP, -_RIGHT, -_FOOT)
        painter.fillRect(box, colors.current().color("canvas"))
        known = [value for value in (*self.right, *self.wrong) if value is not None]
        if not known:
            painter.setPen(colors.current().color("muted"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.empty)
            return
        scale = _Scale(min(known), max(known), max(len(self.right), len(self.wrong)))
        painter.setFont(fonts.scaled(0.84))
        self._paint_grid(painter, stage, scale)
        painter.save()
        painter.setClipRect(stage.adjusted(-1, -3, 1, 3))
        for course, token in ((self.right, RIGHT), (self.wrong, WRONG)):
            self._paint_course(painter, stage, scale, course, token)
        painter.restore()

    def _paint_course(
        self, painter: QPainter, stage: QRectF, scale: "_Scale", course: Values, token: str
    ) -> None:
        palette = colors.current()
        window = max(1, round(len(course) * _WINDOW)) if self._smooth else 1
        if window > 1:
            painter.setPen(QPen(palette.color(token, 0.25), 1.0))
            painter.drawPolyline(QPolygonF(list(scale.spots(stage, course))))
        points = list(scale.spots(stage, means(course, window)))
        dashes = Qt.PenStyle.DashLine if token == WRONG else Qt.PenStyle.SolidLine
        painter.setPen(QPen(palette.color(token), 2.0, dashes))
        painter.setBrush(palette.color(token))
        painter.drawPolyline(QPolygonF(points))
        if len(points) < 16 and points:
            for point in points:
                painter.drawEllipse(point, _DOT, _DOT)

    def _paint_grid(self, painter: QPainter, stage: QRectF, scale: "_Scale") -> None:
        palette, metrics = colors.current(), QFontMetricsF(painter.font())
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value in scale.ticks():
            y = stage.bottom() - stage.height() * scale.share(value)
            painter.setPen(QPen(palette.color("border"), 1.0))
            painter.drawLine(QPointF(stage.left(), y), QPointF(stage.right(), y))
            painter.setPen(palette.color("muted"))
            spot = QRectF(stage.left() - _LEFT, y - metrics.height() / 2, _LEFT - 6, metrics.height())
            painter.drawText(spot, right, tick_text(value))
        foot = QRectF(stage.left(), stage.bottom() + 4, stage.width(), metrics.height() + 2)
        unit = self._unit if scale.count > 1 else f"{self._unit} 1"
        if scale.count > 1:
            painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "1")
            painter.drawText(foot, Qt.AlignmentFlag.AlignRight, f"{scale.count:,}")
        unit = f"{unit} (loss on a logarithmic scale)" if scale.log else unit
        painter.drawText(foot, Qt.AlignmentFlag.AlignHCenter, unit)


class _Scale:
    """Where values lie between the foot and the top of a plot."""

    def __init__(self, low: float, high: float, count: int) -> None:
        self.log = low > 0 and high / low > _WIDE
        self.count = count
        self.low, self.high = low, high
        if not self.log:
            step = _step(high - low or abs(high) or 1.0)
            self.low, self.high = math.floor(low / step) * step, math.ceil(high / step) * step
            self.high = max(self.high, self.low + step)
            self._step = step

    def share(self, value: float) -> float:
        """0 at the foot, 1 at the top."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self) -> tuple[float, ...]:
        """Values to draw lines at."""
        if self.log:
            first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
            every = max(1, (last - first) // 4)
            powers = tuple(10.0**power for power in range(first, last + 1, every))
            return powers if len(powers) > 1 else (self.low, self.high)
        return tuple(
            self.low + self._step * part for part in range(round((self.high - self.low) / self._step) + 1)
        )

    def spots(self, stage: QRectF, course: Values) -> Iterator[QPointF]:
        """The points of a course, one alone in the middle; what is no number is left out."""
        wide = stage.width() / max(1, self.count - 1)
        left = stage.left() if self.count > 1 else stage.center().x()
        for number, value in enumerate(course):
            if value is not None:
                y = stage.bottom() - stage.height() * self.share(value)
                yield QPointF(left + number * wide, y)


def _step(span: float) -> float:
    """A round distance between lines, so that a span has some four of them."""
    power = 10.0 ** math.floor(math.log10(span / 4))
    return next(part * power for part in (1, 2, 2.5, 5, 10) if part * power >= span / 4)


def tick_text(value: float) -> str:
    """A value beside its line: whole where people write it so."""
    return f"{value:,.0f}" if 1e3 <= abs(value) < 1e6 else f"{value:.3g}"


def means(course: Values, window: int) -> list[float | None]:
    """The mean of the last `window` values at each place; None where there is none among them."""
    found: list[float | None] = []
    total, count = 0.0, 0
    for place, value in enumerate(course):
        total, count = (total, count) if value is None else (total + value, count + 1)
        if place >= window and (old := course[place - window]) is not None:
            total, count = total - old, count - 1
        found.append(total / count if count and value is not None else None)
    return found


def _cell(course: Values, number: int) -> str:
    if number >= len(course):
        return ""
    value = course[number]
    return "nan" if value is None else repr(value)
