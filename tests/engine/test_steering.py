"""Going back, changing the learning rate and going on from any step, held against uninterrupted training."""

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.engine.checkpoint import CheckpointError, weights_sha256
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.project import Project
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import (
    Checkpointed,
    Control,
    Event,
    Failed,
    MomentsKept,
    Progress,
    RunEnded,
    RunState,
)
from nnbuilder.runs.moments import list_moments
from nnbuilder.runs.record import RateChange
from nnbuilder.runs.store import load_record, load_run
from tests.engine.samples import data_of, make_project

STEP = Control("", "step")
EPOCH = Control("", "epoch")
RESUME = Control("", "resume")
STOP = Control("", "stop")


def back(steps: int) -> Control:
    """A word to go back."""
    return Control("", "back", steps=steps)


def rate(factor: float) -> Control:
    """A word to change the learning rate."""
    return Control("", "lr", factor=factor)


class Hand:
    """Steers a run that waits by one word after the other, then stops it; keeps what it says."""

    def __init__(self, *words: Control) -> None:
        self._words = list(words)
        self.messages: list[Event | LiveReport] = []

    def __call__(self, message: Event | LiveReport, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.messages.append(message)

    def poll(self, timeout: float) -> Control | None:
        """The next word where the run waits."""
        if timeout == 0:
            return None
        return self._words.pop(0) if self._words else STOP

    @property
    def checkpoint(self) -> Path:
        """The last checkpoint."""
        return next(Path(said.path) for said in reversed(self.messages) if isinstance(said, Checkpointed))


def steered(
    project: Project, folder: Path, *words: Control, start: Path | None = None
) -> tuple[Hand, RunEnded]:
    """A run that waits before its first step and hears these words."""
    hand = Hand(*words)
    return hand, train_run(project, data_of(project), folder, hand, hand, Start(start, paused=True))


def course(project: Project, rates: dict[int, float], steps: int | None = None) -> tuple[list[float], str]:
    """Losses and hash of a plain loop that changes the rate after these steps, by hand."""
    trainer = Trainer(project, data_of(project))
    losses = []
    for result in trainer.steps():
        losses.append(float(np.float32(result.loss)))
        if result.step in rates:
            for group in trainer.optimizer.param_groups:
                group["lr"] = group["lr"] * rates[result.step]
        if result.step == steps:
            break
    return losses, weights_sha256(trainer.model.state_dict())


@pytest.mark.parametrize("steps", [1, 3, 7, 12, 99])
def test_going_back_and_on_again_changes_nothing(tmp_path: Path, steps: int) -> None:
    project = make_project(epochs=4)
    hand, ended = steered(project, tmp_path / "run", EPOCH, EPOCH, STEP, STEP, back(steps), RESUME)

    losses, digest = course(project, {})
    stored = load_run(tmp_path / "run")
    assert ended.weights_sha256 == digest
    assert stored.losses.tolist() == losses
    assert [row.epoch for row in stored.history] == [1, 2, 3, 4]
    assert ("rewound", max(0, 12 - steps)) in [
        (said.state, said.step) for said in hand.messages if isinstance(said, RunState)
    ]


def test_the_moment_gone_back_to_is_that_of_then(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    _, there = steered(project, tmp_path / "there", *[STEP] * 7, STOP)
    _, gone = steered(project, tmp_path / "back", *[STEP] * 7, *[EPOCH] * 2, back(8), STOP)

    assert (there.step, gone.step) == (7, 7)
    assert gone.weights_sha256 == there.weights_sha256
    assert load_record(tmp_path / "back").epoch == 1
    assert [entry.step for entry in load_record(tmp_path / "back").checkpoints][-1] == 7


def test_going_back_works_without_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.engine.moments.Moments.keep", lambda _self, _state: False)
    project = make_project(epochs=4)
    _, ended = steered(project, tmp_path / "run", EPOCH, EPOCH, rate(0.1), EPOCH, back(4), RESUME)

    losses, digest = course(project, {10: 0.1})
    assert ended.weights_sha256 == digest
    assert load_run(tmp_path / "run").losses.tolist() == losses


@pytest.mark.parametrize("factor", [0.1, 3.0])
def test_a_rate_is_scaled_from_the_next_step_on(tmp_path: Path, factor: float) -> None:
    project = make_project(epochs=3)
    hand, ended = steered(project, tmp_path / "run", *[STEP] * 7, rate(factor), RESUME)

    losses, digest = course(project, {7: factor})
    assert ended.weights_sha256 == digest
    assert load_run(tmp_path / "run").losses.tolist() == losses
    assert load_record(tmp_path / "run").rate_changes == (RateChange(7, factor),)
    assert [said.rate for said in hand.messages if isinstance(said, RunState)][-1] == pytest.approx(
        0.01 * factor
    )


@pytest.mark.parametrize("factor", [0.0, -1.0, math.inf, math.nan])
def test_a_rate_is_not_scaled_by_nonsense(tmp_path: Path, factor: float) -> None:
    _, ended = steered(make_project(), tmp_path / "run", STEP, rate(factor), RESUME)

    assert ended.weights_sha256 == course(make_project(), {})[1]


def test_changes_of_the_rate_after_the_step_gone_back_to_are_undone(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    words = (EPOCH, rate(0.5), EPOCH, rate(0.1), STEP, back(3), RESUME)
    _, ended = steered(project, tmp_path / "run", *words)

    assert ended.weights_sha256 == course(project, {5: 0.5})[1]
    assert load_record(tmp_path / "run").rate_changes == (RateChange(5, 0.5),)


def test_a_changed_rate_outlives_the_run(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    hand, _ = steered(project, tmp_path / "first", *[STEP] * 3, rate(0.1), STOP)
    _, ended = steered(project, tmp_path / "second", RESUME, start=hand.checkpoint)

    assert ended.weights_sha256 == course(project, {3: 0.1})[1]
    assert load_record(tmp_path / "second").rate_changes == (RateChange(3, 0.1),)


def test_resuming_from_each_of_thirty_steps_is_bit_equal(tmp_path: Path) -> None:
    project = make_project(epochs=7)
    losses, digest = course(project, {})
    for step in range(1, 31):
        hand, _ = steered(project, tmp_path / f"first{step}", *[STEP] * step, STOP)
        _, ended = steered(project, tmp_path / f"second{step}", RESUME, start=hand.checkpoint)

        assert ended.weights_sha256 == digest, step
        assert load_run(tmp_path / f"second{step}").losses.tolist() == losses, step


@pytest.mark.parametrize(
    ("optimizer", "args"),
    [
        ("SGD", {"momentum": 0.9, "nesterov": True}),
        ("AdamW", {"amsgrad": True}),
        ("Rprop", {}),
    ],
)
def test_going_back_is_exact_with_every_kind_of_optimizer(
    tmp_path: Path, optimizer: str, args: dict[str, ArgValue]
) -> None:
    training = msgspec.structs.replace(
        make_project().training, optimizer=optimizer, optimizer_args={"lr": 0.01, **args}
    )
    project = msgspec.structs.replace(make_project(), training=training)
    losses, digest = course(project, {})
    _, ended = steered(project, tmp_path / "run", EPOCH, STEP, STEP, back(4), RESUME)

    assert ended.weights_sha256 == digest
    assert load_run(tmp_path / "run").losses.tolist() == losses


def branch(project: Project, **args: ArgValue) -> Project:
    """The project with other arguments of its optimizer."""
    training = msgspec.structs.replace(
        project.training, optimizer_args={**project.training.optimizer_args, **args}
    )
    return msgspec.structs.replace(project, training=training)


def test_a_branch_goes_on_with_another_rate_from_the_middle(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    steered(project, tmp_path / "run", *[STEP] * 12, STOP)
    moment = next(one for one in list_moments(tmp_path / "run") if one.step == 6)

    _, ended = steered(branch(project, lr=0.001), tmp_path / "branch", RESUME, start=moment.path)

    trainer = Trainer(project, data_of(project))
    for result in trainer.steps():
        if result.step == 6:
            trainer.optimizer.param_groups[0]["lr"] = 0.001
    assert ended.weights_sha256 == weights_sha256(trainer.model.state_dict())
    record = load_record(tmp_path / "branch")
    assert (record.parent, record.branched, record.step) == ("run", 6, 20)
    stored, before = load_run(tmp_path / "branch"), load_run(tmp_path / "run")
    assert stored.losses[:6].tolist() == before.losses[:6].tolist()


def test_a_branch_from_the_start_begins_with_the_same_weights(tmp_path: Path) -> None:
    project = make_project(epochs=2)
    steered(project, tmp_path / "run", RESUME)
    start = list_moments(tmp_path / "run")[0]

    _, ended = steered(branch(project, lr=0.001), tmp_path / "branch", RESUME, start=start.path)

    assert start.step == 0
    assert ended.weights_sha256 == course(branch(project, lr=0.001), {})[1]


def test_a_branch_does_not_go_back_beyond_its_beginning(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    hand, _ = steered(project, tmp_path / "run", EPOCH, EPOCH, STOP)
    gone, _ = steered(branch(project, lr=0.001), tmp_path / "branch", STEP, back(8), start=hand.checkpoint)

    assert ("rewound", 10) in [
        (said.state, said.step) for said in gone.messages if isinstance(said, RunState)
    ]


def test_more_epochs_go_on_as_if_there_had_been_no_end(tmp_path: Path) -> None:
    short, long = make_project(epochs=2), make_project(epochs=5)
    hand, _ = steered(short, tmp_path / "short", RESUME)
    _, ended = steered(long, tmp_path / "long", RESUME, start=hand.checkpoint)

    assert ended.weights_sha256 == course(long, {})[1]
    assert load_record(tmp_path / "long").branched is None
    assert [row.epoch for row in load_run(tmp_path / "long").history] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("optimizer", "args", "said"),
    [
        ("SGD", {"lr": 0.01}, "SGD begins anew where Adam was."),
        ("Adam", {"lr": 0.01, "amsgrad": True}, "amsgrad"),
    ],
)
def test_a_branch_says_what_its_optimizer_forgets(
    tmp_path: Path, optimizer: str, args: dict[str, ArgValue], said: str
) -> None:
    project = make_project(epochs=3)
    hand, _ = steered(project, tmp_path / "run", EPOCH, STOP)
    training = msgspec.structs.replace(project.training, optimizer=optimizer, optimizer_args=args)
    other = msgspec.structs.replace(project, training=training)

    _, ended = steered(other, tmp_path / "branch", RESUME, start=hand.checkpoint)

    assert ended.reason == "finished"
    assert said in load_record(tmp_path / "branch").notes[0]


@pytest.mark.parametrize("field", ["batch_size", "seed"])
def test_steps_that_would_be_others_are_refused(tmp_path: Path, field: str) -> None:
    project = make_project()
    hand, _ = steered(project, tmp_path / "run", STEP, STOP)
    training = msgspec.structs.replace(project.training, **{field: 7})
    other = msgspec.structs.replace(project, training=training)

    with pytest.raises(CheckpointError, match="as a start instead"):
        train_run(other, data_of(project), tmp_path / "branch", Hand(), Hand(), Start(hand.checkpoint))


def test_moments_are_told_and_lie_in_the_folder(tmp_path: Path) -> None:
    hand, _ = steered(make_project(), tmp_path / "run", STEP, STEP, EPOCH, STOP)

    told = [said.steps for said in hand.messages if isinstance(said, MomentsKept)]
    assert told == [(0,), (0, 1), (0, 1, 2), (0, 1, 2, 5)]
    assert [one.step for one in list_moments(tmp_path / "run")] == [0, 1, 2, 5]


def test_a_damaged_moment_is_passed_over(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    folder = tmp_path / "run"

    class Vandal(Hand):
        def poll(self, timeout: float) -> Control | None:
            word = super().poll(timeout)
            if word is not None and word.do == "back":
                for path in [*folder.glob("*/step-000000008*"), *folder.glob("moments/step-000000007*")]:
                    path.write_bytes(path.read_bytes()[:-3] + b"bad")
            return word

    hand = Vandal(*[STEP] * 12, back(4), RESUME)
    ended = train_run(project, data_of(project), folder, hand, hand, Start(paused=True))

    assert ended.weights_sha256 == course(project, {})[1]


def test_a_stop_ends_a_long_way_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.engine.moments.Moments.nearest", lambda _self, _step: None)

    class Impatient(Hand):
        def poll(self, timeout: float) -> Control | None:
            done = [said for said in self.messages if isinstance(said, Progress) and said.step == 20]
            return STOP if timeout == 0 and done else super().poll(timeout)

    hand = Impatient(*[EPOCH] * 4, back(3))
    project = make_project(epochs=9)
    ended = train_run(project, data_of(project), tmp_path / "run", hand, hand, Start(paused=True))

    assert (ended.reason, ended.step) == ("stopped", 0)
    assert len(load_run(tmp_path / "run").losses) == 0


def test_words_that_come_while_a_run_goes_back_are_obeyed_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnbuilder.engine.moments.Moments.nearest", lambda _self, _step: None)
    hasty = [rate(0.1), RESUME]

    class Hasty(Hand):
        def poll(self, timeout: float) -> Control | None:
            there = [said for said in self.messages if isinstance(said, Progress) and said.step == 10]
            return hasty.pop(0) if timeout == 0 and there and hasty else super().poll(timeout)

    hand = Hasty(EPOCH, EPOCH, back(4))
    project = make_project(epochs=3)
    ended = train_run(project, data_of(project), tmp_path / "run", hand, hand, Start(paused=True))

    assert not hasty
    assert ended.weights_sha256 == course(project, {6: 0.1})[1]


def scheduled(name: str, **args: ArgValue) -> Project:
    """A project of four epochs whose learning rate is led by a scheduler, step by step."""
    project = make_project(epochs=4)
    training = msgspec.structs.replace(
        project.training, lr_scheduler=name, lr_scheduler_args=args, lr_scheduler_every="step"
    )
    return msgspec.structs.replace(project, training=training)


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("ExponentialLR", {"gamma": 0.9}),
        ("CosineAnnealingLR", {"T_max": 12}),
        ("OneCycleLR", {"max_lr": 0.05, "cycle_momentum": False}),
        ("StepLR", {"step_size": 3}),
    ],
)
def test_going_back_under_a_schedule_is_exact(tmp_path: Path, name: str, args: dict[str, ArgValue]) -> None:
    project = scheduled(name, **args)
    _, ended = steered(project, tmp_path / "run", EPOCH, STEP, STEP, back(4), RESUME)

    losses, digest = course(project, {})
    assert ended.weights_sha256 == digest
    assert load_run(tmp_path / "run").losses.tolist() == losses


@pytest.mark.parametrize("words", [(RESUME,), (EPOCH, back(2), RESUME)])
def test_a_rate_that_is_scaled_under_a_schedule_stays_scaled(
    tmp_path: Path, words: tuple[Control, ...]
) -> None:
    project = scheduled("ExponentialLR", gamma=0.9)
    _, ended = steered(project, tmp_path / "run", *[STEP] * 7, rate(0.1), *words)

    assert ended.weights_sha256 == course(project, {7: 0.1})[1]  # ExponentialLR multiplies what it finds


def test_a_branch_under_a_schedule_goes_on_from_where_it_stands(tmp_path: Path) -> None:
    project = scheduled("ExponentialLR", gamma=0.9)
    steered(project, tmp_path / "run", *[STEP] * 6, STOP)
    moment = next(one for one in list_moments(tmp_path / "run") if one.step == 6)
    _, ended = steered(branch(project, lr=0.001), tmp_path / "branch", RESUME, start=moment.path)

    assert ended.weights_sha256 == course(project, {6: 0.1})[1]


def test_a_branch_can_begin_a_schedule(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    steered(project, tmp_path / "run", *[STEP] * 6, STOP)
    moment = next(one for one in list_moments(tmp_path / "run") if one.step == 6)
    other = scheduled("StepLR", step_size=2, gamma=0.5)
    _, ended = steered(other, tmp_path / "branch", RESUME, start=moment.path)

    halves = dict.fromkeys(range(8, 20, 2), 0.5)
    assert ended.weights_sha256 == course(project, halves)[1]
    assert load_record(tmp_path / "branch").notes == ("StepLR begins here.",)


def test_a_run_that_ended_early_trains_on(tmp_path: Path) -> None:
    project = make_project(epochs=9)
    patient = msgspec.structs.replace(
        project, training=msgspec.structs.replace(project.training, patience=1, min_delta=100.0)
    )
    hand, early = steered(patient, tmp_path / "early", RESUME)
    on = msgspec.structs.replace(project, training=msgspec.structs.replace(project.training, epochs=5))
    _, ended = steered(on, tmp_path / "on", RESUME, start=hand.checkpoint)

    assert (early.reason, early.step) == ("finished", 10)
    assert early.told.startswith("Stopped early after epoch 2")
    assert early.told in load_record(tmp_path / "early").notes
    assert ended.step == 25
    assert ended.weights_sha256 == course(on, {})[1]


def test_a_run_that_has_become_nan_goes_back_to_numbers(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    words = (STEP, STEP, STEP, rate(1e38), RESUME, back(99), rate(0.5), RESUME)
    hand, ended = steered(project, tmp_path / "run", *words)

    assert any(said.fault is not None for said in hand.messages if isinstance(said, Failed))
    assert ended.reason == "finished"
    assert ended.weights_sha256 == course(branch(project, lr=0.005), {})[1]
    assert load_record(tmp_path / "run").rate_changes == (RateChange(0, 0.5),)
    assert load_record(tmp_path / "run").status == "finished"
