"""The loss over the learning rate, with a marker that can be moved to the rate to train with."""

import math
from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from nnbuilder.protocol.tasks import RateFound
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.painted import Painted

_LEFT, _RIGHT, _TOP, _FOOT = 52.0, 14.0, 22.0, 34.0
_CLIP = 1.3
"""Losses above so many times the first are cut off: what grew beyond bounds would flatten all else."""

_LINES = 4


class RatePlot(Painted):
    """Draws a test; `chosen` carries the rate that the marker was moved to, by mouse or arrow keys."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("rate_curve", "Loss over learning rate; arrow keys move the marker", parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(320, 200)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.rate: float | None = None
        self._found: RateFound | None = None
        self._span = (1e-6, 1.0)

    def sizeHint(self) -> QSize:
        return QSize(560, 300)

    def show_found(self, found: RateFound | None) -> None:
        """Shows a test, with the marker at its suggestion."""
        self._found = found if found is not None and len(found.rates) > 1 else None
        self.rate = self._found.suggested if self._found else None
        if self._found is not None:
            self._span = (self._found.rates[0], self._found.rates[-1])
        self.update()

    def choose(self, rate: float) -> None:
        """Moves the marker to the step with the nearest rate."""
        if self._found is not None:
            near = min(self._found.rates, key=lambda one: abs(math.log(one / rate)))
            self.rate = float(f"{near:.2g}")
            self.chosen.emit(self.rate)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._choose_at(event.position().x())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _by(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        found, by = self._found, _by(event)
        if not by or found is None:
            super().keyPressEvent(event)
            return
        here = self.rate or found.lowest or found.rates[len(found.rates) // 2]
        place = min(range(len(found.rates)), key=lambda one: abs(math.log(found.rates[one] / here)))
        self.choose(found.rates[min(max(place + by, 0), len(found.rates) - 1)])

    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paints the plot into a rectangle."""
        found = self._found
        if found is None:
            return
        stage = box.adjusted(_LEFT, _TOP, -_RIGHT, -_FOOT)
        low, high = _reach(found)
        painter.setFont(fonts.scaled(0.86))
        self._paint_grid(painter, stage, low, high)
        points = [self._spot(stage, pair, low, high) for pair in zip(found.rates, found.losses, strict=True)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color("train", 0.3))
        for point in points:
            painter.drawEllipse(point, 1.8, 1.8)
        line = [self._spot(stage, pair, low, high) for pair in zip(found.rates, found.smooth, strict=True)]
        painter.setPen(QPen(colors.current().color("train"), 2.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.save()
        painter.setClipRect(stage.adjusted(0, -2, 0, 2))
        painter.drawPolyline(QPolygonF(line))
        painter.restore()
        self._paint_marker(painter, stage)

    def _choose_at(self, x: float) -> None:
        if self._found is not None:
            stage = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_FOOT)
            first, last = self._span
            share = min(max((x - stage.left()) / max(stage.width(), 1.0), 0.0), 1.0)
            self.choose(first * (last / first) ** share)

    def _x(self, stage: QRectF, rate: float) -> float:
        first, last = self._span
        return stage.left() + stage.width() * math.log(rate / first) / math.log(last / first)

    def _spot(self, stage: QRectF, pair: tuple[float, float], low: float, high: float) -> QPointF:
        rate, loss = pair
        share = (min(loss, high * 1.02) - low) / (high - low)
        return QPointF(self._x(stage, rate), stage.bottom() - stage.height() * share)

    def _paint_grid(self, painter: QPainter, stage: QRectF, low: float, high: float) -> None:
        palette = colors.current()
        metrics = QFontMetricsF(painter.font())
        for step in range(_LINES + 1):
            y = stage.bottom() - stage.height() * step / _LINES
            painter.setPen(QPen(palette.color("border", 0.7), 1.0))
            painter.drawLine(QPointF(stage.left(), y), QPointF(stage.right(), y))
            painter.setPen(palette.color("muted"))
            spot = QRectF(stage.left() - _LEFT, y - metrics.height() / 2, _LEFT - 6, metrics.height())
            text = f"{low + (high - low) * step / _LINES:.3g}"
            painter.drawText(spot, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        for rate in self._decades():
            x = self._x(stage, rate)
            painter.setPen(QPen(palette.color("border", 0.7), 1.0))
            painter.drawLine(QPointF(x, stage.top()), QPointF(x, stage.bottom()))
            painter.setPen(palette.color("muted"))
            spot = QRectF(x - 40, stage.bottom() + 3, 80, metrics.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, f"{rate:g}")
        foot = QRectF(stage.left(), stage.bottom() + metrics.height() + 2, stage.width(), metrics.height())
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, "learning rate")

    def _decades(self) -> Iterable[float]:
        low, high = map(math.log10, self._span)
        for power in range(math.ceil(low - 0.01), math.floor(high + 0.01) + 1):
            yield float(f"1e{power}")

    def _paint_marker(self, painter: QPainter, stage: QRectF) -> None:
        if self.rate is None:
            return
        palette = colors.current()
        x = self._x(stage, self.rate)
        painter.setPen(
            QPen(palette.color("validation"), 2.0 if self.hasFocus() else 1.4, Qt.PenStyle.DashLine)
        )
        painter.drawLine(QPointF(x, stage.top()), QPointF(x, stage.bottom()))
        painter.setFont(fonts.scaled(0.9, bold=True))
        metrics = QFontMetricsF(painter.font())
        text = f"{self.rate:g}"
        wide = metrics.horizontalAdvance(text) + 12
        left = min(max(x - wide / 2, stage.left()), stage.right() - wide)
        painter.setPen(palette.color("validation"))
        painter.drawText(
            QRectF(left, stage.top() - _TOP + 2, wide, _TOP - 4), Qt.AlignmentFlag.AlignCenter, text
        )


def _reach(found: RateFound) -> tuple[float, float]:
    """The least and the largest loss that is shown."""
    low = min(*found.smooth, *found.losses)
    high = min(max(found.losses), max(found.losses[:10]) * _CLIP)
    foot = low - 0.05 * (high - low)
    return max(foot, 0.0) if low >= 0 else foot, max(high, low + 1e-9)


def _by(event: QKeyEvent) -> int:
    return {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
