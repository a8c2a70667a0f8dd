"""What the actions of time machine, branches and rates do in the window."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.protocol.messages import Checkpointed, Control, MomentsKept, RunState, Visit, Visited
from nnbuilder.ui.moments.branch_dialog import BranchDialog
from tests.fakes import FakeChannel
from tests.ui.conftest import Stage
from tests.ui.moments.times import keep_moments


def _running(stage: Stage) -> FakeChannel:
    """A paused run of 12 steps with moments after 0 and 8 of them."""
    stage.session.run.start()
    line = stage.engine.run
    line.start(steps_per_epoch=4)
    line.progress([0.5] * 12)
    run = stage.session.run
    assert run.folder is not None
    keep_moments(run.folder, (0, 8))
    line.say(MomentsKept(run.run_id, (0, 8)))
    line.say(RunState(run.run_id, "paused", 12, 0.01))
    stage.settle()
    return line


def _usable(stage: Stage, *names: str) -> list[bool]:
    return [stage.action(name).isEnabled() for name in names]


def test_each_can_be_used_where_it_does_something(stage: Stage) -> None:
    names = ("train.back", "train.slower", "train.more", "train.branch", "moment.earlier", "moment.now")
    assert _usable(stage, *names) == [False] * 6
    line = _running(stage)
    assert _usable(stage, *names) == [True, True, False, True, True, False]
    stage.trigger("moment.earlier")
    assert _usable(stage, *names)[-1]
    line.say(Checkpointed(stage.session.run.run_id, 12, "last", "f"))
    line.end()
    assert _usable(stage, *names) == [False, False, True, True, True, True]
    stage.trigger("moment.now")
    assert stage.session.time.moment is None


def test_back_and_rates_are_said_to_the_run(stage: Stage) -> None:
    line = _running(stage)
    for name in ("train.back", "train.slower", "train.faster"):
        stage.trigger(name)

    run = stage.session.run.run_id
    assert line.sent[-3:] == [
        Control(run, "back", 10),
        Control(run, "lr", 0, 0.1),
        Control(run, "lr", 0, 10.0),
    ]


def test_training_on_takes_the_epochs_of_the_setup(stage: Stage) -> None:
    line = _running(stage)
    line.say(Checkpointed(stage.session.run.run_id, 12, "last", "f"))
    line.end()
    stage.trigger("train.more")

    epochs = stage.session.document.project.training.epochs
    assert stage.engine.run.request.project.training.epochs == 3 + epochs


def test_a_branch_from_a_moment_stops_the_run_and_begins_another(stage: Stage) -> None:
    line = _running(stage)
    folder = stage.session.run.folder
    assert folder is not None
    stage.trigger("moment.earlier")
    stage.trigger("train.branch")
    dialog = stage.window.findChild(BranchDialog)
    assert dialog is not None
    dialog.rate.setText("0.5")
    QTest.mouseClick(dialog.begin, Qt.MouseButton.LeftButton)
    stage.settle()
    assert line.told[-1] == "stop"
    line.end()
    stage.settle()

    request = stage.engine.run.request
    assert request.checkpoint is not None
    assert request.checkpoint.startswith(str(folder / "moments" / "branch-step-000000008"))
    assert request.project.training.optimizer_args["lr"] == 0.5
    assert stage.session.time.moment is None


def test_using_the_weights_of_a_moment_is_said_and_can_be_undone(stage: Stage) -> None:
    _running(stage)
    stage.trigger("moment.earlier")
    visitor = stage.engine.run
    stage.trigger("moment.use")
    asked = visitor.sent[-1]
    assert isinstance(asked, Visit)
    answer = Visited("v", asked.path, 8, 2, (), {}, {}, sha256="b" * 64)
    visitor.say(answer, np.zeros((0, 64)), np.zeros((0, 2)), np.zeros((0, 3)))
    assert stage.session.document.project.weights == "b" * 64
    stage.trigger("edit.undo")

    assert stage.session.document.project.weights is None
