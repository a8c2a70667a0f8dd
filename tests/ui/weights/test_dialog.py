"""The box that holds a file of weights against the network, with real processes of the engine."""

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.runs.weights import weights_path
from nnbuilder.session.session import Session
from nnbuilder.ui.weight_actions import WeightActions
from nnbuilder.ui.weights import WeightsDialog
from tests.engine.samples import chain

pytestmark = pytest.mark.usefixtures("qapp")

WAIT_MS = 60_000

FITTING = {"0.weight": (5, 4), "0.bias": (5,), "2.weight": (3, 5), "2.bias": (3,)}


def write(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> Path:
    """A safetensors file with zeros of these shapes, by the format's own description."""
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 4
        for part in shape:
            size *= part
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": (end, end + size)}
        end += size
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + bytes(end))
    return path


@pytest.fixture
def session() -> Iterator[Session]:
    """A session with a small network on iris; nothing asks the warm engine."""
    graph = chain(("Linear", {"out_features": 5}), ("ReLU", {}), ("Linear", {"out_features": 3}))
    session = Session()
    session.new(Project(graph=graph, data=DataSpec(BuiltinData("iris"))))
    yield session
    session.shutdown()


def opened(qtbot: QtBot, session: Session, path: Path) -> WeightsDialog:
    """The box once its process has answered."""
    dialog = WeightsDialog(session, path)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.task.active, timeout=WAIT_MS)
    return dialog


def test_weights_that_fit_are_taken_by_a_key_as_one_step(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    dialog = opened(qtbot, session, write(tmp_path / "w.safetensors", FITTING))
    assert dialog.line.text() == "All 4 tensors fit the network."
    assert dialog.take.hasFocus()
    with qtbot.waitSignal(dialog.said, timeout=WAIT_MS):
        QTest.keyClick(dialog.take, Qt.Key.Key_Space)
    weights = session.document.project.weights
    assert weights is not None
    assert weights_path(session.runs_folder(), weights).exists()
    assert not dialog.isVisible()
    session.document.undo_stack.undo()
    assert session.document.project.weights is None


def test_what_does_not_fit_stands_first_and_nothing_can_be_taken(
    qtbot: QtBot, session: Session, tmp_path: Path
) -> None:
    shapes = {"0.weight": (5, 4), "0.bias": (6,), "2.weight": (3, 5), "head.bias": (3,)}
    dialog = opened(qtbot, session, write(tmp_path / "w.safetensors", shapes))
    assert not dialog.take.isEnabled()
    model = dialog.table.model()
    rows = [[model.index(row, column).data() for column in range(4)] for row in range(model.rowCount())]
    assert sorted(rows[:3]) == [
        ["0.bias", "6", "5", "another shape"],
        ["2.bias", "–", "3", "missing in the file"],
        ["head.bias", "3", "–", "not in the network"],
    ]
    assert "2 of 5 tensors fit" in dialog.line.text()


def test_the_file_follows_the_drawing(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    shapes = {"0.weight": (7, 4), "0.bias": (7,), "2.weight": (3, 7), "2.bias": (3,)}
    dialog = opened(qtbot, session, write(tmp_path / "w.safetensors", shapes))
    assert not dialog.take.isEnabled()
    first = next(key for key, node in session.document.project.graph.nodes.items() if node.type == "Linear")
    session.document.apply(SetArg(NodeId(first), "out_features", 7))
    qtbot.waitUntil(dialog.take.isEnabled, timeout=WAIT_MS)


def test_a_file_that_is_none_gets_a_sentence(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").write_bytes(b"rubbish")
    dialog = opened(qtbot, session, tmp_path / "w.safetensors")
    assert "w.safetensors is no safetensors file" in dialog.line.text()
    assert not dialog.take.isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_the_network_of_a_file_can_be_wanted(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = opened(qtbot, session, write(tmp_path / "w.safetensors", {"a.weight": (2, 3), "a.bias": (2,)}))
    with qtbot.waitSignal(dialog.network_wanted) as caught:
        QTest.keyClick(dialog.draw, Qt.Key.Key_Space)
    assert [row.name for row in caught.args[0].rows if row.file is not None] == ["a.weight", "a.bias"]
    assert not dialog.isVisible()


def test_closing_ends_the_process(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = WeightsDialog(session, write(tmp_path / "w.safetensors", FITTING))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.task.active
    dialog.close()
    assert not dialog.task.active


def test_a_pickle_is_asked_about(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    actions = WeightActions(session, window)
    actions.open(tmp_path / "model.pth")
    box = window.findChild(QMessageBox, "dialog.confirm")
    assert isinstance(box, QMessageBox)
    assert "nothing in it is run" in box.informativeText()
    box.reject()
    assert window.findChild(WeightsDialog) is None


def test_every_control_has_a_name(qtbot: QtBot, session: Session, tmp_path: Path) -> None:
    dialog = opened(qtbot, session, write(tmp_path / "w.safetensors", FITTING))
    for control in (dialog.take, dialog.close_button, dialog.table, dialog.progress):
        assert control.objectName()
        assert control.toolTip()
        assert control.accessibleName() or control is dialog.close_button
