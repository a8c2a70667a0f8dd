"""What all curves share: unit, smoothing, runs laid over."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider, QToolButton

from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.run_loop import train_run
from nnbuilder.runs.label import Label, write_label
from nnbuilder.runs.metrics import READINGS_FILE, read_epochs, read_scores, read_steps
from nnbuilder.ui.plots.course import stored_course
from nnbuilder.ui.plots.curve_tools import smoothing_words
from nnbuilder.ui.plots.panel import PlotsPanel
from nnbuilder.ui.plots.settings import MOST, SMOOTHINGS
from tests.engine.samples import data_of, make_project
from tests.ui.workbench import Workbench, find


@pytest.fixture
def panel(bench: Workbench) -> PlotsPanel:
    """The plots before the first run, with two runs on disk."""
    project = make_project()
    for name in ("2026-01-01T00-00-00-aaaa", "2026-01-02T00-00-00-bbbb"):
        train_run(project, data_of(project), bench.runs() / name, lambda *_: None, Unattended())
    return bench.show(PlotsPanel(bench.run, bench.selection, bench.document, bench.runs), 1100, 300)


def menu_of(panel: PlotsPanel, name: str) -> dict[str, object]:
    """The entries of a menu as they would be seen now, by name: their texts and ticks."""
    menu = find(panel, QToolButton, name).menu()
    menu.aboutToShow.emit()
    return {entry.objectName(): (entry.text(), entry.isChecked()) for entry in menu.actions()}


def pick(panel: PlotsPanel, name: str, entry: str) -> None:
    """Chooses an entry of a menu."""
    menu = find(panel, QToolButton, name).menu()
    menu.aboutToShow.emit()
    next(action for action in menu.actions() if action.objectName() == entry).trigger()


def test_a_stored_run_is_drawn_as_it_went(bench: Workbench, panel: PlotsPanel) -> None:
    folder = min(bench.runs().iterdir())
    write_label(folder, Label(name="first try"))
    pick(panel, "curves_tools_overlay", f"overlay_{folder.name}")
    plot = panel.curves.loss_plot
    bench.qtbot.waitUntil(lambda: "first try" in plot.legend("first try"))
    losses, _ = read_steps(folder)
    epochs = read_epochs(folder)
    x, y = plot.area.drawn(0)
    assert x.tolist() == list(range(1, len(losses) + 1))
    np.testing.assert_allclose(y[4], losses[:5].mean(), rtol=1e-6)
    x, y = plot.area.drawn(1)
    np.testing.assert_allclose(y, np.array([row.validation_loss for row in epochs], np.float32))
    assert x.tolist() == [row.step for row in epochs]
    assert menu_of(panel, "curves_tools_overlay")[f"overlay_{folder.name}"] == ("first try", True)
    pick(panel, "curves_tools_overlay", f"overlay_{folder.name}")
    assert panel.settings.overlays == ()
    bench.qtbot.waitUntil(plot.empty.isVisible)


def test_scores_rates_and_times_of_a_stored_run(bench: Workbench, panel: PlotsPanel) -> None:
    folder = max(bench.runs().iterdir())
    panel.settings.lay_over(folder, "b")
    pick(panel, "metric_choice", "metric_macro_f1")
    plot = panel.curves.metric_plot
    assert plot.accessibleName() == "Macro F1 plot"
    bench.qtbot.waitUntil(lambda: plot.legend("b") != "")
    count = len(read_epochs(folder))
    np.testing.assert_allclose(plot.area.drawn(0)[1], read_scores(folder, 2, count)[:, 1], rtol=1e-6)
    pick(panel, "curves_tools_axis", "axis_seconds")
    panel.show_page(panel.optimizer)
    rate = panel.optimizer.rate_plot
    bench.qtbot.waitUntil(lambda: rate.legend("b") != "")
    x, y = rate.area.drawn(0)
    assert set(np.round(y, 6)) == {0.01}
    assert x[-1] == pytest.approx(read_epochs(folder)[-1].seconds, abs=0.1)
    assert len(panel.optimizer.norm_plot.area.drawn(0)[0]) == len(x)


@pytest.mark.usefixtures("panel")
def test_an_older_run_takes_its_time_from_its_epochs(bench: Workbench) -> None:
    folder = min(bench.runs().iterdir())
    (folder / READINGS_FILE).unlink()
    course = stored_course(folder, "old", "#123456")
    assert course.readings.seconds.tolist() == [row.seconds for row in read_epochs(folder)]
    assert np.isnan(course.readings.rates.values).all()


def test_the_run_of_the_window_is_not_laid_over_itself(bench: Workbench, panel: PlotsPanel) -> None:
    bench.run.start()
    own = bench.run.folder
    assert own is not None
    before = len(panel.settings.stored_runs())
    shutil.copytree(min(bench.runs().iterdir()), own)
    assert len(panel.settings.stored_runs()) == before
    (tmp := own.with_name("another")).symlink_to(own)
    assert next(folder for folder, _ in panel.settings.stored_runs()) == tmp


def test_no_more_runs_than_there_are_colours(bench: Workbench, panel: PlotsPanel, tmp_path: Path) -> None:
    folder = min(bench.runs().iterdir())
    heard: list[str] = []
    panel.settings.refused.connect(heard.append)
    for number in range(MOST + 1):
        link = tmp_path / f"run{number}"
        link.symlink_to(folder)
        panel.settings.lay_over(link, str(number))
    assert len({course.token for course in panel.settings.overlays}) == MOST
    assert len(heard) == 1
    panel.settings.take_away()
    panel.settings.lay_over(tmp_path / "gone", "gone")
    assert len(heard) == 2
    assert panel.settings.overlays == ()


def test_smoothing_by_the_slider(bench: Workbench, panel: PlotsPanel) -> None:
    bench.start_run(steps_per_epoch=4).progress([4.0, 2.0, 2.0, 0.0])
    plot, slider = panel.curves.loss_plot, find(panel, QSlider, "curves_tools_smoothing")
    bench.qtbot.waitUntil(lambda: plot.legend("train") == "train 2.000")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Left)
    bench.qtbot.waitUntil(lambda: plot.legend("train") == "train 1.000")
    QTest.keyClick(slider, Qt.Key.Key_Home)
    bench.qtbot.waitUntil(lambda: plot.legend("train") == "train 0.000")
    assert plot.area.drawn(0)[1].tolist() == [4.0, 2.0, 2.0, 0.0]
    assert slider.value() == 0


def test_an_axis_of_epochs(bench: Workbench, panel: PlotsPanel) -> None:
    channel = bench.start_run(steps_per_epoch=4)
    channel.progress([4.0, 2.0, 2.0, 0.0])
    channel.end_epoch(0)
    plot = panel.curves.loss_plot
    panel.settings.set_unit("epoch")
    bench.qtbot.waitUntil(lambda: not plot.redraw.dirty)
    assert plot.area.drawn(0)[0].tolist() == [0.25, 0.5, 0.75, 1.0]
    assert plot.area.drawn(2)[0].tolist() == [1.0]
    plot.point_at(0.5)
    assert plot.readout.text() == "epoch 0.50"
    assert panel.curves.metric_plot.readout.text() == "epoch 0.50"


def test_another_document_takes_the_runs_away(bench: Workbench, panel: PlotsPanel) -> None:
    panel.settings.lay_over(min(bench.runs().iterdir()), "a")
    bench.document.replace(bench.document.project)
    assert panel.settings.overlays == ()


def test_smoothing_in_words() -> None:
    words = [smoothing_words(epochs) for epochs in SMOOTHINGS]
    assert words[0] == "every step"
    assert words[SMOOTHINGS.index(1.0)] == "mean of 1 epoch"
    assert words[SMOOTHINGS.index(1 / 8)] == "mean of 1/8 epoch"
    assert len(set(words)) == len(words)
