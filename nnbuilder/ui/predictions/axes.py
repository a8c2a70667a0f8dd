"""Two axes around a place for a picture: what lies where, and round numbers beside it."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from nnbuilder.ui.common import colors, fonts

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_ROOM = (38.0, 24.0)
"""Pixels that a tick with its number takes, at least, across and upright."""

LEFT, BOTTOM = 40.0, 18.0
"""Room for the numbers."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Values from `x[0]` to `x[1]` lie across `area`, from `y[0]` up to `y[1]` in its height."""

    area: QRectF
    x: tuple[float, float]
    y: tuple[float, float]

    def place(self, x: float, y: float) -> QPointF:
        """Where a point lies."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return QPointF(
            self.area.left() + across * self.area.width(), self.area.bottom() - up * self.area.height()
        )

    def values(self, place: QPointF) -> tuple[float, float] | None:
        """What lies at a place; None outside."""
        if not self.area.contains(place):
            return None
        across = (place.x() - self.area.left()) / self.area.width()
        up = (self.area.bottom() - place.y()) / self.area.height()
        return self.x[0] + across * (self.x[1] - self.x[0]), self.y[0] + up * (self.y[1] - self.y[0])

    def paint(self, painter: QPainter, names: tuple[str, str]) -> None:
        """Paints ticks, numbers and names, below and to the left."""
        palette = colors.current()
        small = fonts.scaled(0.84)
        metrics = QFontMetricsF(small)
        painter.setFont(small)
        area, line = self.area, metrics.height()
        painter.setPen(QPen(palette.color("border"), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        painter.setPen(palette.color("muted"))
        name = metrics.elidedText(names[0], Qt.TextElideMode.ElideRight, area.width())
        below = footroom(names[0], area.width())
        ends = 4.0 if below > BOTTOM else metrics.horizontalAdvance(name) + 8
        for value in ticks(*self.x, most=int(area.width() / _ROOM[0])):
            middle = self.place(value, self.y[0]).x()
            text = number(value)
            half = metrics.horizontalAdvance(text) / 2
            if middle + half < area.right() - ends + 4 and middle - half > area.left() - LEFT:
                painter.drawText(QPointF(middle - half, area.bottom() + line), text)
        left = area.right() - metrics.horizontalAdvance(name)
        painter.drawText(QPointF(left, area.bottom() + line + below - BOTTOM), name)
        beside = 0.0 if headroom(names[1]) else line
        for value in ticks(*self.y, most=int(area.height() / _ROOM[1])):
            base = self.place(self.x[0], value).y() + metrics.ascent() / 2 - 1
            text = number(value)
            if base - metrics.ascent() > area.top() + beside - 4:
                painter.drawText(QPointF(area.left() - 5 - metrics.horizontalAdvance(text), base), text)
        if headroom(names[1]):
            painter.drawText(QPointF(area.left(), area.top() - 4), names[1])
        else:
            left = area.left() - 5 - metrics.horizontalAdvance(names[1])
            painter.drawText(QPointF(left, area.top() + metrics.ascent()), names[1])


def footroom(name: str, wide: float) -> float:
    """What numbers and name of an axis of some width need below it; a long name has a line of its own."""
    metrics = QFontMetricsF(fonts.scaled(0.84))
    return BOTTOM + (metrics.height() - 2 if metrics.horizontalAdvance(name) > wide / 3 else 0.0)


def headroom(name: str) -> float:
    """What the name of the upright axis needs above it; a short one stands beside it."""
    metrics = QFontMetricsF(fonts.scaled(0.84))
    return metrics.height() if metrics.horizontalAdvance(name) > LEFT - 8 else 0.0


def ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers between two values at even distances, two at least where that is possible."""
    wanted = (high - low) / max(most, 2)
    if not (math.isfinite(wanted) and wanted > 0):
        return []
    base = 10.0 ** math.floor(math.log10(wanted))
    step = next(base * one for one in _STEPS if base * one >= wanted * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [place * step for place in range(first, last + 1)]


def number(value: float) -> str:
    """A round number, as short as it goes."""
    text = f"{value:.6g}"
    return "0" if text == "-0" else text.replace("-", "−")


def padded(low: float, high: float, share: float = 0.06) -> tuple[float, float]:
    """A span with some room at both ends; around a single value, half a unit."""
    room = (high - low) * share or 0.5
    return low - room, high + room
