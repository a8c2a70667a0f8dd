"""Early stopping and the end after some minutes: when training ends, at which weights, and what is said."""

from typing import Any

import msgspec
import pytest
import torch

from nnbuilder.data.spec import BuiltinData, DataSpec, Split
from nnbuilder.engine.checkpoint import decode_state, encode_state
from nnbuilder.engine.results import EpochSummary
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.samples import CLASSIFIER, chain, data_of, make_project, same_weights

EPOCHS = 40

Weights = dict[str, torch.Tensor]


def project_with(**fields: Any) -> Project:
    """A training whose rate is so large that its loss soon jumps about."""
    graph = chain(*CLASSIFIER)
    training = TrainingConfig("SGD", {"lr": 1.0}, 16, EPOCHS)
    data = make_project().data
    return Project(graph, data, msgspec.structs.replace(training, **fields))


def course(project: Project) -> tuple[list[EpochSummary], list[Weights], Trainer]:
    """Every epoch with the weights after it, and the trainer at its end."""
    trainer, ends, weights = Trainer(project, data_of(project)), [], []
    for result in trainer.steps():
        if result.epoch_end is not None:
            ends.append(result.epoch_end)
            weights.append({name: t.clone() for name, t in trainer.model.state_dict().items()})
    return ends, weights, trainer


def stop_at(losses: list[float], patience: int, delta: float) -> tuple[int, int]:
    """By hand: after how many epochs to stop, and which of them was the best; both count from 1."""
    for now in range(1, len(losses) + 1):
        best, at = float("inf"), 0
        for epoch, loss in enumerate(losses[:now], start=1):
            if loss < best - delta:
                best, at = loss, epoch
        if now - at >= patience:
            return now, at
    return len(losses), at


def equal(one: Weights, other: Weights) -> bool:
    """Whether all tensors are bit-equal."""
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("patience", [1, 2, 4, 10])
@pytest.mark.parametrize("delta", [0.0, 0.02])
def test_it_stops_where_one_would_by_hand_at_the_best_weights(patience: int, delta: float) -> None:
    ends, weights, _ = course(project_with())
    stop, best = stop_at([end.validation_loss for end in ends], patience, delta)
    told, _, trainer = course(project_with(patience=patience, min_delta=delta))

    assert stop < EPOCHS
    assert [repr(end) for end in told] == [repr(end) for end in ends[:stop]]
    assert (trainer.epoch, trainer.finished) == (stop, True)
    assert equal(trainer.model.state_dict(), weights[best - 1])
    assert trainer.ending.startswith(f"Stopped early after epoch {stop}: for {patience} epoch")
    assert trainer.ending.endswith(f"The weights are those of epoch {best}, the best.")


def test_the_last_weights_stay_where_that_is_wanted() -> None:
    ends, weights, _ = course(project_with())
    stop, _ = stop_at([end.validation_loss for end in ends], 3, 0.0)
    _, _, trainer = course(project_with(patience=3, restore_best=False))

    assert trainer.epoch == stop
    assert equal(trainer.model.state_dict(), weights[stop - 1])
    assert "weights" not in trainer.ending


def test_the_training_loss_is_watched_where_there_is_no_validation() -> None:
    data = DataSpec(BuiltinData("iris"), Split(0.0))
    graph = chain(("Linear", {"out_features": 3}))
    training = TrainingConfig("SGD", {"lr": 5.0}, 16, EPOCHS)
    plain = Project(graph, data, training)
    ends, weights, _ = course(plain)
    stop, best = stop_at([end.train_loss for end in ends], 2, 0.0)
    waiting = msgspec.structs.replace(plain, training=msgspec.structs.replace(training, patience=2))
    _, _, trainer = course(waiting)

    assert trainer.epoch == stop < EPOCHS
    assert equal(trainer.model.state_dict(), weights[best - 1])


def test_all_epochs_without_a_stop_end_at_the_best_too() -> None:
    ends, weights, _ = course(project_with())
    losses = [end.validation_loss for end in ends]
    _, _, trainer = course(project_with(patience=EPOCHS))

    assert equal(trainer.model.state_dict(), weights[losses.index(min(losses))])
    assert trainer.ending == f"The weights are those of epoch {losses.index(min(losses)) + 1}, the best."


@pytest.mark.parametrize("patience", [2, 5])
def test_going_on_from_every_step_ends_bit_equal(patience: int) -> None:
    project = project_with(patience=patience)
    data = data_of(project)
    first = Trainer(project, data)
    saved = [encode_state(first.state())]
    wanted = []
    for result in first.steps():
        wanted.append(repr(result))
        saved.append(encode_state(first.state()))
    last = encode_state(first.state())
    second = Trainer(project, data)
    for done in range(0, len(saved), 3):
        second.restore(decode_state(saved[done]))
        assert [repr(result) for result in second.steps()] == wanted[done:]
        assert same_weights(second.model, first.model)
        assert second.ending == first.ending
    second.restore(decode_state(last))
    assert (second.finished, second.ending) == (True, first.ending)
    assert same_weights(second.model, first.model)
    assert encode_state(second.state()) == last


def test_more_patience_goes_on_from_the_last_weights_and_not_from_the_best() -> None:
    short, longer = project_with(patience=2), project_with(patience=6)
    _, _, stopped = course(short)
    saved = encode_state(stopped.state())
    ends, _, whole = course(longer)
    going = Trainer(longer, data_of(longer))
    going.restore(decode_state(saved))
    more = [result.epoch_end for result in going.steps() if result.epoch_end is not None]

    assert [repr(end) for end in more] == [repr(end) for end in ends[stopped.epoch :]]
    assert same_weights(going.model, whole.model)


class Clock:
    """A clock that goes on by so many seconds each time it is looked at."""

    def __init__(self, seconds: float) -> None:
        self._now, self._seconds = 100.0, seconds

    def perf_counter(self) -> float:
        self._now += self._seconds
        return self._now


def test_training_ends_when_its_minutes_are_over(monkeypatch: pytest.MonkeyPatch) -> None:
    project = project_with(minutes=1.5)
    trainer = Trainer(project, data_of(project))
    monkeypatch.setattr("nnbuilder.engine.trainer.time", Clock(10.0))
    wanted = [result.loss for result in Trainer(project_with(), data_of(project)).steps()]
    trainer.rewind()

    assert [result.loss for result in trainer.steps()] == wanted[:9]
    assert trainer.finished
    assert trainer.ending == "Stopped after 1.5 minutes, in epoch 2."


def test_a_pause_takes_no_time_and_a_checkpoint_knows_how_much_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = project_with(minutes=1.5)
    clock = Clock(10.0)
    monkeypatch.setattr("nnbuilder.engine.trainer.time", clock)
    first, second = (Trainer(project, data_of(project)) for _ in range(2))
    for _, _ in zip(range(6), first.steps(), strict=False):
        pass
    clock.perf_counter()
    second.restore(decode_state(encode_state(first.state())))

    assert first.step == 6
    assert [result.step for result in second.steps()] == [7, 8, 9]
    assert second.finished


def test_what_ends_as_planned_says_nothing() -> None:
    project = make_project()
    trainer = Trainer(project, data_of(project))
    assert trainer.ending == ""
    list(trainer.steps())
    assert trainer.ending == ""


def test_leaving_the_steps_after_the_last_of_them_ends_at_the_best_weights_too() -> None:
    project = project_with(patience=3)
    _, _, whole = course(project)
    trainer = Trainer(project, data_of(project))
    trainer.rewind()
    while not trainer.finished:
        next(trainer.steps())

    assert same_weights(trainer.model, whole.model)


def test_less_patience_than_has_been_waited_ends_where_it_stands() -> None:
    patient, hasty = project_with(patience=5), project_with(patience=3)
    first = Trainer(patient, data_of(patient))
    for _ in first.steps():
        pass
    second = Trainer(hasty, data_of(hasty))
    second.restore(decode_state(encode_state(first.state())))

    assert second.finished
    assert same_weights(second.model, first.model)
