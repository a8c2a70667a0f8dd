"""Which columns of a table the network gets, chosen by mouse and by keyboard."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.project.project import Project
from nnbuilder.ui.data.columns import ColumnChoice, ColumnModel
from nnbuilder.ui.data.panel import DataPanel
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Open, Workbench

LEFT = Qt.MouseButton.LeftButton
CHECK = Qt.ItemDataRole.CheckStateRole
Show = Callable[..., tuple[Workbench, DataPanel]]


@pytest.fixture
def show(open_bench: Open, tmp_path: Path) -> Show:
    """Shows the panel on a table of three features and a class, of which these are left out."""
    (tmp_path / "people.csv").write_text("age,height,town,kind\n1,2,Rom,x\n3,4,Ulm,y\n")

    def make(*left_out: str, target: str = "kind") -> tuple[Workbench, DataPanel]:
        source = CsvData("people.csv", target, left_out=left_out)
        bench = open_bench(Project(graph=chain(), data=DataSpec(source)))
        bench.document.save(tmp_path / "p.nnb")
        return bench, bench.show(DataPanel(bench.document, bench.analysis), 300, 900)

    return make


def columns(panel: DataPanel) -> ColumnChoice:
    """The list of columns."""
    return panel.settings.table.columns


def ticks(panel: DataPanel) -> dict[str, bool]:
    """By text of a row, whether it is ticked."""
    model = columns(panel).model
    rows = [model.index(row) for row in range(model.rowCount())]
    return {str(row.data()): row.data(CHECK) == Qt.CheckState.Checked for row in rows}


def left_out(bench: Workbench) -> tuple[str, ...]:
    """What the document leaves out."""
    source = bench.document.project.data.source
    assert isinstance(source, CsvData)
    return source.left_out


def click_box(panel: DataPanel, row: int) -> None:
    """Clicks the box of a row."""
    view = columns(panel).list
    place = view.visualRect(view.model().index(row, 0))
    QTest.mouseClick(
        view.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, QPoint(place.left() + 9, place.center().y())
    )


def test_all_but_the_target_are_listed(show: Show) -> None:
    _, panel = show()
    assert ticks(panel) == {"age": True, "height": True, "town": True}
    assert columns(panel).heading.text() == "Columns: 3 of 3 used"
    assert columns(panel).all.isHidden()
    tip = columns(panel).model.index(0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "The network gets age: untick it to leave it out"


def test_a_click_leaves_a_column_out_and_undo_takes_it_again(show: Show) -> None:
    bench, panel = show()
    click_box(panel, 1)
    bench.settle()
    assert left_out(bench) == ("height",)
    assert ticks(panel) == {"age": True, "height": False, "town": True}
    assert columns(panel).heading.text() == "Columns: 2 of 3 used"
    assert bench.document.undo_stack.undoText() == "Change left-out columns"
    bench.document.undo_stack.undo()
    assert left_out(bench) == ()
    assert all(ticks(panel).values())


def test_arrows_and_space_do_the_same(show: Show) -> None:
    bench, panel = show("town")
    view = columns(panel).list
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Up)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert left_out(bench) == ("age", "town")  # as they stand in the table
    assert view.currentIndex().row() == 0
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert left_out(bench) == ("town",)


def test_all_can_be_taken_again(show: Show) -> None:
    bench, panel = show("age", "town")
    QTest.mouseClick(columns(panel).all, LEFT)
    assert left_out(bench) == ()
    assert columns(panel).all.isHidden()
    assert columns(panel).list.hasFocus()


def test_a_column_to_predict_is_left_out_no_more(show: Show) -> None:
    bench, panel = show("age", "town")
    target = panel.settings.table.target
    target.setFocus()
    QTest.keyClick(target, Qt.Key.Key_Home)
    assert bench.document.project.data.source == CsvData("people.csv", "age", left_out=("town",))
    assert ticks(panel) == {"height": True, "town": False, "kind": True}


def test_a_column_that_is_gone_can_be_forgotten(show: Show) -> None:
    bench, panel = show("weight")
    assert ticks(panel)["weight  (not in the table)"] is False
    assert columns(panel).heading.text() == "Columns: 3 of 3 used"
    click_box(panel, 3)
    assert left_out(bench) == ()
    assert list(ticks(panel)) == ["age", "height", "town"]


def test_another_file_keeps_only_what_it_has(show: Show, tmp_path: Path) -> None:
    bench, panel = show("age", "town")
    (tmp_path / "other.csv").write_text("age,size,kind\n1,2,x\n3,4,y\n")
    panel.settings.table.chooser = lambda _parent: tmp_path / "other.csv"
    panel.settings.table.choose()
    assert bench.document.project.data.source == CsvData("other.csv", "kind", left_out=("age",))


def test_columns_without_numbers_are_marked(show: Show) -> None:
    _, panel = show("age")
    columns(panel).show_unused(("town", "age"))
    assert list(ticks(panel)) == ["age", "height", "town  (no numbers)"]
    assert columns(panel).heading.text() == "Columns: 1 of 3 used"


def test_other_data_have_no_list(bench: Workbench) -> None:
    panel = bench.show(DataPanel(bench.document, bench.analysis), 300, 700)
    assert not columns(panel).isVisible()


@pytest.mark.usefixtures("qtbot")
def test_the_model_is_one_that_qt_accepts() -> None:
    model = ColumnModel()
    tester = QAbstractItemModelTester(model)
    names = tuple(f"c{number}" for number in range(10_000))
    model.follow(names, frozenset(names), frozenset(names[:3]))
    model.follow(names, frozenset(names), frozenset())
    model.show_textual(frozenset(names[5:]))
    assert model.used == 5
    assert tester.model() is model


def test_a_long_list_is_only_so_high(show: Show) -> None:
    _, panel = show()
    choice = columns(panel)
    low = choice.list.height()
    names = tuple(f"column {number}" for number in range(500))
    choice.show_columns(names, "", ())
    panel.layout()
    assert low < choice.list.sizeHint().height() < 3 * low
    assert choice.list.indexAt(QPoint(5, 5)).row() == 0
