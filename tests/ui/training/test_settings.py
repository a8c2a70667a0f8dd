"""The form of the training panel: every change one edit."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QToolButton

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


def test_a_schedule_is_chosen_with_its_arguments(bench: Workbench, settings: TrainingSettings) -> None:
    assert list(settings.scheduler_form.rows) == ["lr_scheduler"]
    choose(settings, "lr_scheduler", "OneC")
    assert training(bench).lr_scheduler_args == {"max_lr": 0.01}
    assert bench.undo_steps == 1
    retype(field_of(settings, "max_lr"), "0.5")
    assert training(bench).lr_scheduler_args == {"max_lr": 0.5}
    retype(field_of(settings, "max_lr"), "-1")
    assert help_of(settings, "max_lr").startswith("max_lr takes a number at least 0")
    assert "every" in settings.scheduler_form.rows
    choose(settings, "every", "ep")
    assert training(bench).lr_scheduler_every == "epoch"
    QTest.mouseClick(find(settings, QToolButton, "reset_every"), Qt.MouseButton.LeftButton)
    assert training(bench).lr_scheduler_every is None
    retype(field_of(settings, "div_factor"), "10")
    QTest.mouseClick(find(settings, QToolButton, "reset_div_factor"), Qt.MouseButton.LeftButton)
    assert training(bench).lr_scheduler_args == {"max_lr": 0.5}


def test_another_schedule_begins_with_its_own_arguments(bench: Workbench, settings: TrainingSettings) -> None:
    choose(settings, "lr_scheduler", "Cycl")
    bench.qtbot.wait(QApplication.keyboardInputInterval() + 50)  # else the letters add to those before
    choose(settings, "lr_scheduler", "Reduce")
    assert training(bench).lr_scheduler_args == {}
    assert "every" not in settings.scheduler_form.rows
    QTest.mouseClick(find(settings, QToolButton, "reset_lr_scheduler"), Qt.MouseButton.LeftButton)
    assert training(bench) == TrainingConfig(seed=7)
    assert list(settings.scheduler_form.rows) == ["lr_scheduler"]


def test_class_weights_stand_beside_a_loss_that_takes_them(
    bench: Workbench, settings: TrainingSettings
) -> None:
    choose(settings, "loss", "Cross")
    retype(field_of(settings, "class_weights"), "balanced")
    assert training(bench).class_weights == "balanced"
    retype(field_of(settings, "class_weights"), "1, 2, 0.5")
    assert training(bench).class_weights == (1, 2, 0.5)
    QTest.mouseClick(find(settings, QToolButton, "reset_class_weights"), Qt.MouseButton.LeftButton)
    assert training(bench).class_weights is None
    bench.qtbot.wait(QApplication.keyboardInputInterval() + 50)
    choose(settings, "loss", "MSE")
    assert "class_weights" not in settings.loss_form.rows


def test_early_stopping_and_minutes(bench: Workbench, settings: TrainingSettings) -> None:
    for name, text in (("patience", "8"), ("min_delta", "0.01"), ("minutes", "5"), ("l1", "0.1")):
        retype(field_of(settings, name), text)
    find(settings, QCheckBox, "restore_best_box").click()
    wanted = TrainingConfig(seed=7, patience=8, min_delta=0.01, minutes=5, l1=0.1, restore_best=False)
    assert training(bench) == wanted
    retype(field_of(settings, "patience"), "None")
    assert training(bench).patience is None


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
