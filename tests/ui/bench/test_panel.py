"""The bench as a user has it: typed lines, values in every view, refusals and what they offer."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.engine.bench.provided import NAMES
from nnbuilder.engine.bench.table import words
from nnbuilder.session.document import Document
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.panel import BenchPanel
from nnbuilder.ui.bench.words import WORDS
from nnbuilder.ui.common.picture import heat, image

TIMEOUT = 60_000


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> Iterator[BenchPanel]:
    """The panel, shown."""
    bench = TensorBench(Document(), lambda: tmp_path)
    made = BenchPanel(bench)
    qtbot.addWidget(made)
    made.resize(1000, 400)
    made.show()
    yield made
    bench.shutdown()


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
    enter(qtbot, panel, "a = torch.tensor([[0.3471, 0.4547, -0.2356]])")
    assert [cell(panel, 0, place) for place in range(3)] == ["0.3471", "0.4547", "-0.2356"]
    assert panel.view.facts.text() == (
        "a:  shape (1, 3),  float32,  on cpu,  3 numbers,  strides (3, 1),  requires_grad False"
    )
    assert panel.names.isVisible()
    assert panel.model.index(0, 0).data() == "a"


def test_one_number_of_a_product_is_worked_out(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "torch.tensor([[1., 2.], [3., 4.]]) @ torch.tensor([[5., -6.], [7., 8.]])")
    panel.view.table.setCurrentIndex(panel.view.model.index(1, 1))
    expected = torch.tensor([[1.0, 2.0], [3.0, 4.0]]) @ torch.tensor([[5.0, -6.0], [7.0, 8.0]])
    assert panel.said.cell.text() == f"[1, 1]:  3 * (-6) + 4 * 8  =  {expected[1, 1].item():.4g}"


def test_a_broadcast_is_drawn(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "torch.ones(2, 1) + torch.ones(3)")
    assert panel.said.shapes.isVisible()
    assert "the left (2 x 1) was repeated along dimension 1" in panel.said.note.text()


def test_the_offered_line_is_taken_with_a_click(qtbot: QtBot, panel: BenchPanel) -> None:
    enter(qtbot, panel, "x = torch.ones(2, 3)")
    enter(qtbot, panel, "1 + x @ x")
    assert panel.prompt.selectedText() == "x @ x"
    assert "3 columns, the right 2 rows" in panel.said.message.text()
    assert "mat1 and mat2" in panel.said.torch.text()
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT):
        panel.said.use.click()
    assert panel.prompt.text() == "1 + x @ x.T"
    assert cell(panel, 0, 0) == "4.0000"
    assert not panel.said.message.isVisible()


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


def test_completion_knows_the_table_of_the_engine() -> None:
    assert set(WORDS) == {*words(), *NAMES}


@pytest.mark.usefixtures("qapp")
def test_pictures_have_a_pixel_for_each_number() -> None:
    numbers = np.array([[-1.0, 0.0, 1.0], [np.nan, 0.5, np.inf]])
    assert (heat(numbers).width(), heat(numbers).height()) == (3, 2)
    assert heat(numbers).pixelColor(0, 0) != heat(numbers).pixelColor(2, 0)
    assert (image(np.zeros((3, 5, 4))).width(), image(np.zeros((3, 5, 4))).height()) == (4, 5)
