"""The bench as a user has it: typed lines, values in every view, refusals and what they offer."""

import ast
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.engine.bench.provided import NAMES
from nnbuilder.engine.bench.table import words
from nnbuilder.project.file import save_project
from nnbuilder.project.project import Project
from nnbuilder.protocol.bench import BenchValue
from nnbuilder.session.bench_lines import LineHistory, write_lines
from nnbuilder.session.document import Document
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.panel import BenchPanel
from nnbuilder.ui.bench.prompt import Prompt
from nnbuilder.ui.bench.words import WORDS
from nnbuilder.ui.common.picture import heat, image
from tests.ui.bench.conftest import TIMEOUT


def enter(qtbot: QtBot, panel: BenchPanel, text: str) -> None:
    """Types a line and waits for its answer."""
    panel.prompt.clear()
    QTest.keyClicks(panel.prompt, text)
    panel.prompt.popup.hide()
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
        QTest.keyClick(panel.prompt, Qt.Key.Key_Return)


def cell(panel: BenchPanel, row: int, column: int) -> str:
    """What a cell of the table says."""
    return str(panel.view.model.index(row, column).data())


def test_a_list_becomes_a_tensor_that_is_named_and_shown(qtbot: QtBot, panel: BenchPanel) -> None:
    assert panel.empty.isVisible()
    enter(qtbot, panel, "a = [[0.3471, 0.4547, -0.2356]]")
    assert "torch.tensor([[0.3471, 0.4547, -0.2356]]) was made of it" in panel.told.note.text()
    assert [cell(panel, 0, place) for place in range(3)] == ["0.3471", "0.4547", "-0.2356"]
    assert panel.view.facts.text() == (
        "a:  shape (1, 3), float32, cpu, 3 numbers, strides (3, 1), requires_grad False"
    )
    assert panel.names.isVisible()
    assert panel.model.index(0, 0).data() == "a"


def test_a_line_that_is_begun_before_the_answer_stays(qtbot: QtBot, panel: BenchPanel) -> None:
    prompt = panel.prompt
    for line, begun in (("torch.ones(2)", "a = 1"), ("torch.ones(2) @ nope", "b = torch.ones(2, 3)")):
        prompt.setText(line)
        with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
            QTest.keyClick(prompt, Qt.Key.Key_Return)
            assert prompt.selectedText() == line
            QTest.keyClicks(prompt, begun)
        assert prompt.text() == begun
        assert not prompt.hasSelectedText()


def test_one_number_of_a_product_is_worked_out(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "torch.tensor([[1., 2.], [3., 4.]]) @ torch.tensor([[5., -6.], [7., 8.]])")
    panel.view.table.setCurrentIndex(panel.view.model.index(1, 1))
    expected = torch.tensor([[1.0, 2.0], [3.0, 4.0]]) @ torch.tensor([[5.0, -6.0], [7.0, 8.0]])
    assert panel.told.cell.text() == f"[1, 1]:  3 * (-6) + 4 * 8  =  {expected[1, 1].item():.4g}"


def test_a_broadcast_is_drawn(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "torch.ones(2, 1) + torch.ones(3)")
    assert panel.told.shapes.isVisible()
    assert "the left (2 x 1) was repeated along dimension 1" in panel.told.note.text()


def test_the_offered_line_is_taken_with_a_click(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "x = torch.ones(2, 3)")
    enter(qtbot, panel, "1 + x @ x")
    assert panel.prompt.selectedText() == "x @ x"
    assert "3 columns, the right 2 rows" in panel.told.message.text()
    assert "mat1 and mat2" in panel.told.torch.text()
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
        panel.told.use.click()
    assert panel.prompt.text() == "1 + x @ x.T"
    assert cell(panel, 0, 0) == "4.0000"
    assert not panel.told.message.isVisible()


def test_every_view_shows_a_tensor(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "torch.arange(24).reshape(2, 3, 4)")
    for place in range(panel.view.how.count()):
        panel.view.how.setCurrentIndex(place)
        panel.view.how.activated.emit(place)
        shown = panel.view.pages.currentWidget()
        assert shown is not None
        picture = shown.grab().toImage()
        places = ((x, y) for x in range(picture.width()) for y in range(0, picture.height(), 3))
        assert len({picture.pixel(x, y) for x, y in places}) > 2
    panel.view.how.setCurrentIndex(0)
    panel.view.how.activated.emit(0)
    panel.view.slice.setValue(1)
    assert cell(panel, 2, 3) == "23"


def test_lines_come_back_and_names_are_completed(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "weights = torch.ones(2)")
    enter(qtbot, panel, "weights + 1")
    panel.prompt.clear()
    QTest.keyClick(panel.prompt, Qt.Key.Key_Up)
    QTest.keyClick(panel.prompt, Qt.Key.Key_Up)
    assert panel.prompt.text() == "weights = torch.ones(2)"
    panel.prompt.clear()
    QTest.keyClicks(panel.prompt, "2 * weig")
    QTest.keyClick(panel.prompt, Qt.Key.Key_Tab)
    assert panel.prompt.text() == "2 * weights"


def test_delete_takes_a_name_off(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "a = 1")
    panel.names.setFocus()
    panel.names.setCurrentIndex(panel.model.index(0, 0))
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
        QTest.keyClick(panel.names, Qt.Key.Key_Delete)
    assert panel.model.rowCount() == 0
    assert panel.empty.isVisible()


def test_what_was_cleared_is_brought_back(qtbot: QtBot, bench: TensorBench) -> None:
    """Over a process of its own, because both end the one that there is."""
    own = TensorBench(bench._document, lambda: Path("nowhere"))
    own.lines = ["a = torch.ones(2)"]
    other = BenchPanel(own)
    qtbot.addWidget(other)
    assert not own.pid
    other.show()
    assert other.state.text() == "Making the bench again…"
    assert not other.empty.isVisible()
    qtbot.waitUntil(lambda: other.model.rowCount() == 1, timeout=TIMEOUT)
    assert other.state.text() == ""
    other.clear.click()
    assert other.empty.isVisible()
    assert other.restore.isVisible()
    other.restore.click()
    assert own.lines == ["a = torch.ones(2)"]
    assert not other.restore.isVisible()
    own.lines.clear()
    own.shutdown()


def test_another_project_shows_nothing_of_the_one_before(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own lines are worked out again, and meanwhile no value of the other can be sent anywhere."""
    monkeypatch.setattr(TensorBench, "wake", lambda _bench: None)
    document = Document()
    bench = TensorBench(document, lambda: tmp_path / "runs")
    panel = BenchPanel(bench)
    qtbot.addWidget(panel)
    panel.show()
    panel.view.show_value(BenchValue("Tensor", "q", "", (2,), "float32", "cpu", 2, (1,)), (np.ones(2),))
    assert panel.view.take.isVisible()
    write_lines(tmp_path / "runs", ["a = 1"])
    save_project(Project(), tmp_path / "other.nnb")
    document.open(tmp_path / "other.nnb")
    assert bench.lines == ["a = 1"]
    assert not panel.view.take.isVisible()
    assert panel.view.facts.text() == ""


def test_the_argument_at_the_cursor_is_told(qtbot: QtBot, panel: BenchPanel) -> None:
    panel.prompt.setFocus()
    QTest.keyClicks(panel.prompt, "torch.cat([a, b], ")
    panel.prompt.popup.hide()
    qtbot.waitUntil(panel.hint.isVisible, timeout=TIMEOUT)
    assert "torch.cat(tensors, <b>dim=0</b>)" in panel.hint.text()
    assert (
        panel.hint.accessibleName() == "torch.cat: dim: the dimension over which the tensors are concatenated"
    )
    panel.prompt.setCursorPosition(len("torch.cat("))
    assert "<b>tensors</b>" in panel.hint.text()
    panel.prompt.clear()
    assert not panel.hint.isVisible()


def test_a_block_of_numbers_is_pasted_as_a_list(qtbot: QtBot, panel: BenchPanel) -> None:
    QGuiApplication.clipboard().setText("1\t2.5\n-3\t4e2\n")
    panel.prompt.setFocus()
    QTest.keyClick(panel.prompt, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert panel.prompt.text() == "[[1, 2.5], [-3, 4e2]]"
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
        QTest.keyClick(panel.prompt, Qt.Key.Key_Return)
    assert cell(panel, 1, 1) == "400.0000"


def test_a_large_block_is_pasted_whole_or_not_at_all(qtbot: QtBot) -> None:
    prompt = Prompt((), LineHistory())
    qtbot.addWidget(prompt)
    rows = [[float(row * 100 + column) / 8 for column in range(100)] for row in range(100)]
    text = "\n".join("\t".join(map(str, row)) for row in rows)
    assert len(text) > 50_000
    QGuiApplication.clipboard().setText(text)
    prompt.setText("x = ")
    QTest.keyClick(prompt, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert ast.literal_eval(prompt.text().removeprefix("x = ")) == rows
    prompt.setText("y = ")
    QGuiApplication.clipboard().setText("\n".join([text] * 8))
    with qtbot.waitSignal(prompt.refused) as waited:
        QTest.keyClick(prompt, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert waited.args is not None
    assert "save them as a file of numbers" in waited.args[0]
    assert prompt.text() == "y = "


def test_a_dropped_file_is_opened(qtbot: QtBot, panel: BenchPanel, folder: Path) -> None:
    numbers = np.array([[1.5, 2.0, -3.0]])
    np.save(folder / "numbers.npy", numbers)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder / "numbers.npy"))])
    args = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enters = QDragEnterEvent(panel.rect().center(), *args)
    panel.dragEnterEvent(enters)
    assert enters.isAccepted()
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
        panel.dropEvent(QDropEvent(QPointF(panel.rect().center()), *args))
    assert panel.prompt.text() == 'numbers = torch.from_numpy(np.load("numbers.npy"))'
    assert [cell(panel, 0, place) for place in range(3)] == ["1.5000", "2.0000", "-3.0000"]
    assert "float64: the file holds them so" in panel.told.note.text()
    assert "float64" in panel.view.facts.text()


def test_a_file_that_holds_no_numbers_is_said(qtbot: QtBot, panel: BenchPanel, folder: Path) -> None:
    (folder / "words.csv").write_text("a,b\nx,y\n")
    with qtbot.waitSignal(panel.said) as waited:
        panel.open_file(folder / "words.csv")
    assert waited.args == ["words.csv has no column of numbers only."]
    assert panel.model.rowCount() == 0


def test_completion_knows_the_table_of_the_engine() -> None:
    assert set(WORDS) == {*words(), *NAMES}


@pytest.mark.usefixtures("qapp")
def test_pictures_have_a_pixel_for_each_number() -> None:
    numbers = np.array([[-1.0, 0.0, 1.0], [np.nan, 0.5, np.inf]])
    assert (heat(numbers).width(), heat(numbers).height()) == (3, 2)
    assert heat(numbers).pixelColor(0, 0) != heat(numbers).pixelColor(2, 0)
    assert (image(np.zeros((3, 5, 4))).width(), image(np.zeros((3, 5, 4))).height()) == (4, 5)
