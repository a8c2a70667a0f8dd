"""The pages of the training panel."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton

from nnbuilder.ui.plots.panel import PlotsPanel
from tests.ui.workbench import Workbench, find


def test_one_page_and_its_tools_are_shown_at_a_time(bench: Workbench) -> None:
    panel = PlotsPanel(bench.run, bench.selection, bench.document, bench.runs)
    page, tools = QLabel("all layers"), QLabel("their tools")
    panel.add_page("Layers", page, "What happens in each layer", tools)
    bench.show(panel, 900, 260)
    assert panel.page is panel.curves
    assert panel.curves.isVisible()
    assert not page.isVisible()
    assert not tools.isVisible()
    button = find(panel, QToolButton, "plots_page_layers")
    assert button.toolTip() == "What happens in each layer"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert page.isVisible()
    assert tools.isVisible()
    assert not panel.curves.isVisible()
    assert [title for title, _ in panel.pages] == ["Curves", "Optimizer", "Layers"]
    panel.show_page(panel.curves)
    assert panel.curves.isVisible()
    assert not button.isChecked()


def test_pages_are_chosen_by_keys(bench: Workbench) -> None:
    panel = PlotsPanel(bench.run, bench.selection, bench.document, bench.runs)
    page = QLabel("all layers")
    panel.add_page("Layers", page, "What happens in each layer")
    bench.show(panel, 900, 260)
    first = find(panel, QToolButton, "plots_page_curves")
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert panel.optimizer.isVisible()
    QTest.keyClick(find(panel, QToolButton, "plots_page_optimizer"), Qt.Key.Key_Right)
    assert page.isVisible()


def test_a_hidden_page_draws_nothing(bench: Workbench) -> None:
    panel = PlotsPanel(bench.run, bench.selection, bench.document, bench.runs)
    page = QLabel("all layers")
    panel.add_page("Layers", page, "What happens in each layer")
    bench.show(panel, 900, 260)
    panel.show_page(page)
    bench.start_run().progress([2.0, 1.0])
    bench.qtbot.wait(80)
    assert panel.curves.loss_plot.redraw.dirty
    panel.show_page(panel.curves)
    bench.qtbot.waitUntil(lambda: not panel.curves.loss_plot.redraw.dirty)
