"""Choosing a CSV file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QWidget

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.project.project import Project
from nnbuilder.ui.data.file_choice import relative
from nnbuilder.ui.data.panel import DataPanel
from nnbuilder.ui.data.table_choice import TableChoice, ask_for_table
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Open, Workbench, find

LEFT = Qt.MouseButton.LeftButton
Show = Callable[..., tuple[Workbench, DataPanel]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project's folder with two tables, and one outside it."""
    inner = tmp_path / "project"
    (inner / "data").mkdir(parents=True)
    (inner / "data" / "people.csv").write_text("age,height,name\n1,2,x\n3,4,y\n")
    (inner / "numbers.csv").write_text("a;b\n1;2\n3;4\n")
    (tmp_path / "outside.csv").write_text("u,v\n1,2\n3,4\n")
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04rest")
    return inner


@pytest.fixture
def show(open_bench: Open, folder: Path) -> Show:
    """Shows the panel on a project in that folder; the file dialog answers with a path."""

    def make(answer: Path | None, source: CsvData | None = None) -> tuple[Workbench, DataPanel]:
        data = DataSpec() if source is None else DataSpec(source)
        bench = open_bench(Project(graph=chain(), data=data))
        bench.document.save(folder / "p.nnb")
        panel = DataPanel(bench.document, bench.analysis)
        panel.settings.table.chooser = lambda _parent: answer
        return bench, bench.show(panel, 300, 700)

    return make


def pick_csv(panel: DataPanel) -> None:
    """Chooses "CSV file…" in the list of sources."""
    panel.settings.source.setFocus()
    QTest.keyClick(panel.settings.source, Qt.Key.Key_End)


def test_a_file_inside_is_named_relatively_with_its_last_column(folder: Path, show: Show) -> None:
    bench, panel = show(folder / "data" / "people.csv")
    pick_csv(panel)
    assert bench.document.project.data.source == CsvData("data/people.csv", "name")
    assert bench.undo_steps == 1
    table = panel.settings.table
    assert [table.target.itemText(row) for row in range(table.target.count())] == ["age", "height", "name"]
    assert not table.fault.isVisible()


def test_other_choices_of_a_table(show: Show) -> None:
    bench, panel = show(None, CsvData("data/people.csv", "name"))
    table = panel.settings.table
    for box, key in (
        (table.target, Qt.Key.Key_Home),
        (table.task, Qt.Key.Key_End),
        (table.missing, Qt.Key.Key_End),
    ):
        box.setFocus()
        QTest.keyClick(box, key)
    assert bench.document.project.data.source == CsvData("data/people.csv", "age", "regression", "mean")
    assert bench.undo_steps == 3


def test_nothing_chosen_changes_nothing(show: Show) -> None:
    bench, panel = show(None)
    pick_csv(panel)
    assert bench.undo_steps == 0
    assert panel.settings.source.currentText() == "Iris"


def test_what_is_no_table_is_told(folder: Path, show: Show) -> None:
    bench, panel = show(folder.parent / "book.xlsx")
    pick_csv(panel)
    assert bench.undo_steps == 0
    assert panel.settings.refusal.isVisible()
    assert "Excel workbook" in panel.settings.refusal.text


def test_a_file_that_is_gone_is_told(show: Show) -> None:
    _, panel = show(None, CsvData("gone.csv", "y"))
    assert "There is no file" in panel.settings.table.fault.text
    assert panel.settings.table.target.currentText() == "y"


def test_a_file_outside_can_be_copied_beside_the_project(folder: Path, show: Show) -> None:
    (folder / "outside.csv").write_text("this name is taken")
    bench, panel = show(folder.parent / "outside.csv")
    pick_csv(panel)
    table = panel.settings.table
    assert bench.document.project.data.source == CsvData((folder.parent / "outside.csv").as_posix(), "v")
    assert table.outside.isVisible()
    QTest.mouseClick(table.outside.button, LEFT)
    assert bench.document.project.data.source == CsvData("outside-2.csv", "v")
    assert (folder / "outside-2.csv").read_text() == (folder.parent / "outside.csv").read_text()
    assert (folder / "outside.csv").read_text() == "this name is taken"
    assert not table.outside.isVisible()


def test_a_file_left_behind_by_save_as_can_be_copied(folder: Path, show: Show) -> None:
    bench, panel = show(None, CsvData("data/people.csv", "age"))
    asked: list[None] = []
    bench.document.resettled.connect(lambda: asked.append(None))
    elsewhere = folder.parent / "elsewhere"
    elsewhere.mkdir()
    bench.document.save(elsewhere / "p.nnb")
    bench.settle()
    table = panel.settings.table
    assert table.outside.text.startswith(f"data/people.csv stays in {folder}: copy it")
    assert asked == [None]
    QTest.mouseClick(table.outside.button, LEFT)
    bench.settle()
    assert (elsewhere / "data" / "people.csv").read_text() == (folder / "data" / "people.csv").read_text()
    assert table.outside.isHidden()
    assert table.target.findData("height") >= 0
    assert asked == [None, None]
    assert bench.document.clean


def test_saving_beside_it_leaves_nothing_behind(folder: Path, show: Show) -> None:
    bench, panel = show(None, CsvData("data/people.csv", "age"))
    bench.document.save(folder / "q.nnb")
    bench.settle()
    assert panel.settings.table.outside.isHidden()
    assert bench.document.left is None


def test_the_button_asks_again(folder: Path, show: Show) -> None:
    bench, panel = show(folder / "numbers.csv", CsvData("data/people.csv", "name"))
    QTest.mouseClick(find(panel, QPushButton, "csv_choose"), LEFT)
    assert bench.document.project.data.source == CsvData("numbers.csv", "b")
    assert find(panel, QLabel, "csv_path").text() == "numbers.csv"


@pytest.mark.usefixtures("qtbot")
def test_the_dialog_is_qt_s(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([("/x/y.csv", ""), ("", "")])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: next(answers))
    parent = QWidget()
    assert ask_for_table(parent) == Path("/x/y.csv")
    assert ask_for_table(parent) is None
    assert TableChoice().chooser is ask_for_table


def test_paths_are_relative_where_they_can_be(tmp_path: Path) -> None:
    assert relative(tmp_path / "a" / "b.csv", tmp_path) == "a/b.csv"
    assert relative(tmp_path / "b.csv", None) == (tmp_path / "b.csv").as_posix()
    assert relative(tmp_path / "b.csv", tmp_path / "a") == (tmp_path / "b.csv").as_posix()
