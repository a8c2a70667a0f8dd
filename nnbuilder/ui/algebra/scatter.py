"""Points on a plane with a scale at both sides: what both pictures of linear algebra are painted on."""

import math
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.painted import Painted

_LEFT, _RIGHT, _TOP, _FOOT = 54.0, 12.0, 12.0, 36.0
_LINES = 4

Span = tuple[float, float]
Point = tuple[float, float]
Line = tuple[float, float, float, float]


class Plane:
    """Numbers as places in a rectangle."""

    def __init__(self, box: QRectF, x: Span, y: Span) -> None:
        self.stage = box.adjusted(_LEFT, _TOP, -_RIGHT, -_FOOT)
        self._x, self._y = x, y

    def place(self, x: float, y: float) -> QPointF:
        """Where a point lies."""
        across = (x - self._x[0]) / (self._x[1] - self._x[0])
        up = (y - self._y[0]) / (self._y[1] - self._y[0])
        return QPointF(
            self.stage.left() + across * self.stage.width(), self.stage.bottom() - up * self.stage.height()
        )

    def paint_scales(self, painter: QPainter, x_name: str, y_name: str) -> None:
        """Paints a grid with its numbers, and what the axes are."""
        palette, stage = colors.current(), self.stage
        painter.setFont(fonts.scaled(0.86))
        tall = QFontMetricsF(painter.font()).height()
        for value in ticks(self._y):
            y = self.place(self._x[0], value).y()
            painter.setPen(QPen(palette.color("border", 0.7), 1.0))
            painter.drawLine(QPointF(stage.left(), y), QPointF(stage.right(), y))
            painter.setPen(palette.color("muted"))
            spot = QRectF(stage.left() - _LEFT, y - tall / 2, _LEFT - 6, tall)
            painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:g}")
        for value in ticks(self._x):
            x = self.place(value, self._y[0]).x()
            painter.setPen(QPen(palette.color("border", 0.7), 1.0))
            painter.drawLine(QPointF(x, stage.top()), QPointF(x, stage.bottom()))
            painter.setPen(palette.color("muted"))
            painter.drawText(
                QRectF(x - 40, stage.bottom() + 3, 80, tall), Qt.AlignmentFlag.AlignCenter, f"{value:g}"
            )
        foot = QRectF(stage.left(), stage.bottom() + tall + 3, stage.width(), tall)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, x_name)
        painter.save()
        painter.translate(stage.left() - _LEFT + 2, stage.center().y())
        painter.rotate(-90)
        side = QRectF(-stage.height() / 2, 0, stage.height(), tall)
        painter.drawText(side, Qt.AlignmentFlag.AlignCenter, y_name)
        painter.restore()


class PlaneView(Painted):
    """A widget that paints something on a plane; `paint` does it for files as well."""

    def __init__(self, name: str, heard: str, parent: QWidget | None = None) -> None:
        super().__init__(name, heard, parent)
        self.setMinimumSize(260, 200)

    def sizeHint(self) -> QSize:
        return QSize(380, 320)


def span_of(values: Sequence[float], room: float = 0.06) -> Span:
    """From the least to the largest, with a little room."""
    low, high = min(values), max(values)
    wide = (high - low) or abs(high) or 1.0
    return low - room * wide, high + room * wide


def ticks(span: Span) -> Iterator[float]:
    """Round numbers within a span, a few of them."""
    rough = (span[1] - span[0]) / _LINES
    power = 10.0 ** math.floor(math.log10(rough))
    step = min((one * power for one in (1, 2, 5, 10)), key=lambda one: abs(one - rough))
    first = math.ceil(span[0] / step)
    for count in range(first, math.floor(span[1] / step) + 1):
        yield round(count * step, 12)
