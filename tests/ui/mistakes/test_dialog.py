"""Mistakes are chosen, both loops are trained in a process of their own, and both curves are drawn."""

import os
import signal
from collections.abc import Iterator

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shiboken6 import Shiboken

from nnbuilder.data.spec import Split
from nnbuilder.project.edits import SetData, SetTraining
from nnbuilder.project.project import Project
from nnbuilder.protocol.mistakes import MISTAKES, LoopEnd, LoopsAdvanced, LoopsTrained, Mistake
from nnbuilder.ui.mistakes import MistakesDialog, words
from nnbuilder.ui.mistakes.code import loop_lines
from tests.engine.microscope.test_mistakes import run
from tests.engine.samples import CLASSIFIER, chain, make_project, regression
from tests.ui.conftest import Stage

LR: tuple[Mistake, ...] = ("lr",)
SQUEEZED: tuple[Mistake, ...] = ("softmax",)
PROJECT = make_project(chain(*CLASSIFIER), epochs=4)
END = LoopsTrained(2, 3, "accuracy", LoopEnd(0.1, 0.2, 0.97), LoopEnd(None, None, None, 5), "", ("Note.",))


@pytest.fixture
def dialog(stage: Stage) -> Iterator[MistakesDialog]:
    """The box over a window on a small project."""
    stage.session.new(PROJECT)
    stage.settle()
    stage.window.boxes.show_mistakes()
    [made] = stage.window.findChildren(MistakesDialog)
    trained = made.trained
    yield made
    if Shiboken.isValid(trained):
        trained.task.cancel()


def press(dialog: MistakesDialog, name: str) -> None:
    """Presses a button."""
    button = {"train": dialog.train, "stop": dialog.stop, "close": dialog.close_button}[name]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def wait_for_end(stage: Stage, dialog: MistakesDialog) -> None:
    """Waits until both loops have ended."""
    stage.window.repaint()
    end = 60_000
    while dialog.trained.active and end > 0:
        QTest.qWait(20)
        end -= 20
    assert not dialog.trained.active


def test_both_loops_are_trained_as_the_engine_trains_them(stage: Stage, dialog: MistakesDialog) -> None:
    dialog.boxes["lr"].click()
    press(dialog, "train")
    assert not dialog.train.isEnabled()
    wait_for_end(stage, dialog)
    right, wrong = run(PROJECT), run(PROJECT, "zero_grad", "lr")
    assert list(dialog.steps.right) == right.losses
    assert list(dialog.steps.wrong) == wrong.losses
    assert list(dialog.epochs.right) == right.validation
    assert list(dialog.epochs.wrong) == wrong.validation
    assert f"validation loss {right.validation[-1]:.3g}" in dialog.line.text()
    assert words.WORDS["zero_grad"].does in dialog.why.text()
    assert words.WORDS["lr"].does in dialog.why.text()
    assert stage.session.document.project is dialog.trained.project
    assert not stage.session.document.undo_stack.count()


def test_a_mistake_stands_out_in_the_code(dialog: MistakesDialog) -> None:
    assert [one.text.strip() for one in dialog.wrong.lines if one.wrong] == ["# optimizer.zero_grad()"]
    assert not any(one.wrong for one in dialog.right.lines)
    for box in dialog.boxes.values():
        box.setChecked(True)
    wrong = [one.text.strip() for one in dialog.wrong.lines if one.wrong]
    assert wrong == [
        "# x = (x - mean) / std",
        "optimizer = Adam(parameters, lr=1)",
        "order = arange(len(x))",
        "# optimizer.zero_grad()",
        "output = model(x[rows]).softmax(dim=1)",
        "# model.eval()",
        "loss_fn(model(x_val).softmax(dim=1), y_val)",
    ]


def test_what_cannot_be_done_wrong_says_why(stage: Stage, dialog: MistakesDialog) -> None:
    data = msgspec.structs.replace(PROJECT.data, standardize=False, split=Split(0.0))
    stage.session.document.apply(SetData(data))
    stage.settle()
    assert not dialog.boxes["standardize"].isEnabled()
    assert "makes this mistake already" in dialog.boxes["standardize"].toolTip()
    assert "no validation part" in dialog.boxes["eval"].toolTip()
    dialog.boxes["eval"].setChecked(True)
    assert dialog.chosen == {"zero_grad"}
    assert "no softmax" in words.obstacle("softmax", regression())
    binary = make_project(chain(("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss"))
    assert words.label("softmax", binary) == "sigmoid twice"
    assert words.does("softmax", binary).startswith("Sigmoid")
    assert "changes nothing" in words.does("eval", binary)
    assert any("sigmoid" in one.text for one in loop_lines(binary, SQUEEZED))


def test_curves_grow_while_it_trains_and_stay_when_it_is_stopped(dialog: MistakesDialog) -> None:
    assert dialog.steps.empty.startswith("Press Train both")
    dialog.train.setFocus()
    press(dialog, "train")
    assert dialog.steps.empty == "Both loops begin…"
    assert dialog.stop.hasFocus()
    dialog.trained.task.advanced.emit(LoopsAdvanced((1.0, 0.9), (1.0, None), (0.8,), ()))
    assert dialog.line.text() == "Step 2…"
    assert dialog.steps.wrong == (1.0, None)
    press(dialog, "stop")
    assert dialog.line.text().startswith("Stopped")
    assert dialog.steps.right == (1.0, 0.9)
    assert list(dialog.steps.table()) == ["step,right,wrong\n", "1,1.0,1.0\n", "2,0.9,nan\n"]
    assert not dialog.trained.active
    assert dialog.train.isEnabled()
    assert dialog.train.hasFocus()


def test_mistakes_that_do_no_harm_are_told(dialog: MistakesDialog) -> None:
    press(dialog, "train")
    dialog.trained.task.cancel()
    for wrong, forgiven in ((0.1, True), (0.2, True), (0.3, False)):
        end = msgspec.structs.replace(END, wrong=LoopEnd(0.05, wrong, 0.97))
        assert ("came out no worse" in words.verdict(end)) == forgiven
    assert "no worse" not in words.verdict(END)


def test_a_loss_that_broke_and_notes_are_told(dialog: MistakesDialog) -> None:
    press(dialog, "train")
    dialog.trained.task.cancel()
    dialog.trained.task.answered.emit(END)
    assert dialog.line.text() == (
        "Right loop: training loss 0.1, validation loss 0.2, accuracy 97.0%. "
        "With mistakes: the loss is no number any more from step 5 on."
    )
    assert dialog.why.text().endswith("Note.")


def test_without_a_mistake_there_is_nothing_to_train(dialog: MistakesDialog) -> None:
    dialog.boxes["zero_grad"].click()
    assert not dialog.train.isEnabled()
    assert dialog.train.toolTip() == "Choose a mistake first"
    dialog.boxes["shuffle"].click()
    assert dialog.train.isEnabled()


def test_a_lost_process_is_a_sentence(stage: Stage, dialog: MistakesDialog) -> None:
    press(dialog, "train")
    os.kill(dialog.trained.task.pid, signal.SIGKILL)
    wait_for_end(stage, dialog)
    assert "ended before it was done" in dialog.line.text()


def test_closing_ends_the_process(dialog: MistakesDialog) -> None:
    press(dialog, "train")
    task, ended = dialog.trained.task, []
    assert task.active
    dialog.finished.connect(lambda _: ended.append(task.active))
    press(dialog, "close")
    assert ended == [False]


def test_a_closed_box_follows_no_more(stage: Stage, dialog: MistakesDialog) -> None:
    press(dialog, "close")
    assert not Shiboken.isValid(dialog)
    training = msgspec.structs.replace(PROJECT.training, epochs=9)
    stage.session.document.apply(SetTraining(training, "epochs"))
    assert not stage.window.findChildren(MistakesDialog)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_in_the_code_of_the_loop(mistake: Mistake) -> None:
    lines = loop_lines(PROJECT, (mistake,))
    assert lines != loop_lines(PROJECT)
    assert [one.wrong for one in lines] == [a != b for a, b in zip(lines, loop_lines(PROJECT), strict=True)]


def test_the_loop_has_the_optimizer_and_rate_of_the_project(stage: Stage, dialog: MistakesDialog) -> None:
    training = msgspec.structs.replace(PROJECT.training, optimizer="SGD", optimizer_args={"lr": 0.5})
    stage.session.document.apply(SetTraining(training, "lr"))
    assert "SGD(parameters, lr=0.5)" in dialog.right.lines[1].text
    bare = Project(training=msgspec.structs.replace(training, optimizer_args={}))
    assert "lr * 100" in loop_lines(bare, LR)[1].text
