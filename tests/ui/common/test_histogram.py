"""Histograms as values, and their small view."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.session.history import HistogramRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.histogram import Histogram, bins_for, merged, of_layer
from nnbuilder.ui.common.histogram_view import HistogramView


def test_what_the_bins_tell_agrees_with_numpy() -> None:
    values = np.random.default_rng(0).normal(2.0, 0.5, 100_000)
    counts, edges = np.histogram(values, 200)
    histogram = Histogram(counts.astype(float), edges[0], edges[-1])
    assert histogram.mean == pytest.approx(values.mean(), abs=0.01)
    assert histogram.spread == pytest.approx(values.std(), rel=0.01)
    densities, _ = np.histogram(values, 200, density=True)
    assert histogram.densities == pytest.approx(densities)


def test_a_row_gives_its_layers() -> None:
    row = HistogramRow(7, np.ones((2, 4), np.float32), np.array([[0, 1], [np.nan, 1]], np.float32), (0, 3))
    first, second = of_layer(row, 0), of_layer(row, 1)
    assert first is not None
    assert (first.low, first.high, first.total, first.step) == (0.0, 1.0, 4.0, 7)
    assert second is not None
    assert (second.low, second.high, second.nonfinite, second.width) == (0.0, 0.0, 3, 1.0)
    assert of_layer(row, 2) is None


@pytest.mark.parametrize(("values", "bins"), [(0, 12), (27, 12), (400, 20), (4096, 64), (10**7, 64)])
def test_the_number_of_bins_follows_the_number_of_values(values: int, bins: int) -> None:
    counts = np.full(64, values / 64)
    assert bins_for(values) == bins
    assert len(Histogram(counts, 0.0, 1.0).legible().counts) == bins


def test_merged_bins_hold_the_same_values() -> None:
    counts = np.arange(64, dtype=np.float64)
    for bins in (12, 16, 40, 63):
        fewer = merged(counts, bins)
        assert len(fewer) == bins
        assert fewer.sum() == pytest.approx(counts.sum())
    assert merged(counts, 16) == pytest.approx(counts.reshape(16, 4).sum(axis=1))
    assert merged(np.array([6.0, 0.0, 0.0]), 2) == pytest.approx([6.0, 0.0])
    assert merged(np.array([0.0, 6.0, 0.0]), 2) == pytest.approx([3.0, 3.0])


def test_the_view_paints_bars_in_the_colour_of_the_theme(qtbot: QtBot) -> None:
    view = HistogramView("view")
    qtbot.addWidget(view)
    view.resize(64, 80)
    view.show_histogram(Histogram(np.array([0.0, 10.0]), -1.0, 1.0))  # fewer bins than the fewest
    image = view.grab().toImage()
    assert image.pixelColor(48, 30) == colors.current().color("train")
    assert image.pixelColor(16, 30) != colors.current().color("train")
    assert view.accessibleName() == "Histogram from -1.000 to 1.000, mean 0.500, spread 0.000"
