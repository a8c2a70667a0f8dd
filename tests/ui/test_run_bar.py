"""Training from toolbar and keys, and what the bars show of it."""

import msgspec
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetTraining
from tests.ui.conftest import Stage

N4 = NodeId("n4")


def _usable(stage: Stage) -> set[str]:
    names = ("start", "pause", "step", "epoch", "stop", "rewind", "resume")
    return {name for name in names if stage.action(f"train.{name}").isEnabled()}


def test_buttons_follow_the_run(stage: Stage) -> None:
    assert _usable(stage) == {"start", "step"}
    QTest.mouseClick(stage.child("bar.train.start"), Qt.MouseButton.LeftButton)
    run = stage.engine.run
    run.start()
    run.state("running")
    assert _usable(stage) == {"pause", "stop", "rewind"}
    QTest.mouseClick(stage.child("bar.train.pause"), Qt.MouseButton.LeftButton)
    run.state("paused")
    assert stage.action("train.start").text() == "Resume"
    assert _usable(stage) == {"start", "step", "epoch", "stop", "rewind"}
    QTest.mouseClick(stage.child("bar.train.step"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(stage.child("bar.train.start"), Qt.MouseButton.LeftButton)
    run.state("running")
    QTest.mouseClick(stage.child("bar.train.stop"), Qt.MouseButton.LeftButton)
    assert run.told == ["pause", "step", "resume", "stop"]
    run.end(stopped=True)
    assert "start" in _usable(stage)
    assert stage.action("train.start").text() == "Train"


def test_a_first_step_starts_a_run_that_waits(stage: Stage) -> None:
    stage.trigger("train.step")
    run = stage.engine.run
    assert run.request.paused
    run.start()
    assert run.told == ["step"]


def test_many_epochs_are_written_in_groups_of_three_digits(stage: Stage, qtbot: QtBot) -> None:
    document = stage.session.document
    training = msgspec.structs.replace(document.project.training, epochs=100_000)
    document.apply(SetTraining(training, "epochs"))
    stage.trigger("train.start")
    run = stage.engine.run
    run.start(steps_per_epoch=2)
    run.state("running")
    run.progress([0.5] * 2_400, epoch=1_200)
    qtbot.waitUntil(lambda: stage.window.bar.state.epoch.text() == "Epoch 1,200 / 100,000")


def test_the_bar_shows_epoch_loss_and_accuracy(stage: Stage, qtbot: QtBot) -> None:
    stage.trigger("train.start")
    run = stage.engine.run
    run.start(steps_per_epoch=8)
    run.state("running")
    run.progress([0.5] * 8 + [0.112], epoch=1)
    run.end_epoch(1, validation_loss=0.139)
    qtbot.waitUntil(lambda: "0.112" in stage.window.bar.state.losses.text())
    state = stage.window.bar.state
    assert state.losses.text() == "loss 0.112  val 0.139"
    assert state.metrics.text() == "accuracy 80.0 %"
    assert state.epoch.text() == "Epoch 2 / 100"
    assert 0 < state.bar.share < 0.1
    assert state.pill.text() == "CPU · seed 0"
    stage.window.status.refresh()
    assert stage.window.status.facts.text().startswith("1,000 steps/s · ")


def test_problems_keep_a_run_from_starting_and_are_shown(stage: Stage) -> None:
    stage.session.document.apply(SetArg(N4, "in_features", 99))
    stage.settle()
    stage.trigger("train.start")
    assert not stage.engine.runs
    assert stage.window.docks.bottom.currentWidget() is stage.window.panels.problems
    assert "mend them" in stage.window.status.message.text()


def test_a_lost_run_is_told_above_the_canvas(stage: Stage) -> None:
    stage.trigger("train.start")
    stage.engine.run.start()
    stage.engine.run.die("Its memory ran out.")
    notice = stage.window.notice
    assert notice.isVisible()
    assert "Its memory ran out." in notice.label.text()
    stage.trigger("train.start")
    assert not notice.isVisible()


def test_the_status_bar_tells_of_the_engine(stage: Stage) -> None:
    shown = stage.window.status
    stage.engine.to("lost")
    assert ("lost" in shown.engine.text(), shown.dot.token) == (True, "error")
    stage.engine.to("starting")
    assert ("starting" in shown.engine.text(), shown.dot.token) == (True, "warning")
    stage.engine.to("ready")
    assert ("ready" in shown.engine.text(), shown.dot.token) == (True, "ok")


def test_the_pill_leads_to_the_training_setup(stage: Stage) -> None:
    right = stage.window.docks.right
    assert right.currentWidget() is stage.window.panels.inspector
    QTest.mouseClick(stage.child("bar.pill"), Qt.MouseButton.LeftButton)
    assert right.currentWidget() is stage.window.panels.training
    stage.window.selection.set([N4])
    assert right.currentWidget() is stage.window.panels.inspector


def test_nothing_in_the_bar_jumps_while_training(stage: Stage, qtbot: QtBot) -> None:
    def places() -> list[QPoint]:
        return [stage.child(name).pos() for name in ("bar.train.pause", "bar.train.rewind", "bar.pill")]

    before = places()
    stage.trigger("train.start")
    run = stage.engine.run
    run.start(steps_per_epoch=8)
    run.state("running")
    run.progress([1.5e-5] * 9, epoch=1)
    run.end_epoch(1, validation_loss=2.5e-7)
    qtbot.waitUntil(lambda: "2.5e-07" in stage.window.bar.state.losses.text())
    stage.settle()
    assert places() == before
    run.state("paused")
    stage.settle()
    assert stage.action("train.start").text() == "Resume"
    assert places() == before


def test_a_message_leaves_the_engine_readable(stage: Stage) -> None:
    status = stage.window.status
    before = status.engine.geometry()
    status.say("mine.nnb is open in another window of this computer. " * 4 + "This is a copy.")
    stage.settle()
    assert status.engine.isVisible()
    assert status.engine.geometry() == before
    assert not status.message.geometry().intersects(status.facts.geometry())
    assert status.message.toolTip().endswith("This is a copy.")
