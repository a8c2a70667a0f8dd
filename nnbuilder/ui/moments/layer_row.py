"""One layer's weights at a past moment against now."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.histogram import Histogram

_HEIGHT = 54
_TITLE = 110
_FIGURES = 180


class LayerRow(QWidget):
    """Paints the histogram of then as an area and that of now as a line over the same axis."""

    def __init__(
        self,
        name: str,
        title: str,
        then: Histogram,
        now: Histogram | None,
        figures: NDArray[np.float32],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._title = title
        self._then = then.legible()
        self._now = now.legible() if now is not None else None
        mean, spread, length = (float(figure) for figure in figures)
        self._figures = (f"mean {short(mean)}  spread {short(spread)}", f"length {short(length)}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}: {self._figures[0]}, {self._figures[1]}")
        self.setToolTip(f"{title}: the filled shape is its weights then, the line its weights now")
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_TITLE + _FIGURES + 160, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(_TITLE + 80, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.scaled(0.96, bold=True))
        painter.setPen(palette.color("text"))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        name = painter.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, _TITLE - 10)
        painter.drawText(QRectF(0, 0, _TITLE, self.height()), middle, name)
        wide = self.width() >= _TITLE + _FIGURES + 120
        right = self.width() - (_FIGURES if wide else 0)
        self._paint_histograms(painter, QRectF(_TITLE, 6, right - _TITLE - 12, self.height() - 12))
        if wide:
            painter.setFont(fonts.scaled(0.88))
            painter.setPen(palette.color("muted"))
            half = self.height() / 2
            for place, text in enumerate(self._figures):
                spot = QRectF(right, place * (half - 4) + 4, _FIGURES, half - 4)
                painter.drawText(spot, middle, text)
        painter.setPen(palette.color("border", 0.6))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()

    def _paint_histograms(self, painter: QPainter, area: QRectF) -> None:
        palette = colors.current()
        shown = [one for one in (self._then, self._now) if one is not None]
        low, high = min(one.low for one in shown), max(one.high for one in shown)
        most = max(float(one.densities.max()) for one in shown) or 1.0
        for one in shown:
            outline = _outline(one, area, low, high, most)
            if one is self._then:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.color("accent", 0.45))
                painter.drawPolygon(outline)
            else:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(palette.color("text"), 1.2))
                painter.drawPolyline(outline)


def _outline(one: Histogram, area: QRectF, low: float, high: float, most: float) -> QPolygonF:
    """The steps of a histogram in an area that goes from `low` to `high` and up to `most`."""
    across = area.width() / ((high - low) or 1.0)
    edges = area.left() + (np.linspace(one.low, one.high, len(one.counts) + 1) - low) * across
    tops = area.bottom() - one.densities / most * area.height()
    points = [QPointF(float(edges[0]), area.bottom())]
    for left, right, top in zip(edges[:-1], edges[1:], tops, strict=True):
        points += [QPointF(float(left), float(top)), QPointF(float(right), float(top))]
    points.append(QPointF(float(edges[-1]), area.bottom()))
    return QPolygonF(points)
