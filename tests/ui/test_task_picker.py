"""The box of tasks in a window: what it says of this network, and one step that switches it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QRadioButton

from nnbuilder.data.spec import BuiltinData
from nnbuilder.graph.edits import SetArgs
from nnbuilder.graph.graph import LOSS
from nnbuilder.ui.task_picker import TaskPicker
from tests.ui.conftest import Stage
from tests.ui.workbench import find


def opened(stage: Stage) -> TaskPicker:
    """The box, as the menu opens it."""
    stage.trigger("network.task")
    box = stage.window.boxes.tasks
    assert box is not None
    return box


def test_it_opens_on_the_networks_own_task(stage: Stage) -> None:
    box = opened(stage)
    assert box.choices["classes"].isChecked()
    assert box.data.currentText() == "Iris (3 classes), as now"
    assert box.nothing.isVisible()
    assert not box.switch.isEnabled()


def test_a_switch_is_one_step_that_is_undone(stage: Stage) -> None:
    before = stage.session.document.project
    box = opened(stage)
    QTest.mouseClick(find(box, QRadioButton, "task_values"), Qt.MouseButton.LeftButton)
    assert box.reason.text() == "Iris (3 classes) do not suit regression, so other data are needed."
    assert [pair[0] for pair in box.changes.shown] == ["Data", "Last layer", "Loss"]
    QTest.mouseClick(find(box, QPushButton, "task_switch"), Qt.MouseButton.LeftButton)
    stage.settle()
    project = stage.session.document.project
    assert project.data.source == BuiltinData("diabetes")
    assert project.graph.of_type(LOSS)[0].args["loss"] == "MSELoss"
    assert not box.isVisible()
    assert stage.session.document.undo_stack.undoText() == "Switch to regression"
    stage.trigger("edit.undo")
    assert stage.session.document.project == before


def test_other_data_of_the_same_task_can_be_chosen(stage: Stage) -> None:
    box = opened(stage)
    box.data.setCurrentIndex(box.data.findText("Wine (3 classes)"))
    box.data.activated.emit(box.data.currentIndex())
    assert box.changes.shown == (("Data", "Iris (3 classes)  →  Wine (3 classes)"),)
    assert box.switch.isEnabled()


def test_it_keeps_up_with_the_drawing(stage: Stage) -> None:
    box = opened(stage)
    QTest.mouseClick(find(box, QRadioButton, "task_binary"), Qt.MouseButton.LeftButton)
    assert ("Loss", "CrossEntropyLoss  →  BCEWithLogitsLoss") in box.changes.shown
    [loss] = stage.graph.of_type(LOSS)
    stage.session.document.apply(SetArgs(loss.id, {"loss": "BCEWithLogitsLoss"}))
    stage.settle()
    assert [pair[0] for pair in box.changes.shown] == ["Data", "Last layer"]
