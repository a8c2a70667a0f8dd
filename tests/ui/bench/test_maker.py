"""The box that makes tensors by forms: what it writes is worked out, and its numbers are PyTorch's."""

from pathlib import Path

import numpy as np
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.protocol.bench import BenchNetwork
from nnbuilder.ui.bench.maker.page import MakerPage
from nnbuilder.ui.bench.panel import BenchPanel
from nnbuilder.ui.common.choices import ChoiceBox
from tests.ui.bench.conftest import TIMEOUT


def make(qtbot: QtBot, panel: BenchPanel) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    """Presses the button and gives the numbers that are then shown."""
    with qtbot.waitSignal(panel._bench.answered, timeout=TIMEOUT) as waited:
        panel.maker.make.click()
    assert waited.args is not None
    assert not waited.args[0].refused, waited.args[0].message
    found: np.ndarray[tuple[int, ...], np.dtype[np.generic]] = waited.args[1][0]
    return found


def choose(box: ChoiceBox, text: str) -> None:
    """Chooses an entry as a person does."""
    row = next(row for row in range(box.count()) if box.itemText(row).startswith(text))
    box.setCurrentIndex(row)
    box.activated.emit(row)


def open_at(qtbot: QtBot, panel: BenchPanel, page: MakerPage) -> None:
    """Opens the box at a page."""
    panel.maker.show_page(page)
    qtbot.waitUntil(panel.maker.isVisible)


def test_random_numbers_with_a_seed(qtbot: QtBot, panel: BenchPanel) -> None:
    panel.make.click()
    assert panel.maker.isVisible()
    choose(panel.maker.numbers.kind, "Random around 0")
    panel.maker.numbers.form.edited.emit("seed", 5)
    assert panel.maker.line.text() == "torch.manual_seed(5); a = torch.randn(2, 3)"
    torch.manual_seed(5)
    assert np.array_equal(make(qtbot, panel), torch.randn(2, 3).numpy())
    assert panel.maker.name.text() == "a_2"
    assert panel.prompt.text() == "torch.manual_seed(5); a = torch.randn(2, 3)"


def test_the_name_is_checked(qtbot: QtBot, panel: BenchPanel) -> None:
    open_at(qtbot, panel, panel.maker.numbers)
    panel.maker.name.selectAll()
    QTest.keyClicks(panel.maker.name, "X")
    assert not panel.maker.make.isEnabled()
    assert "word of its own" in panel.maker.trouble.text()
    QTest.keyClick(panel.maker.name, Qt.Key.Key_Backspace)
    QTest.keyClicks(panel.maker.name, "mine")
    make(qtbot, panel)
    assert panel.maker.trouble.text() == "mine will be replaced."


def test_rows_of_the_data(qtbot: QtBot, panel: BenchPanel) -> None:
    open_at(qtbot, panel, panel.maker.data)
    page = panel.maker.data
    choose(page.part, "Validation")
    page.first.setValue(2)
    page.count.setValue(3)
    assert panel.maker.line.text() == "rows = X_validation[2:5]"
    project = panel._bench._document.project
    part = load(project.data, project.training.seed, None).validation
    assert np.array_equal(make(qtbot, panel), part.x[2:5])
    choose(page.what, "Targets")
    assert np.array_equal(make(qtbot, panel), part.y[2:5])
    choose(page.part, "A batch")
    assert not page.first.isVisible()
    assert len(make(qtbot, panel)) == project.training.batch_size


def test_what_is_in_the_network(qtbot: QtBot, panel: BenchPanel) -> None:
    page = panel.maker.network
    with qtbot.waitSignal(panel._bench.surveyed, timeout=TIMEOUT):
        open_at(qtbot, panel, page)
    assert page.layer.currentText() == "0  Linear"
    torch.manual_seed(panel._bench._document.project.training.seed)
    first = nn.Linear(4, 16)
    choose(page.what, "weight")
    assert panel.maker.line.text() == "weight = model[0].weight".replace(
        "weight =", f"{panel.maker.name.text()} ="
    )
    weight = make(qtbot, panel)
    assert np.array_equal(weight, first.weight.detach().numpy())
    choose(page.what, "What goes in")
    page.rows.setText("[[5.0, 3.0, 1.5, 0.25]]")
    given = make(qtbot, panel)
    assert given.tolist() == [[5.0, 3.0, 1.5, 0.25]]
    choose(page.what, "What comes out")
    out = make(qtbot, panel)
    expected = first(torch.tensor([[5.0, 3.0, 1.5, 0.25]])).detach().numpy()
    assert np.array_equal(out, expected)
    assert not page.targets.isVisible()
    choose(page.what, "Gradient of weight")
    page.targets.setText("1")
    assert make(qtbot, panel).shape == weight.shape


def test_a_network_that_cannot_be_built_is_said(qtbot: QtBot, panel: BenchPanel) -> None:
    open_at(qtbot, panel, panel.maker.network)
    panel.maker.network.show_network(BenchNetwork((), "The drawing is not one chain."))
    assert panel.maker.network.sentence.text() == "The drawing is not one chain."
    assert not panel.maker.make.isEnabled()
    with qtbot.waitSignal(panel._bench.surveyed, timeout=TIMEOUT):
        panel._bench.survey()


def test_a_file(qtbot: QtBot, panel: BenchPanel, folder: Path) -> None:
    np.savez(folder / "two.npz", first=np.eye(2), second=np.ones(3))
    open_at(qtbot, panel, panel.maker.file)
    assert not panel.maker.make.isEnabled()
    panel.maker.file.take(folder / "two.npz")
    assert not panel.maker.name.isVisible()
    panel.maker.make.click()
    qtbot.waitUntil(
        lambda: [value.name for value in panel._bench.names] == ["first", "second"], timeout=TIMEOUT
    )
    panel.maker.file.take(folder / "none.npz")
    assert not panel.maker.make.isEnabled()
    assert "none.npz" in panel.maker.file.note.text()
