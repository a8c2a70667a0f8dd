"""Histograms as values, and their small view."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.session.history import HistogramRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.histogram import Histogram, of_layer
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


def test_the_view_paints_bars_in_the_colour_of_the_theme(qtbot: QtBot) -> None:
    view = HistogramView("view")
    qtbot.addWidget(view)
    view.resize(64, 80)
    view.show_histogram(Histogram(np.array([0.0, 10.0]), -1.0, 1.0))
    image = view.grab().toImage()
    assert image.pixelColor(48, 30) == colors.current().color("train")
    assert image.pixelColor(16, 30) != colors.current().color("train")
    assert view.accessibleName() == "Histogram from -1.000 to 1.000, mean 0.500, spread 0.000"
