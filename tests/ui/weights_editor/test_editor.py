"""Weights by hand: cells, slider, all at once, each one undoable step with the numbers that torch has."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.parameters import ParameterKey
from nnbuilder.session.document import Document
from nnbuilder.ui.weights_editor import WeightsEditor
from nnbuilder.ui.weights_editor.cell_bar import PAUSE_MS, STEPS
from tests.engine.samples import chain, make_project
from tests.ui.parameters.desk import Bench
from tests.ui.workbench import show_active

SMALL = chain(
    ("Linear", {"out_features": 12}),
    ("Unflatten", {"dim": 1, "unflattened_size": (3, 4)}),
    ("Conv1d", {"out_channels": 2, "kernel_size": 3}),
    ("Flatten", {}),
    ("Linear", {"out_features": 2}),
)


class Hand(Bench):
    """An editor on the first weight of a small network on moons, seed 7."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        super().__init__(qtbot, Document(make_project(SMALL, seed=7)), folder)
        self.folder = folder
        self.editor = WeightsEditor(self.parameters)
        self.editor.resize(420, 320)
        self.said: list[str] = []
        self.editor.said.connect(self.said.append)
        show_active(qtbot, self.editor)
        self.parameters.look()
        self.open("n1", "weight")

    def open(self, node: str, name: str) -> None:
        """Opens a parameter."""
        self.parameters.choose(ParameterKey(NodeId(node), name))
        self.settle()

    def cell(self, row: int, column: int) -> str:
        """What a cell says."""
        return str(self.editor.model.index(row, column).data())

    def stored(self, node: str, name: str) -> torch.Tensor:
        """A parameter as the project has it now."""
        sha256 = self.document.project.weights
        assert sha256 is not None
        return read_weights(self.folder, sha256)[NodeId(node)][name]


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    """The editor with its first answer."""
    made = Hand(qtbot, tmp_path)
    yield made
    made.parameters.close()


def by_hand() -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(7)
    return nn.Sequential(
        nn.Linear(2, 12), nn.Unflatten(1, (3, 4)), nn.Conv1d(3, 2, 3), nn.Flatten(), nn.Linear(4, 2)
    )


def test_it_shows_torchs_numbers(hand: Hand) -> None:
    weight = by_hand().get_parameter("0.weight")
    assert (hand.editor.model.rowCount(), hand.editor.model.columnCount()) == (12, 2)
    np.testing.assert_array_equal(hand.editor.model.matrix, weight.detach().double().numpy())
    assert hand.editor.title.text() == "0.weight"
    assert hand.editor.facts.text().startswith("(12, 2) float32, cpu: a row is a neuron")
    assert hand.editor.cell.place.text() == "[0, 0]"


def test_a_typed_cell_is_one_step(hand: Hand) -> None:
    table = hand.editor.table
    table.setFocus()
    table.setCurrentIndex(hand.editor.model.index(3, 1))
    QTest.keyClick(table, Qt.Key.Key_F2)
    field = table.viewport().findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, "3/4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.qWait(1)  # Qt commits a cell in the next turn of its loop
    hand.settle()
    assert hand.cell(3, 1) == "0.7500"
    expected = by_hand().get_parameter("0.weight").detach()
    expected[3, 1] = 0.75
    assert torch.equal(hand.stored("n1", "weight"), expected)
    assert hand.document.undo_stack.undoText() == "Set 0.weight[3, 1] to 0.75"
    assert hand.said[-1].startswith("Set 0.weight[3, 1] to 0.75: loss of a batch 0.")
    hand.document.undo_stack.undo()
    hand.settle()
    weight = by_hand().get_parameter("0.weight")
    assert hand.cell(3, 1) == f"{weight[3, 1]:.4f}"
    assert hand.editor.table.currentIndex().row() == 3


def test_a_number_of_a_kernel_is_where_torch_has_it(hand: Hand) -> None:
    hand.open("n3", "weight")
    assert "kernel" in hand.editor.facts.text()
    assert hand.editor.slice.isVisible()
    hand.editor.model.setData(hand.editor.model.index(2, 1), "9")
    hand.settle()
    assert hand.stored("n3", "weight")[0, 2, 1] == 9
    hand.editor.slice.setValue(1)
    hand.editor.model.setData(hand.editor.model.index(0, 2), "8")
    hand.settle()
    after = hand.stored("n3", "weight")
    assert (float(after[1, 0, 2]), float(after[0, 2, 1])) == (8, 9)
    assert hand.document.undo_stack.undoText() == "Set 2.weight[1, 0, 2] to 8"


def test_the_slider_is_felt_at_once_and_meant_when_left(hand: Hand) -> None:
    slider = hand.editor.cell.slider
    hand.open("n1", "bias")
    hand.editor.table.setCurrentIndex(hand.editor.model.index(0, 2))
    slider.setSliderDown(True)
    slider.setValue(STEPS // 2)
    hand.settle()
    assert hand.document.project.weights is None
    assert hand.cell(0, 2) == "1.0000"
    assert hand.editor.cell.field.text() == "1"
    slider.setSliderDown(False)
    hand.settle()
    assert hand.stored("n1", "bias")[2] == 1
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.keyClick(slider, Qt.Key.Key_Right)
    QTest.qWait(PAUSE_MS + 100)
    hand.settle()
    assert hand.document.undo_stack.count() == 2
    assert float(hand.stored("n1", "bias")[2]) > 1


def test_all_numbers_get_the_value_that_is_typed(hand: Hand) -> None:
    hand.editor.cell.field.setFocus()
    hand.editor.cell.field.selectAll()
    QTest.keyClicks(hand.editor.cell.field, "-0.5")
    hand.editor.cell.all.click()
    hand.settle()
    assert torch.equal(hand.stored("n1", "weight"), torch.full((12, 2), -0.5))
    assert hand.document.undo_stack.undoText() == "Set all of 0.weight to -0.5"


@pytest.mark.parametrize("text", ["nan", "-inf", " Infinity "])
def test_numbers_without_end_come_from_files_only(hand: Hand, text: str) -> None:
    hand.editor.model.setData(hand.editor.model.index(1, 1), text)
    hand.settle()
    assert f"{text.strip()} is not taken by hand, only from a file" in hand.editor.refusal.text()
    assert hand.document.project.weights is None


@pytest.mark.parametrize("text", ["two", "", "1e999", "__import__('os')", "1/0"])
def test_what_is_no_number_gets_a_sentence(hand: Hand, text: str) -> None:
    field = hand.editor.cell.field
    field.setText(text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    hand.settle()
    assert "is no number" in hand.editor.refusal.text()
    assert hand.editor.refusal.isVisible()
    hand.editor.model.setData(hand.editor.model.index(1, 1), text)
    hand.settle()
    assert hand.document.project.weights is None


def test_a_number_beyond_float32_is_refused_by_the_engine(hand: Hand) -> None:
    hand.editor.model.setData(hand.editor.model.index(0, 0), "1e300")
    hand.settle()
    assert "1e+300 is no finite number in float32" in hand.editor.refusal.text()
    assert hand.cell(0, 0) == f"{by_hand().get_parameter('0.weight')[0, 0]:.4f}"


def test_the_numbers_are_copied_whole(hand: Hand) -> None:
    hand.editor.table.setFocus()
    QTest.keyClick(hand.editor.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    numbers = torch.tensor([[float(cell) for cell in line.split("\t")] for line in lines])
    assert torch.equal(numbers, by_hand().get_parameter("0.weight"))


@pytest.mark.parametrize(("name", "taken"), [("w.npy", True), ("w.safetensors", True), ("w.py", False)])
def test_a_file_of_numbers_can_be_dropped(hand: Hand, tmp_path: Path, name: str, taken: bool) -> None:
    found: list[object] = []
    hand.editor.file_dropped.connect(found.append)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / name))])
    actions, buttons, keys = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(5, 5), actions, mime, buttons, keys)
    QApplication.sendEvent(hand.editor, enter)
    assert enter.isAccepted() == taken
    QApplication.sendEvent(hand.editor, QDropEvent(QPointF(5, 5), actions, mime, buttons, keys))
    assert found == ([tmp_path / name] if taken else [])


@pytest.mark.parametrize("how", ["heat", "histogram"])
def test_other_views_show_the_same_numbers(hand: Hand, how: str) -> None:
    hand.editor.how.show_value(how)
    hand.editor.how.activated.emit(hand.editor.how.currentIndex())
    page = hand.editor.pages.currentWidget()
    assert page is not None
    assert page is not hand.editor.table
    assert page.isVisible()
    assert not page.grab().toImage().isNull()


def test_everything_has_a_name(hand: Hand) -> None:
    editor = hand.editor
    parts = (editor.how, editor.slice, editor.table, editor.cell.field, editor.cell.slider, editor.cell.all)
    for control in (*parts, editor.load, editor.draw):
        assert control.objectName()
        assert control.accessibleName()
        assert control.toolTip()


def test_a_small_number_is_shown_whole(hand: Hand) -> None:
    hand.editor.model.setData(hand.editor.model.index(0, 0), "-1.234e-5")
    hand.settle()
    text, view = hand.cell(0, 0), hand.editor.table
    assert text == "-1.23e-05"
    assert view.columnWidth(0) >= view.fontMetrics().horizontalAdvance(text) + 6


def test_choosing_matrices_takes_no_width(hand: Hand) -> None:
    narrow = hand.editor.minimumSizeHint().width()
    hand.open("n3", "weight")
    assert hand.editor.slice.isVisible()
    assert hand.editor.minimumSizeHint().width() <= narrow + 8
