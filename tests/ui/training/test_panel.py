"""The training panel: what it says, what its buttons do."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QProgressBar, QToolButton

from nnbuilder.graph.edits import MoveNodes, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetTraining, SetWeights
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.messages import Checkpointed, Failed, MomentsKept, RunEnded, RunState
from nnbuilder.ui.common.problem_card import ProblemCard
from nnbuilder.ui.training.panel import TrainingPanel
from tests.ui.workbench import Workbench, field_of, find, retype

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(bench: Workbench) -> TrainingPanel:
    """The training panel, before the first run."""
    return bench.show(TrainingPanel(bench.document, bench.run, bench.analysis), height=900)


def text(panel: TrainingPanel, name: str) -> str:
    """What a label says."""
    return find(panel, QLabel, name).text()


def press(panel: TrainingPanel, name: str) -> None:
    """Presses a small button, which must be usable."""
    button = find(panel, QToolButton, f"{name}_button")
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def usable(panel: TrainingPanel) -> set[str]:
    """The names of the buttons that can be pressed."""
    found = {name for name, button in panel.controls.buttons.items() if button.isEnabled()}
    return found | ({"train"} if panel.controls.train.isEnabled() else set())


def test_it_says_where_training_starts(bench: Workbench, panel: TrainingPanel) -> None:
    assert text(panel, "start_line") == "Train starts anew from seed 7."
    bench.document.apply(SetWeights("a" * 64))
    assert "aaaaaaaa" in text(panel, "start_line")


def test_train_commits_what_is_typed_and_starts(bench: Workbench, panel: TrainingPanel) -> None:
    retype(field_of(panel, "epochs"), "3", end=None)
    QTest.mouseClick(panel.controls.train, LEFT)
    assert bench.engine.run.request.project.training.epochs == 3
    assert text(panel, "run_state") == "Starting"


def test_buttons_follow_the_state(bench: Workbench, panel: TrainingPanel) -> None:
    assert usable(panel) == {"train", "step"}
    channel = bench.start_run()
    assert usable(panel) == {"pause", "stop", "rewind"}
    press(panel, "pause")
    channel.state("paused")
    assert usable(panel) == {"train", "step", "epoch", "stop", "rewind"}
    assert panel.controls.train.text() == "Resume"
    press(panel, "step")
    press(panel, "epoch")
    press(panel, "rewind")
    QTest.mouseClick(panel.controls.train, LEFT)
    press(panel, "stop")
    assert channel.told == ["pause", "step", "epoch", "rewind", "resume", "stop"]
    assert usable(panel) == set()
    channel.end(stopped=True)
    assert usable(panel) == {"train", "step", "rewind"}


def test_step_starts_a_waiting_run_and_steps_once(bench: Workbench, panel: TrainingPanel) -> None:
    press(panel, "step")
    assert bench.engine.run.request.paused
    bench.engine.run.start()
    bench.engine.run.state("paused")
    assert bench.engine.run.told == ["step"]


def test_progress(bench: Workbench, panel: TrainingPanel) -> None:
    channel = bench.start_run(steps_per_epoch=4)
    channel.progress([0.5] * 40, epoch=10)
    assert text(panel, "run_state") == "Epoch 10 of 100"
    assert text(panel, "run_progress_line") == "step 40 · loss 0.500"
    assert find(panel, QProgressBar, "run_progress").value() == 100


def test_problems_keep_a_run_from_starting(bench: Workbench, panel: TrainingPanel) -> None:
    bench.document.apply(SetArg(NodeId("n4"), "in_features", 5))
    bench.settle()
    assert usable(panel) == set()
    assert panel.blocked.text == "1 problem keeps this network from being trained: see Problems."
    assert panel.controls.train.toolTip() == panel.blocked.text
    bench.document.undo_stack.undo()
    bench.settle()
    assert not panel.blocked.isVisible()
    assert "train" in usable(panel)


def test_it_says_when_the_project_has_moved_on(bench: Workbench, panel: TrainingPanel) -> None:
    bench.start_run()
    bench.document.apply(MoveNodes({NodeId("n2"): (500.0, 500.0)}))
    assert not panel.moved.isVisible()
    bench.document.apply(SetArg(NodeId("n2"), "out_features", 32))
    assert "goes on with what it began with" in panel.moved.text
    bench.document.undo_stack.undo()
    assert not panel.moved.isVisible()


def test_a_lost_run_offers_its_checkpoint(bench: Workbench, panel: TrainingPanel) -> None:
    channel = bench.start_run()
    channel.progress([0.5] * 8)
    channel.say(Checkpointed(channel.request.run_id, 8, "/runs/8", "0" * 64))
    channel.die("It was ended by a signal.")
    assert panel.failure.text == (
        "The training process was lost at step 8. It was ended by a signal."
        " It can go on from its last checkpoint."
    )
    QTest.mouseClick(panel.failure.button, LEFT)
    assert bench.engine.run.request.checkpoint == "/runs/8"
    assert not panel.failure.isVisible()


def test_a_failure_shows_its_problems(bench: Workbench, panel: TrainingPanel) -> None:
    channel = bench.start_run()
    problem = Problem("error", "x", "The batch is too large.", node=NodeId("n2"))
    channel.say(
        Failed("problem", "It cannot be trained.", run_id=channel.request.run_id, problems=(problem,))
    )
    channel.die()
    assert panel.failure.text == "It cannot be trained."
    assert not panel.failure.button.isVisible()
    [card] = panel.findChildren(ProblemCard)
    assert card.problem == problem
    bench.run.start()
    bench.settle()
    assert panel.findChildren(ProblemCard) == []


def test_hidden_it_draws_nothing(bench: Workbench, panel: TrainingPanel) -> None:
    panel.hide()
    bench.document.apply(SetWeights("a" * 64))
    bench.start_run().progress([0.5])
    assert text(panel, "start_line") == "Train starts anew from seed 7."
    panel.show()
    assert "aaaaaaaa" in text(panel, "start_line")
    assert text(panel, "run_state") == "Epoch 1 of 100"


def test_it_says_why_a_run_has_ended_early(bench: Workbench, panel: TrainingPanel) -> None:
    line = bench.start_run()
    line.progress([1.0] * 8)
    told = "Stopped early after epoch 2: for 1 epoch the loss has not become smaller."
    line.say(RunEnded(bench.run.run_id, "finished", 8, 1.0, "f", {}, {}, told))
    bench.settle()

    assert panel.ending.text == told
    assert text(panel, "run_state") == "Finished after 2 epochs"
    bench.start_run()
    assert panel.ending.isHidden()


def test_devices_are_those_of_this_computer_with_the_reason_for_others(bench: Workbench) -> None:
    panel = bench.show(TrainingPanel(bench.document, bench.run, bench.analysis), height=900)
    panel.settings.show_devices(("cpu", "cuda:0"), {"mps": "Only PyTorch for macOS has it."})
    editor = panel.settings.machine_form.rows["device"].editor
    box = editor if isinstance(editor, QComboBox) else editor.findChild(QComboBox)
    assert isinstance(box, QComboBox)
    assert [box.itemText(row) for row in range(box.count())] == ["cpu", "cuda:0"]
    assert find(panel, QLabel, "missing_devices").text() == "No mps: Only PyTorch for macOS has it."
    panel.settings.machine_form.edited.emit("device", "cuda:0")
    panel.settings.machine_form.edited.emit("precision", "bfloat16")
    assert bench.document.project.training.device == "cuda:0"
    assert bench.document.project.training.precision == "bfloat16"
    panel.settings.show_devices(("cpu",), {"cuda": "No GPU."})
    device = panel.settings.machine_form.rows["device"].spec
    assert device.choices == ("cpu", "cuda:0")  # what the project names stays


def test_what_a_card_says_is_not_said_twice(bench: Workbench, panel: TrainingPanel) -> None:
    channel = bench.start_run()
    problem = Problem("error", "out-of-memory", "Memory ran out.", node=NodeId("n2"))
    failure = Failed("environment", problem.message, run_id=channel.request.run_id, problems=(problem,))
    channel.say(failure)
    channel.die()
    bench.settle()
    assert [card.problem for card in panel.findChildren(ProblemCard)] == [problem]
    assert not panel.failure.isVisible()


def test_what_becomes_known_of_a_run_is_said(bench: Workbench, panel: TrainingPanel) -> None:
    channel = bench.start_run()
    assert not panel.noted.isVisible()
    news = ("Compiling the step took 3.0 s.",)
    channel.say(RunState(bench.run.run_id, "running", 3, 0.1, news))
    assert panel.noted.isVisible()
    assert panel.noted.text == news[0]


def test_without_a_compiler_its_switch_is_grey_and_says_why(bench: Workbench, panel: TrainingPanel) -> None:
    row = panel.settings.machine_form.rows["compiled"]
    assert row.isEnabled()
    why = "A compiled step needs a C++ compiler, and g++ is not found on this computer."
    panel.settings.show_devices(("cpu",), {"compiled steps": why})
    assert not row.isEnabled()
    assert row.toolTip() == why
    assert find(panel, QLabel, "missing_devices").text() == f"No compiled steps: {why}"
    training = msgspec.structs.replace(bench.document.project.training, compiled=True)
    bench.document.apply(SetTraining(training, "compiled"))
    assert panel.settings.machine_form.rows["compiled"].isEnabled()


def test_that_no_moment_is_kept_is_said_once_and_for_as_long_as_it_is_so(
    bench: Workbench, panel: TrainingPanel
) -> None:
    channel = bench.start_run()
    run_id, told = channel.request.run_id, "Moments to go back to cannot be kept: No space left on device."
    for _ in range(3):
        channel.say(MomentsKept(run_id, (4,), told))
        channel.progress([0.5])
    assert panel.noted.text == told
    channel.say(MomentsKept(run_id, (4, 8), ""))
    channel.progress([0.5])
    assert not panel.noted.isVisible()


def test_why_more_epochs_are_refused_is_said_beside_the_finished_run(
    bench: Workbench, panel: TrainingPanel
) -> None:
    channel = bench.start_run(steps_per_epoch=2)
    channel.progress([0.5] * 4)
    channel.say(Checkpointed(channel.request.run_id, 4, "/runs/4", "0" * 64))
    channel.end()
    bench.run.go_on(10)
    told = "The data have changed since the run, so it cannot go on: train the project anew."
    bench.engine.run.say(Failed("problem", told, run_id=bench.run.run_id))
    bench.engine.run.die("")
    bench.settle()
    assert text(panel, "run_state") == "Finished after 100 epochs"
    assert panel.failure.text == told
    assert not panel.failure.button.isVisible()
