"""Painting of histograms over time as ridges, and of now against the start."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.common.histogram import Histogram, Numbers
from nnbuilder.ui.common.titles import short

_OVERLAP = 3.6
"""How many ridges one ridge reaches over."""


def spread_out(steps: Sequence[int], most: int) -> list[int]:
    """Places of at most `most` steps at even distances in time, the first and the newest among them."""
    if len(steps) <= most:
        return list(range(len(steps)))
    wanted = np.linspace(steps[0], steps[-1], most)
    return sorted({int(place) for place in np.searchsorted(steps, wanted)})


def paint_ridges(painter: QPainter, area: QRectF, shown: Sequence[Histogram], palette: Palette) -> None:
    """Paints histograms below each other, the oldest at the top and the newest in front."""
    low, high = span_of(shown)
    gap = area.height() / (len(shown) - 1 + _OVERLAP)
    for place, histogram in enumerate(shown):
        age = 1.0 - (place + 1) / len(shown)
        base = area.top() + gap * (_OVERLAP + place)
        outline = _outline(histogram, area, base, gap * _OVERLAP * 0.96, (low, high))
        painter.setPen(QPen(palette.mixed("train", "canvas", 0.8), 1.0))
        painter.drawLine(QPointF(area.left(), base), QPointF(area.right(), base))
        painter.setPen(QPen(palette.color("canvas"), 1.0))
        painter.setBrush(palette.mixed("train", "canvas", 0.12 + 0.55 * age))
        painter.drawPolygon(outline)


def paint_pair(painter: QPainter, area: QRectF, start: Histogram, now: Histogram, palette: Palette) -> None:
    """Paints the newest histogram filled and the first one as a line over it, on the same scale."""
    span = span_of((start, now))
    top = max(start.densities.max(), now.densities.max(), 1e-12)
    for histogram, filled in ((now, True), (start, False)):
        height = area.height() * 0.94 * float(histogram.densities.max() / top)
        outline = _outline(histogram, area, area.bottom(), height, span)
        painter.setPen(QPen(palette.color("train" if filled else "text"), 1.2))
        painter.setBrush(palette.color("train", 0.55) if filled else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(outline)


def paint_scale(
    painter: QPainter, area: QRectF, below: QRectF, span: tuple[float, float], palette: Palette
) -> None:
    """Paints the ends of the value axis, and a line at zero where it is in view."""
    low, high = span
    painter.setPen(palette.color("muted"))
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, short(low))
    painter.drawText(below, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, short(high))
    if low < 0 < high:
        x = area.left() - low / (high - low) * area.width()
        painter.setPen(QPen(palette.color("faint"), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def span_of(shown: Sequence[Histogram]) -> tuple[float, float]:
    """The values that all histograms lie between; widened where that is a single one."""
    low, high = min(one.low for one in shown), max(one.high for one in shown)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _outline(
    histogram: Histogram, area: QRectF, base: float, height: float, span: tuple[float, float]
) -> QPolygonF:
    """The area under a histogram, its peak `height` above `base`; a single value is a spike."""
    places: Numbers = np.concatenate(([histogram.low], histogram.centers, [histogram.high]))
    shares: Numbers = np.concatenate(([0.0], histogram.counts / max(histogram.counts.max(), 1e-12), [0.0]))
    if histogram.high <= histogram.low:
        half = (span[1] - span[0]) / 200
        places, shares = histogram.low + np.array([-half, 0.0, half]), np.array([0.0, 1.0, 0.0])
    x = area.left() + (places - span[0]) / (span[1] - span[0]) * area.width()
    y = base - shares * height
    return QPolygonF([QPointF(left, up) for left, up in zip(x.tolist(), y.tolist(), strict=True)])
