"""Going back and changing the learning rate, held against uninterrupted training."""

import math
from pathlib import Path

import msgspec
import pytest

from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.graph.graph import ArgValue
from nnbuilder.protocol.messages import (
    Control,
    Failed,
    MomentsKept,
    Progress,
    RunState,
)
from nnbuilder.runs.moments import list_moments
from nnbuilder.runs.record import RateChange
from nnbuilder.runs.store import load_record, load_run
from tests.engine.samples import data_of, make_project
from tests.engine.steered import (
    EPOCH,
    RESUME,
    STEP,
    STOP,
    Hand,
    back,
    branch,
    course,
    rate,
    steered,
)


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


def test_a_run_that_has_become_nan_goes_back_to_numbers(tmp_path: Path) -> None:
    project = make_project(epochs=4)
    words = (STEP, STEP, STEP, rate(1e38), RESUME, back(99), rate(0.5), RESUME)
    hand, ended = steered(project, tmp_path / "run", *words)

    assert any(said.fault is not None for said in hand.messages if isinstance(said, Failed))
    assert ended.reason == "finished"
    assert ended.weights_sha256 == course(branch(project, lr=0.005), {})[1]
    assert load_record(tmp_path / "run").rate_changes == (RateChange(0, 0.5),)
    assert load_record(tmp_path / "run").status == "finished"
