"""Texts on their way into the drawing: by paste, by file; each one undo step."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox

from nnbuilder.graph.edits import Group
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.interop.import_project import Given
from nnbuilder.ui.importing import ImportDialog
from tests.ui.conftest import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier
TEXT = (
    "model = nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 3))\n"
    "loss = nn.CrossEntropyLoss(label_smoothing=0.5)\n"
    "opt = torch.optim.SGD(model.parameters(), lr=0.5)\n"
)


def pasted(stage: Stage, text: str) -> ImportDialog | None:
    """The box that a paste on the canvas opens."""
    stage.window.panels.canvas.setFocus()
    QApplication.clipboard().setText(text)
    stage.key(Qt.Key.Key_V, CONTROL)
    stage.settle()
    return stage.window.findChild(ImportDialog)


def types(stage: Stage) -> list[str]:
    """The layers of the drawing in the order in which they were drawn."""
    return [node.type for node in stage.graph.nodes.values()]


def test_a_plain_text_goes_in_without_a_box(stage: Stage) -> None:
    before = len(stage.graph.nodes)
    assert pasted(stage, "nn.Sequential(nn.Linear(8, 6), nn.Tanh())") is None
    assert len(stage.graph.nodes) == before + 2


def test_what_wants_a_look_is_added_with_its_training_as_one_step(stage: Stage) -> None:
    before, training = stage.graph, stage.session.document.project.training
    dialog = pasted(stage, TEXT)
    assert dialog is not None
    assert stage.graph is before
    dialog.buttons["add"].click()
    assert types(stage)[-3:] == ["Linear", "Tanh", "Linear"]
    project = stage.session.document.project
    assert (project.training.optimizer, project.training.optimizer_args) == ("SGD", {"lr": 0.5})
    assert stage.graph.of_type("Loss")[0].args["label_smoothing"] == 0.5
    stage.session.document.undo_stack.undo()
    assert stage.graph == before
    assert stage.session.document.project.training == training


def test_a_drawing_is_replaced_as_one_step(stage: Stage) -> None:
    before = stage.session.document.project
    dialog = pasted(stage, TEXT)
    assert dialog is not None
    dialog.buttons["replace"].click()
    assert types(stage) == ["Input", "Linear", "Tanh", "Linear", "Loss"]
    assert stage.session.document.project.data == before.data
    stage.session.document.undo_stack.undo()
    assert stage.session.document.project == before


def test_a_file_becomes_a_project_of_its_own(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(TEXT)
    stage.window.imports.open(tmp_path / "mine.py")
    dialog = stage.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert dialog.buttons["new"].isDefault()
    dialog.buttons["new"].click()
    stage.settle()
    assert types(stage) == ["Input", "Linear", "Tanh", "Linear", "Loss"]
    assert stage.session.document.title.startswith("mine")


def test_what_is_no_text_is_told(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_bytes(b"x = 1\n\xff")
    stage.window.imports.open(tmp_path / "mine.py")
    box = stage.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "Line 2" in box.informativeText()
    box.reject()


def test_a_paste_that_is_broken_can_be_mended_in_the_box(stage: Stage) -> None:
    before = stage.graph
    dialog = pasted(stage, "nn.Sequential(nn.Linear(8, 6), nn.Droput(0.5))")
    assert dialog is not None
    assert "Dropout" in dialog.reading.problems[0].message
    dialog.reject()
    assert stage.graph is before


def test_weights_tell_of_their_network_and_ask_for_the_rest(stage: Stage) -> None:
    shapes = {"0.weight": (8, 3, 3, 3), "0.bias": (8,), "1.weight": (8,), "1.bias": (8,)}
    stage.window.imports.show_state("w.safetensors", shapes, ordered=False)
    dialog = stage.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert dialog.source.isReadOnly()
    assert dialog.source.toPlainText().splitlines()[0].split()[:2] == ["0.weight", "8"]
    field = dialog.questions.fields["1.num_groups"]
    field.setText("2")
    dialog.read()
    dialog.buttons["new"].click()
    stage.settle()
    assert types(stage) == ["Input", "Conv2d", "GroupNorm", "Loss"]
    assert stage.session.document.title.startswith("w")


def test_replacing_shows_the_whole_drawing_and_leaves_a_group(stage: Stage) -> None:
    canvas = stage.window.panels.canvas
    stage.session.document.apply(Group((NodeId("n3"), NodeId("n4")), Node(NodeId("g1"), "Sequential")))
    canvas.level.go(NodeId("g1"))
    canvas.camera.zoom(4.0)
    dialog = pasted(stage, TEXT)
    assert dialog is not None
    dialog.buttons["replace"].click()
    stage.settle()
    assert canvas.level.group is None
    assert canvas.camera.visible().contains(canvas.level.bounds)


def test_a_file_that_is_too_long_is_told_without_a_box(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text("x = 1\n" * 100_000)
    stage.window.imports.open(tmp_path / "long.py")
    assert stage.window.findChild(ImportDialog) is None
    assert "600,000 bytes" in stage.box().informativeText()
    stage.box().reject()


def test_each_box_keeps_the_name_of_its_file(stage: Stage, tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").write_text(TEXT)
        stage.window.imports.open(tmp_path / f"{name}.py")
    first, second = stage.window.findChildren(ImportDialog)
    first.buttons["new"].click()
    stage.settle()
    assert stage.session.document.title.startswith("first")
    second.reject()


def test_the_shape_of_an_input_is_said_in_the_box(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "seen.py").write_text("model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten())\n")
    stage.window.imports.open(tmp_path / "seen.py")
    dialog = stage.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert "Conv2d takes any: set the shape" in dialog.input.line.text()
    field = dialog.input.form.rows["shape"].editor.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, "3, 28, 28")
    dialog.buttons["new"].click()
    stage.settle()
    assert stage.graph.of_type("Input")[0].args == {"shape": (3, 28, 28)}


def test_the_input_of_a_linear_is_told_by_the_text(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(TEXT)
    stage.window.imports.open(tmp_path / "mine.py")
    dialog = stage.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert dialog.input.given == Given()
    assert "auto follows the text" in dialog.input.line.text()


def test_of_several_networks_one_is_chosen_by_its_label(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "two.py").write_text(
        "a = nn.Sequential(nn.Linear(4, 3))\nb = nn.Sequential(nn.Linear(2, 1))\n"
    )
    stage.window.imports.open(tmp_path / "two.py")
    dialog = stage.window.findChild(ImportDialog)
    assert isinstance(dialog, ImportDialog)
    assert dialog.which.isVisible()
    assert dialog.which.buddy() is dialog.networks
