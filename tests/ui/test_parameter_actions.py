"""Parameters in the real window with a real process: shown, changed by hand, undone, and not lost."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.weights import read_weights
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.session.session import Session
from nnbuilder.ui.main_window import MainWindow
from nnbuilder.ui.theme import Theme
from nnbuilder.ui.weights_editor import InitializeDialog, LoadDialog
from tests.engine.samples import chain

WAIT_MS = 60_000

pytestmark = pytest.mark.usefixtures("qapp")


def by_hand() -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(7)
    return nn.Sequential(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))


@pytest.fixture
def window(qapp: QApplication) -> Iterator[MainWindow]:
    """The window on a small network on iris; the warm engine is not started."""
    graph = chain(("Linear", {"out_features": 5}), ("ReLU", {}), ("Linear", {"out_features": 3}))
    session = Session()
    made = MainWindow(session, Theme(qapp, session.settings))
    session.new(Project(graph=graph, data=DataSpec(BuiltinData("iris")), training=TrainingConfig(seed=7)))
    made.resize(1280, 720)
    made.show()
    yield made
    session.shutdown()
    made.deleteLater()
    QApplication.processEvents()


def opened(qtbot: QtBot, window: MainWindow) -> None:
    """Goes to the parameters and waits for their numbers."""
    window.actions_by_name["view.parameters"].trigger()
    qtbot.waitUntil(lambda: window.panels.weights_editor.model.rowCount() > 0, timeout=WAIT_MS)


def stored(window: MainWindow, node: str, name: str) -> torch.Tensor:
    """A parameter as the project has it now."""
    session = window.session
    sha256 = session.document.project.weights
    assert sha256 is not None
    return read_weights(session.runs_folder(), sha256)[NodeId(node)][name]


def test_a_newcomer_changes_weights_by_hand(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    opened(qtbot, window)
    panel, editor = window.panels.parameters, window.panels.weights_editor
    document = window.session.document
    assert panel.total.text() == "25 + 18 = 43 parameters in 4 tensors"
    assert editor.title.text() == "0.weight"

    editor.model.setData(editor.model.index(1, 2), "0.5")
    qtbot.waitUntil(lambda: document.project.weights is not None, timeout=WAIT_MS)
    wanted = by_hand().get_parameter("0.weight").detach()
    wanted[1, 2] = 0.5
    assert torch.equal(stored(window, "n1", "weight"), wanted)

    window.actions_by_name["weights.initialize"].trigger()
    [box] = window.findChildren(InitializeDialog)
    box.scheme.show_value("kaiming_normal_")
    box.scheme.activated.emit(box.scheme.currentIndex())
    qtbot.waitUntil(lambda: "kaiming_normal_(model[0].weight" in box.preview.code.text(), timeout=WAIT_MS)
    QTest.keyClick(box.take, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: document.undo_stack.undoText() == "Re-initialize 0.weight", timeout=WAIT_MS)
    torch.manual_seed(7)
    assert torch.equal(stored(window, "n1", "weight"), nn.init.kaiming_normal_(torch.empty(5, 4)))

    numbers = np.arange(20, dtype=np.float32).reshape(5, 4)
    np.save(tmp_path / "w.npy", numbers)
    window.parameters.load(tmp_path / "w.npy")
    [load] = window.findChildren(LoadDialog)
    qtbot.waitUntil(load.take.isEnabled, timeout=WAIT_MS)
    load.take.click()
    qtbot.waitUntil(lambda: document.undo_stack.undoText() == "Load 0.weight from w.npy", timeout=WAIT_MS)
    assert torch.equal(stored(window, "n1", "weight"), torch.from_numpy(numbers))
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.project.weights is None
    killed(qtbot, window)


def killed(qtbot: QtBot, window: MainWindow) -> None:
    """The process is lost: that is told, and showing the table again starts another."""
    panel, known = window.panels.parameters, window.session.parameters
    os.kill(known.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(known.trouble), timeout=WAIT_MS)
    assert panel.empty.isVisible()
    assert "has ended" in panel.empty.text()
    panel.hide()
    panel.show()
    qtbot.waitUntil(lambda: known.listing is not None, timeout=WAIT_MS)
    assert panel.table.isVisible()


def test_a_pickle_is_asked_about(window: MainWindow, tmp_path: Path) -> None:
    window.parameters.load(tmp_path / "w.pt")
    [question] = window.findChildren(QMessageBox)
    assert "the process that reads it ends afterwards" in question.informativeText()
    question.reject()
    assert not window.findChildren(LoadDialog)


def test_the_inspector_leads_to_the_numbers(window: MainWindow) -> None:
    window.show_canvas()
    window.docks.raise_tab(window.panels.problems)
    window.panels.inspector.page.numbers.click()
    assert window.panels.parameters.isVisible()
