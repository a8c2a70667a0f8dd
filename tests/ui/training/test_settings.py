"""The form of the training panel: every change one edit."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QToolButton

from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import TrainingConfig
from nnbuilder.ui.training.settings import TrainingSettings
from tests.ui.workbench import Workbench, field_of, find, help_of, retype


@pytest.fixture
def settings(bench: Workbench) -> TrainingSettings:
    """The form on the document."""
    settings = TrainingSettings(bench.document)
    settings.refresh()
    return bench.show(settings, height=800)


def training(bench: Workbench) -> TrainingConfig:
    """The configuration as the document has it."""
    return bench.document.project.training


def choose(settings: TrainingSettings, arg: str, key: str) -> None:
    """Chooses by typing the first letters."""
    box = find(settings, QComboBox, f"arg_{arg}")
    box.setFocus()
    QTest.keyClicks(box, key)


def test_lr_comes_first_and_is_one_undo_step(bench: Workbench, settings: TrainingSettings) -> None:
    assert list(settings.optimizer_form.rows)[:2] == ["optimizer", "lr"]
    assert field_of(settings, "lr").text() == "0.001"
    retype(field_of(settings, "lr"), "0.05")
    assert training(bench).optimizer_args == {"lr": 0.05}
    assert bench.undo_steps == 1
    assert bench.document.undo_stack.undoText() == "Change lr"


def test_numbers_of_the_run(bench: Workbench, settings: TrainingSettings) -> None:
    for name, value in (("batch_size", 8), ("epochs", 20), ("seed", 3), ("threads", 2)):
        retype(field_of(settings, name), str(value))
    assert training(bench) == TrainingConfig(batch_size=8, epochs=20, seed=3, threads=2)
    assert bench.undo_steps == 4
    QTest.mouseClick(find(settings, QToolButton, "reset_epochs"), Qt.MouseButton.LeftButton)
    assert training(bench).epochs == 100


@pytest.mark.parametrize(
    ("name", "text"), [("epochs", "0"), ("batch_size", "-1"), ("lr", "-0.1"), ("seed", "1.5")]
)
def test_what_does_not_fit_is_told_and_changes_nothing(
    bench: Workbench, settings: TrainingSettings, name: str, text: str
) -> None:
    retype(field_of(settings, name), text)
    assert help_of(settings, name).startswith(f"{name} takes")
    assert bench.undo_steps == 0


def test_another_optimizer_keeps_the_arguments_it_takes(bench: Workbench, settings: TrainingSettings) -> None:
    choose(settings, "optimizer", "SGD")
    retype(field_of(settings, "lr"), "0.1")
    retype(field_of(settings, "dampening"), "0.5")
    bench.qtbot.wait(QApplication.keyboardInputInterval() + 50)  # else the letters add to those before
    choose(settings, "optimizer", "RMS")
    assert training(bench).optimizer == "RMSprop"
    assert training(bench).optimizer_args == {"lr": 0.1}
    assert "alpha" in settings.optimizer_form.rows
    assert "dampening" not in settings.optimizer_form.rows
    QTest.mouseClick(find(settings, QToolButton, "reset_lr"), Qt.MouseButton.LeftButton)
    assert training(bench).optimizer_args == {}


def test_the_loss_is_edited_on_its_node(bench: Workbench, settings: TrainingSettings) -> None:
    choose(settings, "loss", "Smooth")
    assert bench.args("n5") == {"loss": "SmoothL1Loss"}
    retype(field_of(settings, "beta"), "0.5")
    assert bench.args("n5") == {"loss": "SmoothL1Loss", "beta": 0.5}
    QTest.mouseClick(find(settings, QToolButton, "reset_beta"), Qt.MouseButton.LeftButton)
    assert bench.args("n5") == {"loss": "SmoothL1Loss"}


def test_without_a_loss_node_it_says_so(bench: Workbench, settings: TrainingSettings) -> None:
    bench.document.apply(RemoveNodes((NodeId("n5"),)))
    settings.refresh()
    assert not settings.loss_form.rows
    assert settings.loss_form.isHidden()


def test_gradients_are_clipped_where_a_limit_is_typed(bench: Workbench, settings: TrainingSettings) -> None:
    assert field_of(settings, "clip_norm").text() == "None"
    retype(field_of(settings, "clip_norm"), "1.5")
    assert training(bench) == TrainingConfig(seed=7, clip_norm=1.5)
    retype(field_of(settings, "clip_value"), "0")
    assert help_of(settings, "clip_value").startswith("clip_value takes a number above 0")
    QTest.mouseClick(find(settings, QToolButton, "reset_clip_norm"), Qt.MouseButton.LeftButton)
    assert training(bench) == TrainingConfig(seed=7)
