"""Going on from any step, with more epochs, another rate, optimizer or schedule."""

from pathlib import Path

import msgspec
import pytest

from nnbuilder.engine.checkpoint import CheckpointError, weights_sha256
from nnbuilder.engine.run_loop import Start, train_run
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import ArgValue
from nnbuilder.protocol.messages import (
    Control,
    RunState,
)
from nnbuilder.runs.moments import list_moments
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
    scheduled,
    steered,
)


def test_resuming_from_each_of_thirty_steps_is_bit_equal(tmp_path: Path) -> None:
    project = make_project(epochs=7)
    losses, digest = course(project, {})
    for step in range(1, 31):
        hand, _ = steered(project, tmp_path / f"first{step}", *[STEP] * step, STOP)
        _, ended = steered(project, tmp_path / f"second{step}", RESUME, start=hand.checkpoint)

        assert ended.weights_sha256 == digest, step
        assert load_run(tmp_path / f"second{step}").losses.tolist() == losses, step


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
