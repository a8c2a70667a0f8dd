"""Histograms of weights over time."""

import csv
import io

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.histogram import Histogram
from nnbuilder.ui.plots.ridges import paint_pair, paint_ridges, paint_scale, span_of, spread_out
from nnbuilder.ui.plots.weights_plot import WeightsPlot
from tests.ui.workbench import Workbench

BELL = np.hanning(66)[1:-1]


@pytest.fixture
def plot(bench: Workbench) -> WeightsPlot:
    """The plot of weights in a run of two Linear layers, n2 and n4."""
    plot = bench.show(WeightsPlot(bench.run, bench.selection), 300, 220)
    bench.start_run()
    for step in range(0, 400, 4):
        bench.say_weights(step, 0.5 + step / 400)
    bench.qtbot.waitUntil(lambda: not plot.redraw.dirty)
    return plot


def titles(plot: WeightsPlot) -> list[str]:
    """The layers that are shown."""
    return [layer.title for layer in plot.view.layers]


def test_the_selected_layer_or_all(bench: Workbench, plot: WeightsPlot) -> None:
    assert titles(plot) == ["Linear (0)", "Linear (2)"]
    bench.select("n4")
    assert titles(plot) == ["Linear (2)"]
    rows = list(csv.DictReader(io.StringIO("".join(plot._rows()))))
    assert {row["layer"] for row in rows} == {"Linear (2)"}
    assert [int(row["step"]) for row in rows] == plot.view.layers[0].histograms.steps
    QTest.mouseClick(plot.all, Qt.MouseButton.LeftButton)
    assert titles(plot) == ["Linear (0)", "Linear (2)"]


def test_a_layer_without_weights_says_so(bench: Workbench, plot: WeightsPlot) -> None:
    bench.select("n3")
    assert "has no weights in this run" in plot.empty.text()
    assert plot.empty.isVisible()
    assert not plot.view.isVisible()


def test_it_is_painted_once_for_each_change(bench: Workbench, plot: WeightsPlot) -> None:
    plot.grab()
    painted = plot.view.painted
    plot.grab()
    plot.view.repaint()
    assert plot.view.painted == painted
    bench.say_weights(400)
    bench.qtbot.waitUntil(lambda: plot.view.painted == painted + 2)  # a column for each layer


def test_now_and_start(plot: WeightsPlot) -> None:
    QTest.mouseClick(plot.start, Qt.MouseButton.LeftButton)
    assert "Filled: the weights now." in plot.sentence.text()
    over_time = plot.grab().toImage()
    QTest.mouseClick(plot.start, Qt.MouseButton.LeftButton)
    assert plot.grab().toImage() != over_time


def test_a_rewind_forgets_what_came_later(bench: Workbench, plot: WeightsPlot) -> None:
    bench.engine.run.state("rewound")
    bench.qtbot.waitUntil(lambda: not plot.redraw.dirty)
    assert [len(layer.histograms) for layer in plot.view.layers] == [1, 1]


def test_infinite_weights_are_told(bench: Workbench, plot: WeightsPlot) -> None:
    bench.say_weights(404, nonfinite=3)
    bench.qtbot.waitUntil(lambda: not plot.redraw.dirty)
    assert plot.view.layers[0].histograms[-1].nonfinite == 3
    image = plot.grab().toImage()
    red = colors.current().color("error")
    reds = [x for x in range(image.width()) for y in range(20, 60) if image.pixelColor(x, y) == red]
    assert reds


def test_it_is_copied_as_every_plot_is(bench: Workbench, plot: WeightsPlot) -> None:
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QGuiApplication.clipboard().image()
    inks = [copied.pixelColor(x, copied.height() // 2) for x in range(copied.width())]
    assert sum(ink.blue() - ink.red() > 60 for ink in inks) > copied.width() // 10
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(plot, Qt.Key.Key_C, both)
    head = "step,layer,low,high,nan_or_infinite,bin_1,"
    bench.qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith(head))


@pytest.mark.parametrize(("low", "high"), [(-1.15e7, 8.6e6), (-9.44e14, 1.56e14), (-0.5, 0.5)])
def test_the_ends_of_the_axis_never_meet(low: float, high: float) -> None:
    gaps = []
    for width in (96, 400):
        image = QImage(width, 40, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setFont(fonts.scaled(0.88))
        below = QRectF(0, 20, width, 20)
        paint_scale(painter, QRectF(0, 0, width, 20), below, [Histogram(BELL, low, high)], colors.LIGHT)
        painter.end()
        inked = [any(image.pixelColor(x, y).name() != "#ffffff" for y in range(22, 40)) for x in range(width)]
        gaps.append(max(len(run) for run in "".join(" #"[ink] for ink in inked).split("#")))
    assert gaps[0] >= 4
    assert gaps[1] > 200


def test_many_layers_keep_a_legible_width(plot: WeightsPlot) -> None:
    assert plot.view.minimumWidth() == 240
    plot.setFixedWidth(130)
    assert plot.picture().size.width() >= 240  # the picture shows what is scrolled out of sight, too


@pytest.mark.parametrize("count", [1, 5, 24, 25, 400])
def test_ridges_are_spread_over_time(count: int) -> None:
    steps = [place**2 for place in range(count)]
    places = spread_out(steps, 24)
    assert len(places) <= 24
    assert (places[0], places[-1]) == (0, count - 1)
    assert places == sorted(set(places))


def test_ridges_stay_inside_and_the_newest_lies_in_front() -> None:
    image = QImage(200, 160, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    shown = [Histogram(BELL, -1.0 - i / 5, 1.0 + i / 5, step=i) for i in range(10)]
    paint_ridges(painter, QRectF(20, 20, 160, 120), shown, colors.LIGHT)
    painter.end()
    outside = [image.pixelColor(x, y) for x in (10, 190) for y in range(160)]
    outside += [image.pixelColor(x, y) for x in range(200) for y in (10, 150)]
    assert {color.name() for color in outside} == {"#ff00ff"}
    assert image.pixelColor(100, 136).name() == colors.LIGHT.mixed("train", "canvas", 0.12).name()


@pytest.mark.parametrize("low", [0.0, 1.0])
def test_a_single_value_is_a_spike(low: float) -> None:
    flat = Histogram(np.array([0.0, 9.0, 0.0]), low, low)
    assert span_of([flat]) == (low - 0.5, low + 0.5)
    image = QImage(100, 50, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    paint_pair(painter, QRectF(0, 0, 100, 50), flat, Histogram(BELL, low - 1, low + 1), colors.LIGHT)
    painter.end()
    assert image.pixelColor(50, 10) != image.pixelColor(10, 10)


def test_the_marked_ridge_lies_before_the_others() -> None:
    wanted = colors.LIGHT.mixed("validation", "canvas", 0.12).name()
    marked, plain = ridges(marked=3), ridges(marked=None)
    assert sum(marked.pixelColor(100, y).name() == wanted for y in range(160)) > 25  # no other one hides it
    assert all(plain.pixelColor(100, y).name() != wanted for y in range(160))


def test_nan_has_a_bin_of_its_own_as_high_as_its_share() -> None:
    heights = [red_rows(share) for share in (0.0, 0.1, 0.5, 1.0)]
    assert heights[0] == 0
    assert heights == sorted(heights)
    assert heights[3] / heights[2] == pytest.approx(2, abs=0.2)


@pytest.mark.parametrize("log", [False, True])
def test_logarithms_lift_rare_values(log: bool) -> None:
    rare = np.array([1.0, 1000.0, 1.0])
    image = blank()
    painter = QPainter(image)
    shown = Histogram(rare, -1.0, 1.0)
    paint_pair(painter, QRectF(20, 20, 160, 120), shown, shown, colors.LIGHT, log=log)
    painter.end()
    top = next(y for y in range(20, 141) if image.pixelColor(47, y).name() != "#ff00ff")
    assert (top < 136) == log


def blank() -> QImage:
    """A ground of a colour that nothing has."""
    image = QImage(200, 160, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    return image


def ridges(marked: int | None) -> QImage:
    """Ten ridges, one of them marked."""
    image = blank()
    painter = QPainter(image)
    shown = [Histogram(BELL, -1.0, 1.0, step=i) for i in range(10)]
    paint_ridges(painter, QRectF(20, 20, 160, 120), shown, colors.LIGHT, marked=marked)
    painter.end()
    return image


def red_rows(share: float) -> int:
    """How high the bin for NaN is where it holds a share of all values."""
    image = blank()
    painter = QPainter(image)
    start = Histogram(BELL, -1.0, 1.0, nonfinite=1)
    now = Histogram(BELL * (1 - share), -1.0, 1.0, round(share * BELL.sum()))
    paint_pair(painter, QRectF(20, 20, 160, 120), start, now, colors.LIGHT)
    painter.end()
    red = colors.LIGHT.color("error")
    return sum(image.pixelColor(175, y) == red for y in range(160))
