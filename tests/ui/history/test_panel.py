"""The history: jumps by click and key, what is saved, what was taken back."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel

from nnbuilder.graph.edits import Rename, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.ui.history.model import SAVED_ROLE, WHEN_ROLE
from nnbuilder.ui.history.panel import HistoryPanel
from tests.ui.workbench import Workbench, find

N2 = NodeId("n2")


@pytest.fixture
def panel(bench: Workbench) -> HistoryPanel:
    """The history after three edits."""
    panel = bench.show(HistoryPanel(bench.document), 300, 240)
    QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Warning, panel)
    for name in ("one", "two", "three"):
        bench.document.apply(Rename(N2, name))
    bench.settle()
    return panel


def texts(panel: HistoryPanel) -> list[str]:
    """The steps from top to bottom."""
    return [str(panel.model.index(row).data()) for row in range(panel.model.rowCount())]


def times(panel: HistoryPanel) -> list[str]:
    """Which steps hold."""
    return [str(panel.model.index(row).data(WHEN_ROLE)) for row in range(panel.model.rowCount())]


def saved(panel: HistoryPanel) -> list[int]:
    """The rows that are marked as saved."""
    return [row for row in range(panel.model.rowCount()) if panel.model.index(row).data(SAVED_ROLE)]


def click(panel: HistoryPanel, row: int) -> None:
    """Clicks a row."""
    spot = panel.list.visualRect(panel.model.index(row)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def name(bench: Workbench) -> str:
    """The name that n2 has now."""
    return bench.document.project.graph.nodes[N2].name


def test_steps_are_listed_by_name(panel: HistoryPanel) -> None:
    assert texts(panel) == ["Start", "Rename to one", "Rename to two", "Rename to three"]
    assert times(panel) == ["past", "past", "past", "now"]
    assert panel.list.currentIndex().row() == 3


def test_a_click_jumps_back_and_forth(bench: Workbench, panel: HistoryPanel) -> None:
    click(panel, 1)
    assert name(bench) == "one"
    assert times(panel) == ["past", "now", "future", "future"]
    click(panel, 0)
    assert name(bench) == ""
    click(panel, 3)
    assert name(bench) == "three"


def test_keys_walk_and_enter_jumps(bench: Workbench, panel: HistoryPanel) -> None:
    panel.list.setFocus()
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    QTest.keyClick(panel.list, Qt.Key.Key_Up)
    assert name(bench) == "three"
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    assert name(bench) == "one"
    QTest.keyClick(panel.list, Qt.Key.Key_End)
    QTest.keyClick(panel.list, Qt.Key.Key_Space)
    assert name(bench) == "three"
    assert panel.list.hasFocus()


def test_a_new_edit_drops_what_was_taken_back(bench: Workbench, panel: HistoryPanel) -> None:
    click(panel, 1)
    bench.document.apply(Rename(N2, "other"))
    assert texts(panel) == ["Start", "Rename to one", "Rename to other"]


def test_merged_steps_show_their_newest_text(bench: Workbench, panel: HistoryPanel) -> None:
    for value in (5, 6, 7):
        bench.document.apply(SetArg(N2, "out_features", value))
    assert texts(panel)[-1] == "Set out_features to 7"
    assert len(texts(panel)) == 5


def test_what_is_saved_is_marked(bench: Workbench, panel: HistoryPanel, tmp_path: Path) -> None:
    assert saved(panel) == []
    click(panel, 2)
    bench.document.save(tmp_path / "iris.nnb")
    bench.settle()
    assert saved(panel) == [2]
    assert texts(panel)[0] == "Open iris.nnb"
    bench.document.apply(Rename(N2, "four"))
    assert saved(panel) == [2]
    heard = [
        panel.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
        for row in range(panel.model.rowCount())
    ]
    assert heard[2:] == ["Rename to two, saved", "Rename to four, where the drawing stands"]
    click(panel, 2)
    assert panel.model.index(3).data(Qt.ItemDataRole.AccessibleTextRole) == "Rename to four, taken back"


def test_another_project_begins_anew(bench: Workbench, panel: HistoryPanel) -> None:
    bench.document.new(Project())
    bench.settle()
    assert texts(panel) == ["Start"]
    assert find(panel, QLabel, "history_empty").isVisible()
    assert not panel.list.isVisible()


def test_while_hidden_it_waits_and_then_follows(bench: Workbench, panel: HistoryPanel) -> None:
    panel.hide()
    bench.document.apply(Rename(N2, "four"))
    assert len(texts(panel)) == 4
    panel.show()
    assert texts(panel)[-1] == "Rename to four"


def test_the_saved_and_the_current_step_are_painted(
    bench: Workbench, panel: HistoryPanel, tmp_path: Path
) -> None:
    before = panel.grab().toImage()
    bench.document.save(tmp_path / "iris.nnb")
    bench.settle()
    with_saved = panel.grab().toImage()
    assert with_saved != before
    click(panel, 1)
    assert panel.grab().toImage() != with_saved
