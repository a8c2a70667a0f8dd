"""Histograms over time as a heat map, held against NumPy."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from nnbuilder.session.history import HistogramRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.plots.heat_map import LINES, dense, paint_heat, strengths
from nnbuilder.ui.plots.layer_rows import LayerRows, Stack

AREA = QRectF(10, 10, 180, 100)


def of(values: object, step: int, nonfinite: int = 0) -> HistogramRow:
    """A histogram of numbers as the engine sends it, for one layer."""
    counts, edges = np.histogram(np.asarray(values, np.float64), 64)
    return HistogramRow(
        step, counts[None].astype(np.float32), edges[None, [0, -1]].astype(np.float32), (nonfinite,)
    )


def stack(*rows: HistogramRow) -> Stack:
    """Histograms as a heat map takes them."""
    return LayerRows(rows, 0).stack(range(len(rows)))


def painted(*shown: HistogramRow, at: int | None = None) -> QImage:
    """A heat map on a ground of another colour."""
    image = QImage(200, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    paint_heat(painter, AREA, stack(*shown), colors.LIGHT, at=at)
    painter.end()
    return image


def test_counts_are_shared_out_over_the_same_values() -> None:
    random = np.random.default_rng(0)
    samples = [random.uniform(-1, 1, 20_000), random.uniform(0, 3, 20_000)]
    found = dense(stack(*(of(one, step) for step, one in enumerate(samples))), (-2.0, 4.0))
    assert found.shape == (2, LINES)
    for row, values in zip(found, samples, strict=True):
        wanted, _ = np.histogram(values, LINES, (-2.0, 4.0))
        assert row.sum() == pytest.approx(20_000)
        assert np.abs(row - wanted).sum() < 1500  # a bin that lies across an edge is shared out evenly


def test_strengths_lie_between_0_and_1_and_logarithms_lift_what_is_rare() -> None:
    counts = np.array([[90.0, 10.0, 0.0]])
    plain, log = strengths(counts, log=False)[0], strengths(counts, log=True)[0]
    assert plain.tolist() == pytest.approx([1.0, 1 / 9, 0.0])
    assert log[1] > 2 * plain[1]
    assert log[2] == 0
    assert log.max() <= 1


def test_time_goes_right_and_values_go_up() -> None:
    image = painted(of(np.full(100, -0.9), 0), of(np.linspace(-1, 1, 100), 5), of(np.full(100, 0.9), 10))
    ground = colors.LIGHT.color("canvas")
    low, high = ([y for y in range(10, 110) if image.pixelColor(x, y) != ground] for x in (12, 189))
    assert 88 < min(low) <= max(low) < 97
    assert 23 < min(high) <= max(high) < 32
    assert image.pixelColor(5, 60).name() == "#ff00ff"
    assert image.pixelColor(195, 60).name() == "#ff00ff"


def test_nan_has_a_strip_of_its_own() -> None:
    clean = painted(of([0, 1], 0), of([0, 1], 10))
    image = painted(of([0, 1], 0), of([0, 1], 10, nonfinite=5))
    right, left = image.pixelColor(189, 14), image.pixelColor(20, 14)
    assert right.red() > right.blue() + 40
    assert left == colors.LIGHT.color("card")
    assert clean.pixelColor(189, 14).red() <= clean.pixelColor(189, 14).blue()


def test_a_line_marks_the_step() -> None:
    plain, marked = painted(of([0, 1], 0), of([0, 1], 1000)), painted(of([0, 1], 0), of([0, 1], 1000), at=500)
    differing = {x for x in range(200) if plain.pixelColor(x, 60) != marked.pixelColor(x, 60)}
    assert differing
    assert differing <= set(range(97, 104))
