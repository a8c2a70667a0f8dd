"""Painting of histograms over time as ridges, and of now against the start."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from nnbuilder.graph.report.words import short
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.common.histogram import Histogram, Numbers

LOST_WIDTH = 9.0
"""The width of the bin for NaN and infinite values, at the right of all others."""

_OVERLAP = 3.6
"""How many ridges one ridge reaches over."""

_LEAST = 2.0
"""Pixels that the bin for NaN is high at least, so that a single value is seen."""


def spread_out(steps: Sequence[int], most: int) -> list[int]:
    """Places of at most `most` steps at even distances in time, the first and the newest among them."""
    if len(steps) <= most:
        return list(range(len(steps)))
    wanted = np.linspace(steps[0], steps[-1], most)
    return sorted({int(place) for place in np.searchsorted(steps, wanted)})


def paint_ridges(
    painter: QPainter,
    area: QRectF,
    shown: Sequence[Histogram],
    palette: Palette,
    *,
    log: bool = False,
    marked: int | None = None,
) -> None:
    """Paints histograms below each other, the oldest at the top and the newest in front; one `marked`."""
    span, inner = span_of(shown), without_lost(area, shown)
    gap = area.height() / (len(shown) - 1 + _OVERLAP)
    height = gap * _OVERLAP * 0.96
    order = [place for place in range(len(shown)) if place != marked]
    for place in order if marked is None else [*order, marked]:  # the marked one lies before all others
        histogram, base = shown[place], area.top() + gap * (_OVERLAP + place)
        token = "validation" if place == marked else "train"
        age = 0.0 if place == marked else 1.0 - (place + 1) / len(shown)
        painter.setPen(QPen(palette.mixed(token, "canvas", 0.8), 1.0))
        painter.drawLine(QPointF(inner.left(), base), QPointF(inner.right(), base))
        painter.setPen(QPen(palette.color("canvas"), 1.0))
        painter.setBrush(palette.mixed(token, "canvas", 0.12 + 0.55 * age))
        painter.drawPolygon(_outline(histogram, inner, base, height, span, log=log))
        _paint_lost(painter, area, base, height, histogram, palette)


def paint_pair(
    painter: QPainter,
    area: QRectF,
    start: Histogram,
    now: Histogram,
    palette: Palette,
    *,
    log: bool = False,
) -> None:
    """Paints the newer histogram filled and the first one as a line over it, on the same scale."""
    span = span_of((start, now))
    inner = without_lost(area, (start, now))
    top = max(start.densities.max(), now.densities.max(), 1e-12)
    for histogram, filled in ((now, True), (start, False)):
        height = area.height() * 0.94 * (1.0 if log else float(histogram.densities.max() / top))
        outline = _outline(histogram, inner, area.bottom(), height, span, log=log)
        painter.setPen(QPen(palette.color("train" if filled else "text"), 1.2))
        painter.setBrush(palette.color("train", 0.55) if filled else Qt.BrushStyle.NoBrush)
        painter.drawPolygon(outline)
    _paint_lost(painter, area, area.bottom(), area.height() * 0.94, now, palette)


def paint_scale(
    painter: QPainter,
    area: QRectF,
    below: QRectF,
    shown: Sequence[Histogram],
    palette: Palette,
) -> None:
    """Paints the ends of the value axis, and a line at zero where it is in view; names the bin for NaN."""
    low, high = span_of(shown)
    inner = without_lost(area, shown)
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
    if inner.width() < area.width():
        painter.setPen(palette.color("error"))
        painter.drawText(below, right, "NaN")
        below = below.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance("NaN  "), 0)
    if not any(one.total for one in shown):
        return  # nothing but NaN has no range
    painter.setPen(palette.color("muted"))
    ends = short(low), short(high)
    if painter.fontMetrics().horizontalAdvance("  ".join(ends)) > below.width():
        ends = f"{low:.1g}", f"{high:.1g}"
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, ends[0])
    painter.drawText(below, right, ends[1])
    if low < 0 < high:
        x = inner.left() - low / (high - low) * inner.width()
        painter.setPen(QPen(palette.color("faint"), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))


def span_of(shown: Sequence[Histogram]) -> tuple[float, float]:
    """The values that all histograms lie between; widened where that is a single one."""
    counted = [one for one in shown if one.total] or shown
    low, high = min(one.low for one in counted), max(one.high for one in counted)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def without_lost(area: QRectF, shown: Sequence[Histogram]) -> QRectF:
    """What is left of the area beside the bin for NaN, where any histogram needs one."""
    lost = any(one.nonfinite for one in shown)
    return area.adjusted(0, 0, -LOST_WIDTH - 3 if lost else 0, 0)


def _paint_lost(
    painter: QPainter, area: QRectF, base: float, height: float, histogram: Histogram, palette: Palette
) -> None:
    """The bin for NaN and infinite values, as high as their share."""
    if not histogram.nonfinite:
        return
    share = histogram.nonfinite / (histogram.nonfinite + histogram.total)
    tall = max(share * height, _LEAST)
    painter.fillRect(QRectF(area.right() - LOST_WIDTH, base - tall, LOST_WIDTH, tall), palette.color("error"))


def _outline(
    histogram: Histogram,
    area: QRectF,
    base: float,
    height: float,
    span: tuple[float, float],
    *,
    log: bool,
) -> QPolygonF:
    """The area under a histogram, its peak `height` above `base`; a single value is a spike."""
    counts = np.log1p(histogram.counts) if log else histogram.counts
    places: Numbers = np.concatenate(([histogram.low], histogram.centers, [histogram.high]))
    shares: Numbers = np.concatenate(([0.0], counts / max(counts.max(), 1e-12), [0.0]))
    if histogram.high <= histogram.low:
        half = (span[1] - span[0]) / 200
        places, shares = histogram.low + np.array([-half, 0.0, half]), np.array([0.0, 1.0, 0.0])
    if not histogram.total:  # nothing but NaN: what its bins lie between means nothing
        places, shares = np.array(span), np.zeros(2)
    x = area.left() + (places - span[0]) / (span[1] - span[0]) * area.width()
    y = base - shares * height
    return QPolygonF([QPointF(left, up) for left, up in zip(x.tolist(), y.tolist(), strict=True)])
