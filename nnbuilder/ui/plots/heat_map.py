"""Painting of histograms over time as a heat map: time to the right, values upwards."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from nnbuilder.graph.report.words import short
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.common.histogram import Numbers
from nnbuilder.ui.plots.layer_rows import Stack
from nnbuilder.ui.plots.ridges import LOST_WIDTH

LINES = 96
"""Values that are told apart."""

_CONTRAST = 1000.0
_NEWEST = 0.025
"""The share of the width at the right that the newest histogram has for itself."""

_LEAST = 0.35
"""How strong the strip for NaN is at least where there are any."""


def paint_heat(
    painter: QPainter,
    area: QRectF,
    shown: Stack,
    palette: Palette,
    *,
    log: bool = False,
    at: int | None = None,
) -> None:
    """Paints how dense values lie at each step; a strip at the top tells NaN, a line the step `at`."""
    lost, steps = bool(shown.nonfinite.any()), shown.steps
    inner = area.adjusted(0, LOST_WIDTH + 2 if lost else 0, 0, 0)
    first, end = steps[0], steps[-1] + max(1.0, _NEWEST * (steps[-1] - steps[0]))
    columns = np.linspace(first, end, max(2, round(inner.width())))
    places = np.searchsorted(steps, columns, side="right") - 1
    shares = strengths(dense(shown, shown.span), log=log)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
    painter.drawImage(inner, _image(shares[places], palette.color("canvas"), palette.color("train")))
    if lost:
        strip = QRectF(area.left(), area.top(), area.width(), LOST_WIDTH)
        strong = _lost(shown)[places, None]
        painter.drawImage(strip, _image(strong, palette.color("card"), palette.color("error")))
    if at is not None:
        x = inner.left() + (at - first) / (end - first) * inner.width()
        painter.setPen(QPen(palette.color("validation"), 1.4))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    _paint_zero(painter, inner, shown.span, palette)


def paint_steps(painter: QPainter, area: QRectF, below: QRectF, shown: Stack, palette: Palette) -> None:
    """Paints the ends of both axes: values inside at the left, steps below."""
    low, high = shown.span
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
    inside = area.adjusted(3, LOST_WIDTH + 3 if shown.nonfinite.any() else 1, -3, -1)
    for side, value in ((top, high), (bottom, low)) if shown.totals.any() else ():
        place = painter.boundingRect(inside, left | side, short(value))
        painter.fillRect(place.adjusted(-2, 0, 2, 0), palette.color("canvas", 0.7))
        painter.setPen(palette.color("text"))
        painter.drawText(inside, left | side, short(value))
    painter.setPen(palette.color("muted"))
    painter.drawText(below, left | top, f"{round(shown.steps[0]):,}")
    painter.drawText(below, right | top, f"step {round(shown.steps[-1]):,}")


def dense(shown: Stack, span: tuple[float, float]) -> Numbers:
    """Counts over the same values for all histograms, float64 (histograms, LINES), from the lowest up."""
    counts, bins = shown.counts, shown.counts.shape[1]
    widths = np.where(shown.highs > shown.lows, shown.highs - shown.lows, 1.0)[:, None]
    edges = np.linspace(*span, LINES + 1)[None]
    places = ((edges - shown.lows[:, None]) / widths * bins).clip(0, bins)
    whole = places.astype(int).clip(0, bins - 1)
    below = np.concatenate((np.zeros((len(counts), 1)), np.cumsum(counts, 1)), 1)
    rows = np.arange(len(counts))[:, None]
    return np.diff(below[rows, whole] + (places - whole) * counts[rows, whole], axis=1)


def strengths(counts: Numbers, *, log: bool) -> Numbers:
    """Counts (histograms, lines) as strengths from 0 to 1."""
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1e-12)
    if log:
        return np.asarray(np.log1p(_CONTRAST * shares) / np.log1p(_CONTRAST), np.float64)
    return np.asarray(shares / max(float(shares.max()), 1e-12), np.float64)


def _lost(shown: Stack) -> Numbers:
    """How strong the strip for NaN is at each histogram."""
    share = shown.nonfinite / np.maximum(shown.nonfinite + shown.totals, 1.0)
    return np.where(shown.nonfinite > 0, _LEAST + (1 - _LEAST) * share, 0.0)


def _image(strong: Numbers, none: QColor, full: QColor) -> QImage:
    """Strengths (columns, lines) as a picture, the first line at the bottom."""
    ends = np.array([[color.red(), color.green(), color.blue()] for color in (none, full)], np.float64)
    table = np.rint(ends[0] + (ends[1] - ends[0]) * np.linspace(0, 1, 256)[:, None]).astype(np.uint8)
    pixels = table[np.rint(strong.T[::-1] * 255).astype(np.uint8)]
    height, width, _ = pixels.shape
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _paint_zero(painter: QPainter, area: QRectF, span: tuple[float, float], palette: Palette) -> None:
    low, high = span
    if low < 0 < high:
        y = area.bottom() + low / (high - low) * area.height()
        painter.setPen(QPen(palette.color("faint"), 1.0, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
