"""The report by mouse and keyboard: selecting, sorting, hiding, copying, saving."""

import csv
import io
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSettings, Qt
from PySide6.QtGui import QAction, QGuiApplication, QTextDocument
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QFileDialog, QMenu, QStyleOptionViewItem, QToolButton, QWidget

from nnbuilder.graph.edits import RemoveNodes, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.columns import COLUMNS
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.graph.report.rows import report_of
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import MeasureOptimizer, OptimizerMeasured
from nnbuilder.ui.common import colors
from nnbuilder.ui.report.delegate import short_name
from nnbuilder.ui.report.panel import ReportPanel
from nnbuilder.ui.report.table import HIDDEN
from tests.graph.report.networks import chain as answer
from tests.graph.report.networks import group, layer
from tests.ui.canvas.drawings import chain, ids
from tests.ui.workbench import Open, Workbench, find

KEYS = [column.key for column in COLUMNS]
N2, N3, N4 = ids(2, 3, 4)


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings in a file of their own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def panel(bench: Workbench, settings: QSettings) -> ReportPanel:
    """The report on Linear, ReLU, Linear: n2 to n4."""
    shown = bench.show(ReportPanel(bench.document, bench.analysis, bench.selection, settings), 900, 300)
    shown.table.setFocus()
    return shown


def cell(panel: ReportPanel, node: NodeId, key: str) -> str:
    """The text of a cell."""
    return str(panel.model.index_of(node).siblingAtColumn(KEYS.index(key)).data())


def names(panel: ReportPanel) -> list[str]:
    """The rows in the order shown."""
    return [str(row.id) for row in panel.model.rows]


def click(bench: Workbench, panel: ReportPanel, node: NodeId, key: str = "name") -> None:
    """Clicks a cell."""
    index = panel.model.index_of(node).siblingAtColumn(KEYS.index(key))
    spot = panel.table.visualRect(index).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    bench.settle()


def click_header(bench: Workbench, panel: ReportPanel, key: str) -> None:
    """Clicks a header."""
    header, place = panel.table.header(), KEYS.index(key)
    spot = QPoint(
        header.sectionViewportPosition(place) + header.sectionSize(place) // 2, header.height() // 2
    )
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    bench.settle()


def entries(panel: ReportPanel, name: str) -> dict[str, QAction]:
    """The entries of a button's menu, by name."""
    menu = find(panel, QToolButton, name).menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return {entry.objectName(): entry for entry in menu.actions() if not entry.isSeparator()}


def test_it_shows_what_torch_said(panel: ReportPanel) -> None:
    assert names(panel) == ["n2", "n3", "n4"]
    assert cell(panel, N2, "parameters") == "80"
    assert cell(panel, N2, "output") == "(N, features=16)"
    assert panel.totals.facts[0] == ("131", "parameters")


def test_it_follows_every_edit(bench: Workbench, panel: ReportPanel) -> None:
    bench.document.apply(SetArg(N2, "out_features", 32))
    bench.settle()
    assert cell(panel, N2, "parameters") == "160"
    bench.document.apply(RemoveNodes((N3,)))
    bench.settle()
    assert "n3" not in names(panel)


def test_a_click_selects_the_node(bench: Workbench, panel: ReportPanel) -> None:
    click(bench, panel, N3, "parameters")
    assert bench.selection.nodes == (N3,)


def test_it_follows_the_selection(bench: Workbench, panel: ReportPanel) -> None:
    bench.select("n4")
    assert panel.table.nodes == (N4,)
    bench.select("n1", "n2")
    assert panel.table.nodes == (N2,)
    assert bench.selection.nodes == ids(1, 2)


def test_arrows_walk_and_enter_asks_for_the_arguments(bench: Workbench, panel: ReportPanel) -> None:
    asked = QSignalSpy(panel.inspect_requested)
    click(bench, panel, N2)
    QTest.keyClick(panel.table, Qt.Key.Key_Down)
    assert bench.selection.nodes == (N3,)
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert asked.count() == 1


def test_a_selection_survives_sorting(bench: Workbench, panel: ReportPanel) -> None:
    click(bench, panel, N4)
    click_header(bench, panel, "parameters")
    assert (panel.table.nodes, bench.selection.nodes) == ((N4,), (N4,))


def test_headers_sort_and_the_name_goes_back_to_the_chain(bench: Workbench, panel: ReportPanel) -> None:
    click_header(bench, panel, "parameters")
    assert names(panel) == ["n3", "n4", "n2"]
    click_header(bench, panel, "parameters")
    assert names(panel) == ["n2", "n4", "n3"]
    entries(panel, "report_columns")["report_chain"].trigger()
    assert names(panel) == ["n2", "n3", "n4"]


def test_columns_are_hidden_and_come_back(panel: ReportPanel) -> None:
    shown = [column.key for column in panel.table.columns]
    assert set(shown) == set(KEYS) - set(HIDDEN)
    menu = entries(panel, "report_columns")
    assert "report_column_name" not in menu
    menu["report_column_flops"].trigger()
    menu["report_column_formula"].trigger()
    now = [column.key for column in panel.table.columns]
    assert ("flops" in now, "formula" in now) == (False, True)
    entries(panel, "report_columns")["report_reset"].trigger()
    assert [column.key for column in panel.table.columns] == shown


def test_the_menu_of_the_header_is_the_same(bench: Workbench, panel: ReportPanel) -> None:
    panel.table.header().customContextMenuRequested.emit(QPoint(5, 5))
    [menu] = [menu for menu in panel.table.findChildren(QMenu) if menu.objectName() == "report_columns_menu"]
    assert {entry.objectName() for entry in menu.actions() if not entry.isSeparator()} == set(
        entries(panel, "report_columns")
    )
    menu.close()
    bench.settle()


def test_columns_stay_for_the_next_time(bench: Workbench, panel: ReportPanel, settings: QSettings) -> None:
    panel.table.show_column("flops", False)
    panel.table.header().moveSection(panel.table.header().visualIndex(KEYS.index("memory")), 1)
    other = ReportPanel(bench.document, bench.analysis, bench.selection, settings)
    assert [column.key for column in other.table.columns] == [column.key for column in panel.table.columns]
    other.deleteLater()
    settings.setValue("report/columns", "nonsense")
    third = ReportPanel(bench.document, bench.analysis, bench.selection, settings)
    assert set(HIDDEN).isdisjoint(column.key for column in third.table.columns)
    third.deleteLater()
    bench.settle()


@pytest.mark.parametrize(
    ("form", "start"), [("text", "Name"), ("markdown", "| Name |"), ("csv", "name,layer")]
)
def test_copies(panel: ReportPanel, form: str, start: str) -> None:
    said = QSignalSpy(panel.said)
    entries(panel, "report_export")[f"report_copy_{form}"].trigger()
    text = QGuiApplication.clipboard().text()
    assert text.startswith(start)
    assert "Linear" in text
    assert said.count() == 1


def test_a_copy_is_what_is_shown(bench: Workbench, panel: ReportPanel) -> None:
    panel.table.show_column("layer", False)
    click_header(bench, panel, "parameters")
    rows = list(csv.DictReader(io.StringIO(panel.text("csv"))))
    assert "layer" not in rows[0]
    assert [row["parameters"] for row in rows] == ["0", "51", "80"]


def test_control_c_copies_the_table(panel: ReportPanel) -> None:
    QTest.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("Name")


@pytest.mark.parametrize(
    ("name", "start"), [("a.md", "| Name"), ("a.csv", "name"), ("a.txt", "Name"), ("a", "Name")]
)
def test_saved_files_have_the_form_of_their_name(
    bench: Workbench, panel: ReportPanel, tmp_path: Path, name: str, start: str
) -> None:
    said = QSignalSpy(panel.said)
    entries(panel, "report_export")["report_save"].trigger()
    [dialog] = panel.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / name))
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert said.at(0) == [f"Saved {name}."]
    dialog.close()
    bench.settle()


def test_a_file_that_cannot_be_written_is_said(panel: ReportPanel, tmp_path: Path) -> None:
    said = QSignalSpy(panel.said)
    panel.write(tmp_path / "missing" / "a.md")
    assert "was not saved" in said.at(0)[0]


def test_a_page_to_print(panel: ReportPanel) -> None:
    asked = QSignalSpy(panel.print_requested)
    entries(panel, "report_export")["report_print"].trigger()
    title, page = asked.at(0)
    assert title.endswith("analysis report")
    assert isinstance(page, QTextDocument)
    text = page.toPlainText()
    assert all(word in text for word in (title, "Receptive field", "Linear", "131 parameters"))


def test_the_optimizers_word_changes_the_totals(bench: Workbench, panel: ReportPanel) -> None:
    asked = next(request for request in bench.engine.sent if isinstance(request, MeasureOptimizer))
    before = panel.totals.accessibleDescription()
    bench.engine.received.emit(OptimizerMeasured(asked.request_id, OptimizerState(8, 4)), ())
    assert bench.analysis.report.totals.state
    assert panel.totals.accessibleDescription() == before  # nothing was measured that it could add to


def test_an_empty_drawing_says_what_will_be_here(open_bench: Open) -> None:
    bench = open_bench(Project())
    panel = bench.show(ReportPanel(bench.document, bench.analysis, bench.selection), 700, 300)
    assert find(panel, QWidget, "report_empty").isVisible()
    assert not panel.table.isVisible()


def test_a_panel_that_is_hidden_waits(bench: Workbench, panel: ReportPanel) -> None:
    panel.hide()
    bench.document.apply(SetArg(N2, "out_features", 32))
    bench.settle()
    assert cell(panel, N2, "parameters") == "80"
    panel.show()
    bench.settle()
    assert cell(panel, N2, "parameters") == "160"


def test_behind_a_failure_there_are_question_marks(bench: Workbench, panel: ReportPanel) -> None:
    bench.document.apply(SetArg(N4, "in_features", 9))
    bench.settle()
    assert (cell(panel, N4, "output"), cell(panel, N4, "flops")) == ("?", "?")
    assert panel.totals.facts[0][0].startswith("≥ ")


def test_everything_is_painted_in_both_looks(bench: Workbench, panel: ReportPanel) -> None:
    shown = [column.key for column in panel.table.columns]
    pictures = []
    for look in (colors.LIGHT, colors.DARK):
        colors.use(look)
        bench.settle()
        picture = panel.table.viewport().grab().toImage()
        pictures.append(picture)
        seen = {picture.pixelColor(x, y).name() for x in range(0, picture.width(), 2) for y in range(60)}
        assert len(seen) > 8
    assert pictures[0] != pictures[1]
    assert len(shown) == len(KEYS) - len(HIDDEN)
    colors.use(colors.LIGHT)


def test_a_folded_group_stays_folded(open_bench: Open) -> None:
    bench = open_bench(Project(graph=chain()))
    panel = bench.show(ReportPanel(bench.document, bench.analysis, bench.selection), 700, 300)
    inner = [layer(key, "ReLU", (None, 4), (None, 4), flops=1) for key in "ab"]
    panel.model.show_rows(report_of(answer(group("g", *inner))).rows)
    index = panel.model.index_of(NodeId("g"))
    assert panel.table.isExpanded(index)
    panel.table.collapse(index)
    panel.model.show_rows(report_of(answer(group("g", *inner[:1]), inner[1])).rows)
    assert not panel.table.isExpanded(panel.model.index_of(NodeId("g")))


def test_names_have_room_and_stand_without_their_groups(panel: ReportPanel) -> None:
    before = panel.table.columnWidth(0)
    inner = layer("a_group_with_a_name.the_first_layer", "ReLU", (None, 4), (None, 4), flops=1)
    panel.model.show_rows(report_of(answer(group("a_group_with_a_name", inner))).rows)
    assert panel.table.columnWidth(0) > before
    index = panel.model.index_of(inner.id)
    assert short_name(panel.model.rows[1]) == "the_first_layer"
    assert panel.table.itemDelegate().sizeHint(
        QStyleOptionViewItem(), index
    ).width() < panel.table.columnWidth(0)
    panel.table.setColumnWidth(0, 60)
    panel.model.show_rows(report_of(answer(inner)).rows)
    assert panel.table.columnWidth(0) == 60
