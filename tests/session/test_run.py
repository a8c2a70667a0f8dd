"""A run's states and curves, driven by a stand-in for its process."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.messages import Checkpointed, Control, Failed, MomentsKept, RunState
from nnbuilder.runs.store import create_run
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from tests.fakes import FakeChannel, FakeEngine
from tests.runs.samples import sample_record

pytestmark = pytest.mark.usefixtures("qapp")

A = NodeId("a")
IN = NodeId("in")
START = Project(graph=Graph({IN: Node(IN, "Input"), A: Node(A, "Linear")}, (Edge(IN, A),)))


class Desk:
    """A run with the states that it went through."""

    def __init__(self, folder: Path) -> None:
        self.document = Document(START)
        self.engine = FakeEngine()
        self.run = Run(self.document, self.engine, lambda: folder)
        self.states: list[str] = []
        self.failures: list[Failed] = []
        self.run.state_changed.connect(self.states.append)
        self.run.failed.connect(self.failures.append)

    def started(self) -> FakeChannel:
        """Presses Train; the process comes up."""
        self.run.start()
        self.engine.run.start(steps_per_epoch=2)
        return self.engine.run


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that is cleared up afterwards."""
    desk = Desk(tmp_path)
    yield desk
    desk.run.shutdown()


def test_a_run_from_start_to_end(desk: Desk, tmp_path: Path) -> None:
    line = desk.started()
    assert desk.run.folder == tmp_path / desk.run.run_id
    assert desk.run.layers == (A,)
    line.progress([3.0, 2.0], [0.1, 0.2], epoch=0)
    line.histograms(1)
    line.end_epoch(0)
    line.progress([1.0], [0.9], epoch=1)
    line.end()
    assert desk.states == ["starting", "running", "finished"]
    assert desk.run.losses.values.tolist() == [3.0, 2.0, 1.0]
    assert desk.run.metrics.last == pytest.approx(0.9)
    assert [row.epoch for row in desk.run.validation] == [0]
    assert len(desk.run.histograms.rows()) == 1
    assert desk.run.ended is not None
    assert not desk.run.active
    assert line.ended == "closed"


def test_it_trains_what_was_drawn_when_train_was_pressed(desk: Desk) -> None:
    desk.started()
    desk.document.apply(SetTraining(TrainingConfig(seed=9), "seed"))
    assert desk.run.project is START


def test_a_second_train_while_one_runs_does_nothing(desk: Desk) -> None:
    desk.started()
    desk.run.start()
    assert len(desk.engine.runs) == 1


def test_pause_step_resume_rewind(desk: Desk) -> None:
    line = desk.started()
    desk.run.step_once()
    assert line.told == []
    desk.run.pause()
    line.state("paused")
    desk.run.step_once()
    desk.run.step_epoch()
    desk.run.resume()
    line.state("running")
    line.progress([1.0, 1.0])
    line.end_epoch(0)
    line.histograms(1)
    desk.run.rewind()
    line.state("rewound")
    assert line.told == ["pause", "step", "epoch", "resume", "rewind"]
    assert desk.states == ["starting", "running", "paused", "running", "paused"]
    assert (len(desk.run.losses), desk.run.validation, desk.run.histograms.rows()) == (0, [], [])


def test_train_can_start_before_the_first_step(desk: Desk) -> None:
    desk.run.start(paused=True)
    desk.engine.run.start()
    assert desk.engine.run.request.paused
    assert desk.run.state == "paused"


def test_a_run_can_start_with_one_step(desk: Desk) -> None:
    desk.run.start_stepping()
    desk.engine.run.start()
    assert desk.engine.run.request.paused
    assert desk.engine.run.told == ["step"]
    desk.engine.run.state("paused")
    desk.run.start_stepping()
    assert desk.engine.run.told == ["step"]


def test_a_run_that_fails_to_start_takes_no_step_later(desk: Desk) -> None:
    desk.run.start_stepping()
    desk.run.stop()
    desk.engine.run.end(stopped=True)
    desk.run.start(paused=True)
    desk.engine.run.start()
    assert desk.engine.run.told == []


def test_stop_asks_and_ends_well(desk: Desk) -> None:
    line = desk.started()
    desk.run.stop()
    line.state("paused")
    line.end(stopped=True)
    assert line.told == ["stop"]
    assert desk.states == ["starting", "running", "stopping", "stopped"]


def test_stop_ends_by_force_what_does_not_answer(desk: Desk, qtbot: QtBot) -> None:
    line = desk.started()
    desk.run.stop()
    qtbot.waitUntil(lambda: line.ended == "terminated", timeout=1000)
    qtbot.waitUntil(lambda: desk.run.state == "stopped", timeout=3000)
    assert line.ended == "killed"
    assert "force" in desk.run.message


def test_a_lost_run_says_so_and_offers_its_checkpoint(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0, 2.0, 1.0])
    line.say(Checkpointed(desk.run.run_id, 2, "step2.safetensors", "0" * 64))
    line.die()
    assert desk.states[-1] == "lost"
    assert "step 3" in desk.run.message
    assert "checkpoint" in desk.run.message
    assert desk.run.can_resume
    desk.run.resume_from_checkpoint()
    desk.engine.run.start(steps_per_epoch=2, step=2)
    assert desk.engine.run.request.checkpoint == "step2.safetensors"
    assert desk.run.losses.values.tolist() == [3.0, 2.0]
    assert desk.states[-1] == "running"


def test_steps_that_never_came_leave_a_gap(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0])
    line.say(Checkpointed(desk.run.run_id, 3, "step3.safetensors", "0" * 64))
    line.die()
    desk.run.resume_from_checkpoint()
    desk.engine.run.start(steps_per_epoch=2, step=3)
    desk.engine.run.progress([0.5])
    assert len(desk.run.losses) == desk.run.step == 4
    assert np.isnan(desk.run.losses.values[1:3]).all()


def test_the_engine_may_know_why_a_run_vanished(desk: Desk) -> None:
    desk.started().die("")
    desk.engine.received.emit(Failed("environment", "Memory probably ran out.", run_id=desk.run.run_id), ())
    assert desk.run.state == "lost"
    assert "Memory probably ran out." in desk.run.message
    assert len(desk.failures) == 1


def test_the_engines_word_may_come_first(desk: Desk) -> None:
    line = desk.started()
    desk.engine.received.emit(Failed("environment", "It crashed.", run_id=desk.run.run_id), ())
    assert desk.states[-1] == "running"
    line.progress([1.0])
    line.die("")
    assert desk.states[-1] == "lost"
    assert "It crashed." in desk.run.message
    assert "step 1" in desk.run.message


def test_without_the_engines_word_a_run_is_lost_all_the_same(desk: Desk, qtbot: QtBot) -> None:
    desk.started().die("")
    qtbot.waitUntil(lambda: desk.run.state == "lost", timeout=1500)
    assert not desk.run.can_resume


def test_a_run_that_cannot_start_fails(desk: Desk) -> None:
    desk.run.start()
    failure = Failed("problem", "There is no file iris.csv.", run_id=desk.run.run_id)
    desk.engine.received.emit(failure, ())
    assert desk.states == ["starting", "failed"]
    assert desk.run.message == "There is no file iris.csv."
    assert desk.failures == [failure]
    desk.started()
    assert desk.run.state == "running"


def test_a_word_on_an_older_run_changes_nothing(desk: Desk) -> None:
    desk.started()
    desk.engine.received.emit(Failed("environment", "It crashed.", run_id="older"), ())
    desk.engine.received.emit(Failed("internal", "KeyError", request_id=1), ())
    assert desk.run.state == "running"


def test_closing_the_window_ends_the_run(desk: Desk) -> None:
    line = desk.started()
    desk.run.shutdown()
    assert line.ended == "finished"
    assert not desk.run.active


def test_a_run_may_fail_and_wait_or_fail_and_end(desk: Desk) -> None:
    line = desk.started()
    bad_loss = Failed("problem", "The loss is not a number.", run_id=desk.run.run_id)
    line.say(bad_loss)
    line.state("paused")
    assert desk.states[-1] == "paused"
    assert desk.run.message == "The loss is not a number."
    line.say(Failed("internal", "KeyError", run_id=desk.run.run_id))
    line.die()
    assert desk.states[-1] == "failed"
    assert len(desk.failures) == 2


def test_going_back_and_changing_the_rate_are_said_to_the_process(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0, 2.0, 1.0])
    desk.run.go_back(2)
    desk.run.scale_rate(0.1)

    assert line.sent[-2:] == [Control(desk.run.run_id, "back", 2), Control(desk.run.run_id, "lr", 0, 0.1)]
    line.say(RunState(desk.run.run_id, "rewound", 1, 0.01))
    line.say(RunState(desk.run.run_id, "paused", 1, 0.001))
    assert desk.run.state == "paused"
    assert desk.run.losses.values.tolist() == [3.0]
    assert desk.run.learning_rate == 0.001


def test_moments_are_known_and_those_of_the_future_are_forgotten(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0, 2.0, 1.0])
    line.say(MomentsKept(desk.run.run_id, (0, 1, 3)))
    known = desk.run.moments
    line.say(RunState(desk.run.run_id, "rewound", 1))
    line.say(MomentsKept(desk.run.run_id, (0, 1), "The disk is full."))

    assert known == (0, 1, 3)
    assert desk.run.moments == (0, 1)
    assert desk.run.notices == ("The disk is full.",)


def test_more_epochs_are_a_new_run_from_the_last_checkpoint(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0, 2.0])
    assert not desk.run.can_go_on
    line.say(Checkpointed(desk.run.run_id, 2, "/runs/one/checkpoints/last", "f"))
    line.end()
    assert desk.run.can_go_on
    desk.run.go_on(20)

    request = desk.engine.run.request
    assert request.checkpoint == "/runs/one/checkpoints/last"
    assert request.project.training.epochs == 1 + 20
    desk.engine.run.start(steps_per_epoch=2, step=2)
    assert desk.run.losses.values.tolist() == [3.0, 2.0]


def test_where_more_epochs_are_refused_the_run_is_as_it_was(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0, 2.0])
    line.say(Checkpointed(desk.run.run_id, 2, "/runs/one/checkpoints/last", "f"))
    line.end()
    folder, project, ended = desk.run.folder, desk.run.project, desk.run.ended
    desk.run.go_on(20)
    refusal = Failed("problem", "The data have changed since the run.", run_id=desk.run.run_id)
    desk.engine.received.emit(refusal, ())

    assert (desk.run.state, desk.run.message) == ("finished", refusal.message)
    assert desk.failures == [refusal]
    assert (desk.run.folder, desk.run.project, desk.run.ended) == (folder, project, ended)
    assert desk.run.can_go_on
    desk.run.go_on(20)
    assert desk.run.message == ""


def test_a_checkpoint_that_cannot_be_gone_on_from_is_not_offered_again(desk: Desk) -> None:
    line = desk.started()
    line.progress([3.0])
    line.say(Checkpointed(desk.run.run_id, 1, "/runs/one/checkpoints/last", "f"))
    line.die()
    assert desk.run.can_resume
    desk.run.resume_from_checkpoint()
    desk.engine.run.say(Failed("problem", "The data have changed.", run_id=desk.run.run_id))
    desk.engine.run.die("")
    assert (desk.run.state, desk.run.message) == ("lost", "The data have changed.")
    assert not desk.run.can_resume
    assert desk.run.losses.values.tolist() == [3.0]


def test_a_branch_shows_the_course_of_the_run_that_it_leaves(desk: Desk, tmp_path: Path) -> None:
    store = create_run(tmp_path / "other", sample_record())
    store.columns.add_steps(np.array([9, 8, 7], np.float32), np.zeros(3, np.float32))
    store.close()
    desk.started().end()
    changed = Project(graph=START.graph, training=TrainingConfig(seed=5))
    moment = tmp_path / "other" / "moments" / "step"
    desk.run.branch(tmp_path / "other", moment, changed, paused=True)

    request = desk.engine.run.request
    assert (request.checkpoint, request.project, request.paused) == (str(moment), changed, True)
    desk.engine.run.start(steps_per_epoch=2, step=2)
    assert desk.run.losses.values.tolist() == [9.0, 8.0]
    assert desk.run.project is changed


def test_a_branch_waits_until_the_run_has_stopped(desk: Desk, tmp_path: Path) -> None:
    line = desk.started()
    line.progress([3.0, 2.0, 1.0])
    assert desk.run.folder is not None
    desk.run.branch(desk.run.folder, tmp_path / "moment", START)
    assert line.told == ["stop"]
    assert desk.engine.run is line
    line.end()

    assert desk.engine.run.request.checkpoint == str(tmp_path / "moment")
    desk.engine.run.start(steps_per_epoch=2, step=2)
    assert desk.run.losses.values.tolist() == [3.0, 2.0]


def test_a_run_that_is_lost_with_the_engine_says_why(desk: Desk, qtbot: QtBot) -> None:
    desk.run.start()
    desk.engine.message = "The engine was lost and starts again. It did not answer any more."
    desk.engine.to("lost")
    desk.engine.run.die("")
    qtbot.waitUntil(lambda: desk.run.state == "lost", timeout=1500)
    assert desk.run.message.endswith(desk.engine.message)
