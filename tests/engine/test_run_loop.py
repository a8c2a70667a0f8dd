"""Whole runs: messages, controls, folders."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.data.spec import ToyData
from nnbuilder.engine import checkpoint as checkpoints
from nnbuilder.engine.checkpoint import CheckpointError, weights_sha256
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import (
    Checkpointed,
    Control,
    EpochEnded,
    Event,
    Failed,
    Histograms,
    Progress,
    RunEnded,
    RunStarted,
    RunState,
)
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.metrics import SCORES_FILE, read_scores
from nnbuilder.runs.store import load_run, open_run
from tests.engine.samples import chain, data_of, make_project, regression

Do = Literal["pause", "resume", "step", "epoch", "stop", "rewind"]


class Desk:
    """Takes a run's messages and steers it: gives the next control whenever the run waits."""

    def __init__(self, *controls: Do, when: Callable[["Desk"], Do | None] = lambda _: None) -> None:
        self._controls = list(controls)
        self._when = when
        self.messages: list[Event] = []
        self.losses: list[float] = []

    def __call__(self, message: Event, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.messages.append(message)
        if isinstance(message, Progress):
            self.losses += arrays[0].tolist()

    def poll(self, timeout: float) -> Control | None:
        """The next control where the run waits, or what `when` says while it trains."""
        do = (self._controls.pop(0) if self._controls else "stop") if timeout > 0 else self._when(self)
        return Control("run", do) if do else None

    def of(self, kind: type[Event]) -> list[Event]:
        """The messages of one kind."""
        return [message for message in self.messages if isinstance(message, kind)]

    @property
    def states(self) -> list[tuple[str, int]]:
        """The states that the run told, with their steps."""
        return [(message.state, message.step) for message in self.messages if isinstance(message, RunState)]


def run(
    project: Project, folder: Path, desk: Desk, *, paused: bool = False, checkpoint: Path | None = None
) -> RunEnded:
    """A run steered from the desk."""
    return train_run(project, data_of(project), folder, desk, desk, Start(checkpoint, paused=paused))


def steps_of(count: int) -> list[Do]:
    """So many single steps."""
    return ["step" for _ in range(count)]


def float32(losses: list[float]) -> list[float]:
    """Losses as they are sent and stored."""
    return [float(value) for value in np.array(losses, np.float32)]


def test_a_run_tells_its_course_and_keeps_a_record(tmp_path: Path) -> None:
    project, desk = make_project(epochs=4), Desk()
    trainer = Trainer(project, data_of(project))
    losses = [result.loss for result in trainer.steps()]

    ended = run(project, tmp_path / "run", desk)

    started = desk.messages[0]
    assert isinstance(started, RunStarted)
    assert (started.steps_per_epoch, started.epochs, started.metric) == (5, 4, "accuracy")
    assert started.layers == ("n1", "n2", "n5")
    assert desk.losses == float32(losses)
    assert [epoch.epoch for epoch in desk.of(EpochEnded) if isinstance(epoch, EpochEnded)] == [1, 2, 3, 4]
    assert len(desk.of(Histograms)) >= 2
    assert desk.messages[-1] == ended
    assert ended.weights_sha256 == weights_sha256(trainer.model.state_dict())
    assert ended.validation["accuracy"] == trainer.evaluate("validation").metric
    assert list(ended.train) == ["loss", "accuracy", "balanced_accuracy", "macro_f1"]
    stored = load_run(tmp_path / "run")
    ((right, wrong), (amiss, good)) = stored.record.confusion["validation"]
    assert right + wrong + amiss + good == stored.record.data.validation
    assert (right + good) / stored.record.data.validation == ended.validation["accuracy"]
    assert stored.losses.tolist() == float32(losses)
    assert [row.epoch for row in stored.history] == [1, 2, 3, 4]
    assert stored.record.project == project
    assert (stored.record.status, stored.record.step, stored.record.epoch) == ("finished", 20, 4)
    assert stored.record.weights_sha256 == ended.weights_sha256
    assert stored.record.data.sha256 == data_of(project).profile.sha256
    assert {"torch", "nnbuilder"} <= set(stored.record.versions)


def test_runs_are_bit_equal_whoever_steers(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    hashes = {
        run(project, tmp_path / "a", Desk()).weights_sha256,
        run(
            project, tmp_path / "b", Desk("step", "step", "epoch", "step", "resume"), paused=True
        ).weights_sha256,
        train_run(project, data_of(project), tmp_path / "c", Desk(), Unattended()).weights_sha256,
    }

    assert len(hashes) == 1


def test_values_end_with_errors_in_original_units(tmp_path: Path) -> None:
    ended = run(regression(), tmp_path / "run", Desk())

    assert list(ended.validation) == ["loss", "r2", "mae", "rmse"]
    mae = ended.validation["mae"]
    assert mae is not None
    assert 20 < mae < 200


def test_a_paused_run_steps_as_told(tmp_path: Path) -> None:
    desk = Desk("step", "step", "epoch", "epoch", "stop")
    ended = run(make_project(epochs=4), tmp_path / "run", desk, paused=True)

    assert desk.states == [("paused", 0), ("paused", 1), ("paused", 2), ("paused", 5), ("paused", 10)]
    assert (ended.reason, ended.step) == ("stopped", 10)
    assert load_run(tmp_path / "run").record.status == "stopped"


def test_a_training_run_pauses_and_resumes(tmp_path: Path) -> None:
    desk = Desk("resume", when=lambda desk: "pause" if len(desk.of(RunState)) == 1 else None)
    ended = run(make_project(epochs=10), tmp_path / "run", desk)

    assert [state for state, _ in desk.states] == ["running", "paused", "running"]
    assert ended.reason == "finished"
    assert len(desk.losses) == 50


def test_a_training_run_stops_with_a_checkpoint(tmp_path: Path) -> None:
    desk = Desk(when=lambda _: "stop")
    ended = run(make_project(epochs=1000), tmp_path / "run", desk)

    assert ended.reason == "stopped"
    assert ended.step < 5000
    assert [message.step for message in desk.of(Checkpointed) if isinstance(message, Checkpointed)] == [
        ended.step
    ]


def test_rewinding_starts_the_same_run_again(tmp_path: Path) -> None:
    project = make_project(epochs=2)
    desk = Desk("epoch", "rewind", "resume")
    ended = run(project, tmp_path / "run", desk, paused=True)
    plain = run(project, tmp_path / "plain", Desk())
    stored, wanted = load_run(tmp_path / "run"), load_run(tmp_path / "plain")

    assert ("rewound", 0) in desk.states
    assert ended.weights_sha256 == plain.weights_sha256
    assert stored.losses.tolist() == wanted.losses.tolist()
    assert [row.epoch for row in stored.history] == [1, 2]
    assert all((tmp_path / "run" / "checkpoints" / e.file).exists() for e in stored.record.checkpoints)


@pytest.mark.parametrize("steps", [1, 5, 7])
def test_a_new_run_goes_on_from_a_checkpoint(tmp_path: Path, steps: int) -> None:
    project = make_project(epochs=3)
    whole = run(project, tmp_path / "whole", Desk())
    first = Desk(*steps_of(steps), "stop")
    run(project, tmp_path / "first", first, paused=True)
    saved = first.of(Checkpointed)[-1]
    assert isinstance(saved, Checkpointed)

    desk = Desk()
    ended = run(project, tmp_path / "second", desk, checkpoint=Path(saved.path))

    started = desk.messages[0]
    assert isinstance(started, RunStarted)
    assert started.step == steps
    assert ended.weights_sha256 == whole.weights_sha256
    stored, wanted = load_run(tmp_path / "second"), load_run(tmp_path / "whole")
    assert stored.losses.tolist() == wanted.losses.tolist()
    assert [row.epoch for row in stored.history] == [1, 2, 3]
    assert stored.record.parent == "first"


def test_a_damaged_checkpoint_is_told_and_the_one_before_taken(tmp_path: Path) -> None:
    project, first = make_project(), Desk("step", "step", "stop")
    run(project, tmp_path / "first", first, paused=True)
    saved = first.of(Checkpointed)[-1]
    assert isinstance(saved, Checkpointed)
    Path(saved.path).write_bytes(b"")

    desk = Desk("stop")
    run(project, tmp_path / "second", desk, checkpoint=Path(saved.path), paused=True)

    started = desk.messages[0]
    assert isinstance(started, RunStarted)
    assert started.step == 1
    assert "damaged" in started.notices[0]


def stopped(folder: Path, steps: int = 2) -> Path:
    """The last checkpoint of a run that was stopped after some steps."""
    desk = Desk(*steps_of(steps), "stop")
    run(make_project(), folder, desk, paused=True)
    saved = desk.of(Checkpointed)[-1]
    assert isinstance(saved, Checkpointed)
    return Path(saved.path)


def _scores(folder: Path) -> NDArray[np.float64]:
    return read_scores(folder, 2, 3)


def test_scores_of_epochs_go_on_from_a_checkpoint_and_start_anew_after_a_rewind(tmp_path: Path) -> None:
    checkpoint = stopped(tmp_path / "first", 7)
    ended = run(make_project(epochs=3), tmp_path / "second", Desk(), checkpoint=checkpoint)
    run(make_project(epochs=3), tmp_path / "rewound", Desk("epoch", "rewind", "resume"), paused=True)
    run(make_project(epochs=3), tmp_path / "whole", Desk())

    whole = _scores(tmp_path / "whole")
    assert np.isfinite(whole).all()
    assert whole[-1].tolist() == [ended.validation[name] for name in ("balanced_accuracy", "macro_f1")]
    np.testing.assert_array_equal(_scores(tmp_path / "second"), whole)
    np.testing.assert_array_equal(_scores(tmp_path / "rewound"), whole)


def test_a_run_goes_on_from_one_that_kept_no_scores(tmp_path: Path) -> None:
    checkpoint = stopped(tmp_path / "first", 7)
    (tmp_path / "first" / SCORES_FILE).unlink()
    store = open_run(tmp_path / "first")
    store.update(scores=())
    store.close()

    run(make_project(epochs=3), tmp_path / "second", Desk(), checkpoint=checkpoint)

    scores = _scores(tmp_path / "second")
    assert np.isnan(scores[0]).all()
    assert np.isfinite(scores[1:]).all()


def test_a_run_does_not_go_on_with_other_data(tmp_path: Path) -> None:
    checkpoint = stopped(tmp_path / "first")
    other = make_project(source=ToyData("moons", points=90, seed=1))

    with pytest.raises(CheckpointError, match="data have changed since the run first"):
        run(other, tmp_path / "next", Desk(), checkpoint=checkpoint)
    assert not (tmp_path / "next").exists()


def test_a_run_does_not_go_on_with_another_network(tmp_path: Path) -> None:
    checkpoint = stopped(tmp_path / "first")
    other = make_project(chain(("Linear", {"out_features": 77}), ("Linear", {"out_features": 3})))

    with pytest.raises(CheckpointError, match="does not fit the network"):
        run(other, tmp_path / "next", Desk(), checkpoint=checkpoint)


def test_steps_that_were_lost_keep_their_place_in_the_course(tmp_path: Path) -> None:
    checkpoint = stopped(tmp_path / "first", steps=3)
    (tmp_path / "first" / "steps.f32").write_bytes(b"")

    run(make_project(), tmp_path / "next", Desk("step", "stop"), checkpoint=checkpoint, paused=True)

    losses = load_run(tmp_path / "next").losses
    assert np.isfinite(losses).tolist() == [False, False, False, True]


def test_checkpoints_are_written_while_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "INTERVAL_S", 0.0)
    monkeypatch.setattr(checkpoints, "SHARE", 1.0)
    desk = Desk()
    run(make_project(epochs=40), tmp_path / "run", desk)
    entries = load_run(tmp_path / "run").record.checkpoints

    assert len(desk.of(Checkpointed)) >= 2
    assert [entry.best for entry in entries].count(True) == 1
    assert len(entries) <= 4


def diverging() -> Project:
    """A project whose loss soon is no number."""
    graph = chain(("Linear", {"out_features": 8}), ("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss")
    return make_project(graph, optimizer="SGD", epochs=500, lr=1e6, momentum=0.9)


def test_a_loss_that_is_no_number_pauses_the_run_and_says_why(tmp_path: Path) -> None:
    desk = Desk("stop")
    ended = run(diverging(), tmp_path / "run", desk)
    [failed] = desk.of(Failed)
    record = load_run(tmp_path / "run").record

    assert isinstance(failed, Failed)
    assert (failed.kind, failed.run_id, failed.problems[0].code) == ("problem", "run", "loss-not-finite")
    assert f"step {ended.step:,}" in failed.message
    assert desk.states[-1] == ("paused", ended.step)
    assert not math.isfinite(desk.losses[-1])
    assert all(map(math.isfinite, desk.losses[:-1]))
    assert (record.status, record.notes) == ("failed", (failed.message,))
    assert all(entry.step < ended.step for entry in record.checkpoints)


def test_a_run_can_be_rewound_after_a_loss_that_is_no_number(tmp_path: Path) -> None:
    desk = Desk("rewind", "step", "stop")
    ended = run(diverging(), tmp_path / "run", desk)
    record = load_run(tmp_path / "run").record

    assert desk.states[-2:] == [("rewound", 0), ("paused", 1)]
    assert (ended.step, record.status, record.notes) == (1, "stopped", ())


def test_unattended_a_loss_that_is_no_number_ends_the_run(tmp_path: Path) -> None:
    project, desk = diverging(), Desk()
    ended = train_run(project, data_of(project), tmp_path / "run", desk, Unattended(), run_id="mine")

    assert (ended.reason, ended.run_id) == ("stopped", "mine")
    assert len(desk.of(Failed)) == 1


def test_a_folder_that_cannot_be_written_is_said_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    desk = Desk()

    with pytest.raises(RunFolderError, match="cannot be written"):
        run(make_project(), tmp_path / "file" / "run", desk)

    assert desk.messages == []


def test_an_error_of_torch_leaves_a_record_that_says_failed(tmp_path: Path) -> None:
    project = make_project()
    training = msgspec.structs.replace(project.training, batch_size=71)

    with pytest.raises(TrainingError, match="A batch of a single row reached BatchNorm") as caught:
        run(msgspec.structs.replace(project, training=training), tmp_path / "run", Desk())

    assert caught.value.node == "n2"
    assert load_run(tmp_path / "run").record.status == "failed"
