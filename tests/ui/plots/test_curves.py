"""The curves of a run."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnbuilder.ui.common import colors
from nnbuilder.ui.plots.curve_plot import CurvePlot
from nnbuilder.ui.plots.curves import CurvesPage
from nnbuilder.ui.plots.run_curves import RunCurves
from nnbuilder.ui.plots.settings import CurveSettings
from tests.ui.workbench import Workbench


@pytest.fixture
def panel(bench: Workbench) -> CurvesPage:
    """The plots before the first run."""
    settings = CurveSettings(bench.runs, lambda: bench.run.folder, bench.document)
    curves = RunCurves(bench.run, settings, bench.document)
    return bench.show(CurvesPage(curves, bench.run, bench.selection), 1000, 260)


def drawn(bench: Workbench, plot: CurvePlot) -> None:
    """Waits until a plot shows what is there."""
    bench.qtbot.waitUntil(lambda: not plot.redraw.dirty)


def span(plot: CurvePlot, place: int) -> tuple[float, float]:
    """Least and most of a drawn curve."""
    _, y = plot.area.drawn(place)
    return float(np.nanmin(y)), float(np.nanmax(y))


def test_empty_plots_say_what_to_do(panel: CurvesPage) -> None:
    assert panel.loss_plot.empty.isVisible()
    assert panel.loss_plot.empty.text() == "Press Train to see the loss fall."
    assert not panel.loss_plot.area.isVisible()
    assert panel.weights_plot.empty.text() == "Press Train to see the weights move."


@pytest.mark.parametrize("steps", [1, 30, 50_000])
def test_everything_is_in_view(bench: Workbench, panel: CurvesPage, steps: int) -> None:
    channel = bench.start_run()
    losses = np.random.default_rng(1).exponential(size=steps)
    losses[steps // 2] = 77.0
    channel.progress(losses.tolist(), epoch=1)
    drawn(bench, panel.loss_plot)
    assert span(panel.loss_plot, 0) == pytest.approx((losses.min(), losses.max()))
    low, high = panel.loss_plot.area.span
    assert low <= 0 <= steps - 1 <= high
    low, high = panel.loss_plot.area.heights
    assert low <= losses.min() <= losses.max() <= high
    x, _ = panel.loss_plot.area.drawn(0)
    assert len(x) <= 2 * 16 * panel.loss_plot.area.width()


def test_train_is_the_mean_of_an_epoch_and_validation_stands_at_its_end(
    bench: Workbench, panel: CurvesPage
) -> None:
    channel = bench.start_run(steps_per_epoch=4)
    channel.progress([4.0, 2.0, 2.0, 0.0], [0.1, 0.2, 0.3, 0.4])
    channel.end_epoch(0, validation_loss=0.5)
    for plot in (panel.loss_plot, panel.metric_plot):
        drawn(bench, plot)
    assert panel.loss_plot.legend("train") == "train 2.000"
    assert panel.loss_plot.legend("validation") == "validation 0.500"
    assert "train 0.250" in panel.metric_plot.accessibleDescription()
    x, y = panel.loss_plot.area.drawn(2)
    assert (x.tolist(), y.tolist()) == ([4.0], [0.5])


def test_the_metric_is_named_by_the_run(bench: Workbench, panel: CurvesPage) -> None:
    assert panel.metric_plot.accessibleName() == "Accuracy plot"
    bench.run.start()
    bench.engine.run.start(metric="r2")
    assert panel.metric_plot.accessibleName() == "R² plot"


def test_nan_is_a_gap_and_nothing_breaks(bench: Workbench, panel: CurvesPage) -> None:
    channel = bench.start_run()
    channel.progress([1.0, float("nan"), float("inf"), 3.0])
    drawn(bench, panel.loss_plot)
    assert span(panel.loss_plot, 0) == (1.0, 3.0)
    channel.progress([float("nan")] * 4)
    drawn(bench, panel.loss_plot)
    assert np.isfinite(panel.loss_plot.area.heights).all()


def test_only_nan_leaves_an_empty_area(bench: Workbench, panel: CurvesPage) -> None:
    bench.start_run().progress([float("nan")] * 3)
    drawn(bench, panel.loss_plot)
    assert panel.loss_plot.legend("train") == "train –"
    assert panel.loss_plot.area.heights == pytest.approx((-0.06, 1.06))


def test_log_scale(bench: Workbench, panel: CurvesPage) -> None:
    bench.start_run().progress([100.0, 0.0, -1.0, 0.01])
    drawn(bench, panel.loss_plot)
    QTest.mouseClick(panel.loss_plot.log, Qt.MouseButton.LeftButton)
    assert span(panel.loss_plot, 0) == pytest.approx((-2.0, 2.0), abs=1e-6)
    panel.loss_plot.setFocus()
    QTest.keyClick(panel.loss_plot, Qt.Key.Key_L)
    assert span(panel.loss_plot, 0) == (-1.0, 100.0)
    assert not panel.metric_plot.log.isVisible()


def test_zoomed_it_stays_until_home(bench: Workbench, panel: CurvesPage) -> None:
    plot = panel.loss_plot
    channel = bench.start_run()
    channel.progress([1.0] * 50 + [9.0] * 50)
    drawn(bench, plot)
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    QTest.keyClick(plot, Qt.Key.Key_PageUp)
    drawn(bench, plot)
    view = plot.area.span
    assert view[1] - view[0] < 99
    assert not plot.auto.isChecked()
    channel.progress([5.0] * 50)
    drawn(bench, plot)
    assert plot.area.span == view
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.area.span[1] == 150
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    drawn(bench, plot)
    assert plot.area.span[1] > 150


def test_another_run_is_seen_from_its_start(bench: Workbench, panel: CurvesPage) -> None:
    plot = panel.loss_plot
    channel = bench.start_run()
    channel.progress([1.0] * 100)
    drawn(bench, plot)
    plot.area.zoom(0.5)
    assert plot.auto.isVisible()
    channel.end()
    bench.start_run().progress([1.0] * 10)
    drawn(bench, plot)
    assert plot.area.span == (0.0, 10.0)
    assert not plot.auto.isVisible()


def test_the_crosshair_reads_values(bench: Workbench, panel: CurvesPage) -> None:
    plot = panel.loss_plot
    bench.start_run(steps_per_epoch=1).progress([float(step) for step in range(1, 101)])
    drawn(bench, plot)
    area = plot.area
    QTest.mouseMove(area, QPoint(area.width() - 40, area.height() // 2))
    bench.qtbot.waitUntil(lambda: plot.readout.text() != "")
    step = int(plot.readout.text().removeprefix("step "))
    assert plot.legend("train") == f"train {step:.3f}"
    plot.setFocus()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.readout.text() == f"step {step - 1}"
    panel.metric_plot.setFocus()
    assert plot.readout.text() == ""
    assert plot.legend("train") == "train 100.000"


def test_hidden_nothing_is_drawn(bench: Workbench, panel: CurvesPage) -> None:
    channel = bench.start_run()
    channel.progress([1.0])
    drawn(bench, panel.loss_plot)
    panel.hide()
    channel.progress([2.0] * 9)
    bench.qtbot.wait(100)
    assert len(panel.loss_plot.area.drawn(0)[0]) == 1
    panel.show()
    bench.qtbot.waitUntil(lambda: len(panel.loss_plot.area.drawn(0)[0]) == 10)


def test_a_rewind_and_a_new_run_start_over(bench: Workbench, panel: CurvesPage) -> None:
    channel = bench.start_run()
    channel.progress([5.0] * 8)
    channel.end_epoch(0)
    drawn(bench, panel.loss_plot)
    channel.state("rewound")
    channel.progress([1.0, 2.0])
    drawn(bench, panel.loss_plot)
    assert span(panel.loss_plot, 1) == (1.0, 1.5)
    assert panel.loss_plot.legend("validation") == ""
    channel.end()
    bench.run.start()
    bench.qtbot.waitUntil(panel.loss_plot.empty.isVisible)
    bench.engine.run.start()
    bench.engine.run.progress([3.0])
    drawn(bench, panel.loss_plot)
    assert span(panel.loss_plot, 0) == (3.0, 3.0)


def test_colours_follow_the_theme(bench: Workbench, panel: CurvesPage) -> None:
    bench.start_run().progress([1.0, 2.0, 1.0])
    drawn(bench, panel.loss_plot)
    before = colors.current()
    try:
        for palette in (colors.DARK, colors.LIGHT):
            colors.use(palette)
            bench.settle()
            image = panel.loss_plot.grab().toImage()
            corner = image.pixelColor(image.width() - 6, image.height() - 6)
            assert corner == palette.color("canvas")
    finally:
        colors.use(before)


def test_narrow_and_tall_stands_below_each_other(bench: Workbench, panel: CurvesPage) -> None:
    assert panel.metric_plot.x() > panel.loss_plot.x()
    panel.resize(400, 800)
    bench.settle()
    assert panel.metric_plot.y() > panel.loss_plot.y()
