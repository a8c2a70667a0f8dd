"""A small histogram of bars with its range below."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.histogram import Histogram


class HistogramView(QWidget):
    """Paints one histogram; nothing while there is none."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._now: Histogram | None = None
        self.setFont(fonts.fixed(0.88))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        colors.changed.connect(self.update)

    def show_histogram(self, now: Histogram) -> None:
        """Shows these values."""
        self._now = now.legible()
        ends = f"from {short(now.low)} to {short(now.high)}"
        text = f"{ends}, mean {short(now.mean)}, spread {short(now.spread)}"
        self.setAccessibleName(f"Histogram {text}")
        self.setToolTip(text.capitalize())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 64 + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        now = self._now
        if now is None or not now.total:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(0, 2, self.width(), self.height() - self.fontMetrics().height() - 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color("train"))
        heights = now.counts / now.counts.max() * area.height()
        step = area.width() / len(heights)
        gap = 1.0 if step > 3 else 0.0
        for place, height in enumerate(heights):
            painter.drawRect(QRectF(place * step, area.bottom() - height, step - gap, height))
        self._paint_range(painter, area, now)
        painter.end()

    def _paint_range(self, painter: QPainter, area: QRectF, now: Histogram) -> None:
        painter.setPen(QPen(colors.current().color("border"), 1.0))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(colors.current().color("muted"))
        below = QRectF(0, area.bottom() + 2, self.width(), self.height() - area.bottom() - 2)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, short(now.low))
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, short(now.high))
