"""The table of all parameters: what it says, how it is sorted, filtered, copied, and whom it follows."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.graph.edits import SetArg, SetFrozen
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.protocol.parameter_columns import COLUMNS
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.parameters import ParametersPanel
from tests.engine.samples import chain, data_of, make_project
from tests.fakes import FakeEngine
from tests.ui.parameters.desk import Bench
from tests.ui.workbench import show_active

SMALL = chain(("Linear", {"out_features": 5}), ("Tanh", {}), ("Linear", {"out_features": 2}))


class Table(Bench):
    """A panel on a small network on moons, seed 7."""

    def __init__(self, qtbot: QtBot, folder: Path, graph: Graph = SMALL) -> None:
        super().__init__(qtbot, Document(make_project(graph, seed=7)), folder)
        engine = FakeEngine(self.document)
        self.analysis = AnalysisFollower(self.document, engine, self.document)
        self.selection = Selection(self.document)
        self.panel = ParametersPanel(self.parameters, self.analysis, self.selection, QWidget())
        self.panel.resize(1000, 320)
        engine.start()
        show_active(qtbot, self.panel)
        self.settle()
        QTest.qWait(1)

    def column(self, title: str) -> list[str]:
        """What a column says, from top to bottom."""
        at = next(place for place, column in enumerate(COLUMNS) if column.title == title)
        model = self.panel.arranged
        return [str(model.index(row, at).data()) for row in range(model.rowCount())]

    def sort(self, title: str, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column."""
        at = next(place for place, column in enumerate(COLUMNS) if column.title == title)
        self.panel.table.sortByColumn(at, order)


@pytest.fixture
def table(qtbot: QtBot, tmp_path: Path) -> Iterator[Table]:
    """The panel with its first answer."""
    made = Table(qtbot, tmp_path)
    yield made
    made.parameters.close()


def by_hand() -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(2, 5), nn.Tanh(), nn.Linear(5, 2))


def shown_loss() -> float:
    """The loss of the first batch, as a script would have it."""
    part = data_of(make_project(SMALL, seed=7)).train
    x, y = (torch.from_numpy(one[:16]) for one in (part.x, part.y))
    return nn.functional.cross_entropy(by_hand()(x), y).item()


def test_it_says_what_torch_says(table: Table) -> None:
    own = list(by_hand().named_parameters())
    assert table.column("name") == [name for name, _ in own]
    assert table.column("shape") == ["(5, 2)", "(5,)", "(2, 5)", "(2,)"]
    assert table.column("numel") == [str(one.numel()) for _, one in own]
    assert table.column("std") == [f"{one.std():.3f}" for _, one in own]
    assert table.column("mean") == [f"{one.mean():.3f}" for _, one in own]
    assert set(table.column("requires_grad")) == {"True"}
    assert table.panel.total.text() == "15 + 12 = 27 parameters in 4 tensors"
    assert table.panel.state.text() == f"loss {shown_loss():.3f}, ‖grad‖ of 16 rows"


def test_the_counting_formula_follows_the_chosen_layer(table: Table) -> None:
    assert table.panel.formula.text() == "0 Linear: 5 × 2 + 5 = 15"
    table.panel.table.selectRow(2)
    assert table.panel.formula.text().startswith("2 Linear: (5 + 1) × 2 = 12")


def test_any_column_sorts_and_the_first_goes_back(table: Table) -> None:
    table.sort("numel", Qt.SortOrder.DescendingOrder)
    assert [int(text) for text in table.column("numel")] == [10, 10, 5, 2]
    table.sort("std")
    found = [float(text) for text in table.column("std")]
    assert found == sorted(found)
    table.sort("name")
    assert table.column("name") == ["0.weight", "0.bias", "2.weight", "2.bias"]


def test_words_filter_the_rows(table: Table) -> None:
    QTest.keyClicks(table.panel.filter, "bias")
    assert table.column("name") == ["0.bias", "2.bias"]
    table.panel.filter.setText("linear 5x2")
    assert table.column("name") == ["0.weight"]
    table.panel.filter.setText("no such thing")
    assert table.column("name") == []
    table.panel.filter.clear()
    assert len(table.column("name")) == 4


def test_frozen_layers_are_told(table: Table) -> None:
    table.document.apply(SetFrozen((NodeId("n1"),), frozen=True))
    table.settle()
    assert table.column("requires_grad") == ["False", "False", "True", "True"]
    assert table.column("‖grad‖")[0] == "–"
    assert "12 trainable, 15 frozen" in table.panel.total.text()
    table.sort("‖grad‖")
    assert table.column("‖grad‖")[2:] == ["–", "–"]
    table.sort("‖grad‖", Qt.SortOrder.DescendingOrder)
    assert table.column("‖grad‖")[2:] == ["–", "–"]
    table.panel.filter.setText("frozen")
    assert sorted(table.column("name")) == ["0.bias", "0.weight"]


def test_it_follows_edits_and_keeps_the_choice(table: Table) -> None:
    table.panel.table.selectRow(3)
    table.document.apply(SetArg(NodeId("n1"), "out_features", 9))
    table.settle()
    assert table.column("shape")[0] == "(9, 2)"
    assert table.parameters.chosen is not None
    assert table.parameters.chosen.name == "bias"


def test_the_selection_goes_both_ways(table: Table) -> None:
    table.panel.table.selectRow(2)
    assert table.selection.nodes == ("n3",)
    table.selection.set((NodeId("n1"),))
    assert table.panel.table.chosen[0].full == "0.weight"
    table.selection.set((NodeId("n2"),))
    assert table.panel.table.chosen[0].full == "0.weight"


def test_what_is_shown_is_copied(table: Table) -> None:
    table.sort("numel", Qt.SortOrder.DescendingOrder)
    table.panel.table.setFocus()
    with table.qtbot.waitSignal(table.panel.said) as caught:
        QTest.keyClick(table.panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "4 parameters" in caught.args[0]
    rows = list(csv.reader(QGuiApplication.clipboard().text().splitlines(), delimiter="\t"))
    assert rows[0][:4] == ["name", "layer", "shape", "numel"]
    own = dict(by_hand().named_parameters())
    place = rows[0].index("std")
    for row in rows[1:]:
        assert float(row[place]) == float(own[row[0]].detach().double().std())


def test_a_file_for_other_programs(table: Table, tmp_path: Path) -> None:
    table.panel.filter.setText("weight")
    table.panel.write(tmp_path / "p.csv")
    with (tmp_path / "p.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["name"], row["shape"], row["numel"]) for row in rows] == [
        ("0.weight", "(5, 2)", "10"),
        ("2.weight", "(2, 5)", "10"),
    ]


def test_opening_it_leaves_the_selection_alone(table: Table) -> None:
    assert not table.selection.nodes
    assert table.panel.table.chosen[0].full == "0.weight"
    table.panel.hide()
    table.selection.set((NodeId("n3"),))
    table.panel.show()
    table.settle()
    assert table.panel.table.chosen[0].full == "2.weight"
    assert table.selection.nodes == ("n3",)


def test_a_network_that_cannot_be_built_gets_a_sentence(table: Table) -> None:
    table.document.apply(SetArg(NodeId("n3"), "in_features", 77))
    table.settle()
    assert table.panel.table.isHidden()
    assert "mat1 and mat2 shapes cannot be multiplied" in table.panel.empty.text()
    assert table.panel.empty.isVisible()
    assert table.panel.editor.isHidden()
    assert not table.panel.filter.isEnabled()
    table.document.undo_stack.undo()
    table.settle()
    assert table.panel.editor.isVisible()


def test_nothing_is_asked_while_it_is_hidden(table: Table) -> None:
    table.panel.hide()
    table.document.apply(SetArg(NodeId("n1"), "out_features", 9))
    table.settle()
    assert table.column("shape")[0] == "(5, 2)"
    table.panel.show()
    table.settle()
    assert table.column("shape")[0] == "(9, 2)"


def test_everything_has_a_name(table: Table) -> None:
    for control in (table.panel.filter, table.panel.table, table.panel.table.horizontalHeader()):
        assert control.objectName()
        assert control.accessibleName()
    assert all(label.objectName() for label in table.panel.findChildren(QLabel) if label.isVisible())
    assert table.panel.filter.toolTip()


def test_buffers_are_marked_and_not_counted(qtbot: QtBot, tmp_path: Path) -> None:
    table = Table(qtbot, tmp_path, chain(("Linear", {"out_features": 2}), ("BatchNorm1d", {})))
    names = ["1.running_mean", "1.running_var", "1.num_batches_tracked"]
    assert table.column("name") == ["0.weight", "0.bias", "1.weight", "1.bias", *names]
    assert table.column("requires_grad") == ["True"] * 4 + ["buffer"] * 3
    assert table.panel.total.text() == "6 + 4 = 10 parameters in 4 tensors; 5 numbers in 3 buffers"
    table.panel.filter.setText("buffer")
    assert table.column("name") == names
    assert table.column("‖grad‖") == ["–"] * 3
    tip = table.panel.arranged.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "no gradient and no optimizer changes it" in tip
    table.parameters.close()


def test_a_figure_is_never_cut_before_its_exponent(table: Table) -> None:
    view = table.panel.table
    for place, column in enumerate(COLUMNS):
        if column.title in {"min", "mean", "max", "std", "‖grad‖"}:
            margin = view.columnWidth(place) - view.fontMetrics().horizontalAdvance("-1.23e-05")
            assert margin >= 6, column.title


def test_the_focus_stays_in_the_panel_when_its_process_is_lost(table: Table) -> None:
    panel = table.panel
    panel.table.setFocus()
    table.lines[-1].closed.emit("It was killed.")
    assert "It was killed." in panel.empty.text()
    assert panel.window().focusWidget() is panel.empty
    table.parameters.look()
    table.settle()
    assert panel.window().focusWidget() is panel.table
    table.lines[-1].closed.emit("It was killed.")
    panel.empty.clearFocus()
    table.parameters.look()
    table.settle()
    assert panel.window().focusWidget() is not panel.table
