"""What the box of all ways out begins with, keeps and says of what was chosen."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.project import Project
from nnbuilder.runs.record import CheckpointEntry
from nnbuilder.runs.store import create_run
from nnbuilder.ui.export.dialog import ExportDialog
from nnbuilder.ui.export.run_choice import Chosen
from tests.engine.samples import chain
from tests.runs.samples import sample_record
from tests.ui.conftest import Stage

WAIT_MS = 60_000
RUN = "2026-01-01T00-00-00-aaaa"


RANDOM = chain(("ReLU", {}), ("RReLU", {}), ("Linear", {"out_features": 3}))
"""A drawing with a layer that ONNX has no operator for."""


@pytest.fixture
def box(stage: Stage, request: pytest.FixtureRequest) -> Iterator[ExportDialog]:
    """The box, open; on the drawing that a test asks for."""
    if graph := getattr(request, "param", None):
        stage.session.new(Project(graph=graph))
        stage.settle()
    dialog = stage.window.exports.open()
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    yield dialog
    dialog.close()
    dialog.deleteLater()


def keep_run(stage: Stage, project: Project) -> None:
    """Puts a run of a project beside the document."""
    record = msgspec.structs.replace(sample_record(RUN), project=project)
    store = create_run(stage.session.runs_folder() / RUN, record)
    entries = (CheckpointEntry("b", "", 1, 1, best=True), CheckpointEntry("l", "", 2, 1))
    store.update(checkpoints=entries, epoch=1)
    store.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Home, Qt.Key.Key_PageUp])
def test_keys_lead_to_the_first_format_not_to_its_heading(box: ExportDialog, key: Qt.Key) -> None:
    box.show_format("svg")
    QTest.keyClick(box.formats, key)
    assert box.formats.form.name == "onnx"


def test_the_weights_of_the_last_training_come_first_while_it_trained_what_is_drawn(
    stage: Stage, box: ExportDialog
) -> None:
    document = stage.session.document
    keep_run(stage, document.project)
    box.show_format("pt2")
    assert box.runs.value == Chosen(RUN, "best")
    assert not box.since.isVisible()
    document.apply(SetArg(NodeId("n2"), "out_features", 321))
    assert box.runs.value == Chosen()
    document.undo_stack.undo()
    assert box.runs.value == Chosen(RUN, "best")


def test_chosen_weights_stay_and_a_changed_drawing_is_told(stage: Stage, box: ExportDialog) -> None:
    document = stage.session.document
    keep_run(stage, document.project)
    box.show_format("pt2")
    QTest.keyClick(box.runs, Qt.Key.Key_Down)
    assert box.runs.value == Chosen(RUN, "last")
    document.apply(SetArg(NodeId("n2"), "out_features", 321))
    assert box.runs.value == Chosen(RUN, "last")
    assert "The drawing has changed since this training" in box.since.text()
    assert box.since.isVisible()
    box.show_format("model")
    assert not box.since.isVisible()


def test_the_weights_that_are_offered_follow_the_project(stage: Stage, box: ExportDialog) -> None:
    assert box.runs.currentText() == "Initial, from seed 0"
    training = msgspec.structs.replace(stage.session.document.project.training, seed=5)
    stage.session.document.apply(SetTraining(training))
    assert box.runs.currentText() == "Initial, from seed 5"


def test_a_typed_name_stays_with_another_format(box: ExportDialog, tmp_path: Path) -> None:
    box.show_format("onnx")
    box.target.field.setText(str(tmp_path / "mine.onnx"))
    box.show_format("tensorboard")
    assert box.target.path is not None
    assert box.target.path.parent == tmp_path
    box.show_format("onnx")
    box.target.field.setText(str(tmp_path / "mine.onnx"))
    box.show_format("safetensors")
    box.show_format("svg")
    assert box.target.path == tmp_path / "mine.svg"


def test_what_came_there_meanwhile_is_not_replaced(box: ExportDialog, tmp_path: Path) -> None:
    box.show_format("svg")
    path = tmp_path / "net.svg"
    box.target.field.setText(str(path))
    path.write_text("mine")
    QTest.keyClick(box.target.field, Qt.Key.Key_Return)
    assert path.read_text() == "mine"
    assert "will be replaced" in box.target.line.text()
    QTest.keyClick(box.target.field, Qt.Key.Key_Return)
    assert path.read_text() != "mine"


@pytest.mark.parametrize("box", [RANDOM], indirect=True)
def test_the_layer_that_stands_in_the_way_can_be_gone_to(
    qtbot: QtBot, stage: Stage, box: ExportDialog, tmp_path: Path
) -> None:
    box.show_format("onnx")
    box.target.field.setText(str(tmp_path / "net.onnx"))
    box.export()
    qtbot.waitUntil(lambda: not box.task.active, timeout=WAIT_MS)
    assert "PyTorch cannot export RReLU (layer 1) to ONNX" in box.outcome.text
    assert not list(tmp_path.iterdir())
    QTest.keyClick(box.outcome.layer_button, Qt.Key.Key_Space)
    assert stage.window.selection.nodes == ("n2",)
