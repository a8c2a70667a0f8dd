"""Compiled steps, held to ordinary ones: losses, weights, gradients, resume, and what cannot be compiled."""

import dataclasses
import math
from itertools import islice
from pathlib import Path

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.compiled.obstacles import missing_compiler
from nnbuilder.engine.compiled.step import WATCHED, comparison
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.results import StepResult
from nnbuilder.engine.run_loop import train_run
from nnbuilder.engine.setup import Rows, TrainingError
from nnbuilder.engine.team import Team
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.messages import RunState
from nnbuilder.runs.store import load_record
from nnbuilder.templates.design import Design, Layer, drawing, layer
from tests.engine.test_run_loop import Desk

DATA = DataSpec(BuiltinData("iris"))
MLP = (layer("Linear", out_features=8), layer("Tanh"), layer("Linear", out_features=3))

needs_compiler = pytest.mark.skipif(bool(missing_compiler()), reason=missing_compiler() or "there is one")

PLAIN = TrainingConfig("Adam", {"lr": 0.02}, 15, 4, seed=5)
CONFIGS = {
    "Adam": msgspec.structs.replace(PLAIN, batch_size=16),  # the last batch of an epoch is smaller
    "amsgrad": TrainingConfig("Adam", {"lr": 0.02, "amsgrad": True, "weight_decay": 0.1}, 15, 4, seed=5),
    "decoupled": TrainingConfig(
        "Adam", {"lr": 0.02, "weight_decay": 0.5, "decoupled_weight_decay": True}, 15, 4, seed=5
    ),
    "AdamW": TrainingConfig("AdamW", {"lr": 0.02, "weight_decay": 0.1}, 15, 4, seed=5),
    "SGD": TrainingConfig("SGD", {"lr": 0.1}, 15, 4, seed=5),
    "momentum": TrainingConfig("SGD", {"lr": 0.05, "momentum": 0.9}, 15, 4, seed=5),
    "nesterov": TrainingConfig("SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True}, 15, 4, seed=5),
    "clips": msgspec.structs.replace(PLAIN, clip_value=0.1, clip_norm=0.2, l1=0.01),
    "schedule": msgspec.structs.replace(
        PLAIN, lr_scheduler="ExponentialLR", lr_scheduler_args={"gamma": 0.9}, lr_scheduler_every="step"
    ),
    "weights": msgspec.structs.replace(PLAIN, class_weights=(1.0, 2.0, 5.0)),
    "bfloat16": msgspec.structs.replace(PLAIN, precision="bfloat16"),
}


def trainer(training: TrainingConfig, layers: tuple[Layer, ...] = MLP, *, compiled: bool = True) -> Trainer:
    """A training of a small classifier."""
    training = msgspec.structs.replace(training, compiled=compiled)
    return Trainer(Project(drawing(Design(layers, "CrossEntropyLoss")), DATA, training), load(DATA, 5, None))


def run(training: Trainer, count: int | None = None) -> list[StepResult]:
    """So many steps of a training, or all that are left."""
    return list(islice(training.steps(), count))


@needs_compiler
@pytest.mark.parametrize("name", CONFIGS)
def test_losses_and_weights_are_close_to_those_of_ordinary_steps(name: str) -> None:
    usual, ours = (trainer(CONFIGS[name], compiled=compiled) for compiled in (False, True))
    near = 2e-2 if name == "bfloat16" else 1e-4
    expected = [result.loss for result in run(usual, 20)]
    assert [result.loss for result in run(ours, 20)] == pytest.approx(expected, abs=near)
    for mine, other in zip(ours.model.parameters(), usual.model.parameters(), strict=True):
        torch.testing.assert_close(mine, other, atol=near, rtol=near)
        assert mine.grad is not None
        assert other.grad is not None
        torch.testing.assert_close(mine.grad, other.grad, atol=10 * near, rtol=10 * near)


@needs_compiler
@pytest.mark.parametrize("name", ["AdamW", "momentum"])
def test_a_compiled_training_goes_on_bit_equal_from_any_step(name: str) -> None:
    whole = trainer(CONFIGS[name])
    first = run(whole, 11)
    kept = whole.state().copy()
    rest = run(whole)
    other = trainer(CONFIGS[name])
    other.restore(kept)
    assert [result.loss for result in run(other)] == [result.loss for result in rest]
    assert first[-1].step + len(rest) == other.step
    whole.rewind()
    assert [result.loss for result in run(whole, 11)] == [result.loss for result in first]


@needs_compiler
def test_what_a_compiled_training_leaves_can_be_gone_on_from_by_ordinary_steps() -> None:
    ours, usual, whole = trainer(PLAIN), trainer(PLAIN, compiled=False), trainer(PLAIN, compiled=False)
    expected = [result.loss for result in run(whole, 20)]
    found = [result.loss for result in run(ours, 9)]
    usual.restore(ours.state().copy())
    assert found + [result.loss for result in run(usual, 11)] == pytest.approx(expected, abs=1e-4)


@needs_compiler
def test_dropout_is_drawn_anew_at_each_step_and_again_the_same_from_a_checkpoint() -> None:
    layers = (layer("Linear", out_features=64), layer("Dropout", p=0.5), layer("Linear", out_features=3))
    still = msgspec.structs.replace(PLAIN, optimizer="SGD", optimizer_args={"lr": 0.0}, batch_size=1000)
    ours = trainer(still, layers)
    losses = [result.loss for result in run(ours, 3)]
    assert len(set(losses)) == 3
    ours.rewind()
    assert run(ours, 1)[0].loss == losses[0]
    kept = ours.state().copy()
    other = trainer(still, layers)
    other.restore(kept)
    assert [result.loss for result in run(other, 2)] == losses[1:]


@needs_compiler
def test_a_loss_that_is_not_finite_leaves_everything_as_it_was() -> None:
    ours = trainer(CONFIGS["Adam"])
    run(ours, 3)
    before = ours.state().copy()
    rows = ours.setup.train
    ours.setup = dataclasses.replace(ours.setup, train=Rows(rows.x * math.inf, rows.y))
    result = run(ours, 1)[0]
    assert not math.isfinite(result.loss)
    after = ours.state()
    for name, tensor in before.tensors.items():
        if not name.startswith("random."):
            assert torch.equal(tensor, after.tensors[name]), name


@needs_compiler
def test_two_trainings_of_the_same_sizes_keep_their_own_graphs() -> None:
    layers = (MLP, (MLP[0], layer("ReLU"), MLP[2]))
    ours = [trainer(PLAIN, each) for each in layers]
    usual = [trainer(PLAIN, each, compiled=False) for each in layers]
    for _ in range(3):
        for mine, other in zip(ours, usual, strict=True):
            expected = [result.loss for result in run(other, 2)]
            assert [result.loss for result in run(mine, 2)] == pytest.approx(expected, abs=1e-4)


@needs_compiler
def test_it_says_what_it_took_and_what_it_brought() -> None:
    long = msgspec.structs.replace(PLAIN, epochs=WATCHED)
    ours = trainer(long)
    assert ours.news() == ()
    run(ours, 1)
    (told,) = ours.news()
    assert told.startswith("Compiling the step took ")
    assert "not equal to the last bit" in told
    run(ours, WATCHED - 1)
    (gain,) = ours.news()
    assert gain.startswith("Compiled steps are ")
    assert "ordinary ones" in gain


@needs_compiler
def test_a_run_tells_it_while_it_goes_on_and_keeps_it_in_its_record(tmp_path: Path) -> None:
    desk = Desk()
    training = trainer(msgspec.structs.replace(PLAIN, epochs=40))
    train_run(training.project, training.prepared, tmp_path / "run", desk, Unattended())
    told = [text for state in desk.of(RunState) if isinstance(state, RunState) for text in state.notices]
    assert [text.split(" steps ", maxsplit=1)[0].split(" took ")[0] for text in told] == [
        "Compiling the step",
        "Compiled",
    ]
    assert load_record(tmp_path / "run").notes == tuple(told)


def test_gain_and_loss_are_said_as_they_are() -> None:
    assert comparison(0.0001, 0.0002).startswith("Compiled steps are 2.0 times as fast as ordinary ones")
    assert "3.0 times as slow" in comparison(0.0003, 0.0001)
    assert comparison(0.0003, 0.0001).endswith("switch them off.")


@needs_compiler
def test_compiling_draws_no_random_numbers_and_takes_no_step_of_its_own() -> None:
    states = []
    for compiled in (False, True):
        training = trainer(PLAIN, compiled=compiled)
        assert run(training, 1)[0].loss == pytest.approx(1.16, abs=0.3)
        states.append(training.state().copy())
    usual, ours = states
    for name in ("random.torch", "random.shuffle"):
        assert torch.equal(usual.tensors[name], ours.tensors[name])
    assert usual.tensors.keys() == ours.tensors.keys()
    for name in usual.tensors:
        torch.testing.assert_close(ours.tensors[name], usual.tensors[name], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"optimizer": "RMSprop"}, "not for RMSprop"),
        ({"optimizer": "SGD", "optimizer_args": {"momentum": 0.9, "dampening": 0.5}}, "dampening"),
        (
            {"lr_scheduler": "OneCycleLR", "lr_scheduler_args": {"max_lr": 0.1}},
            "cycle_momentum of OneCycleLR",
        ),
    ],
)
def test_what_cannot_be_compiled_is_refused_in_a_sentence(changes: dict[str, object], word: str) -> None:
    ours = trainer(msgspec.structs.replace(PLAIN, **changes))
    with pytest.raises(TrainingError, match=word) as refusal:
        run(ours, 1)
    assert str(refusal.value).endswith("Switch compiled off in the training setup.")


@pytest.mark.parametrize(
    ("layers", "word"),
    [
        ((*MLP[:1], layer("BatchNorm1d"), *MLP[1:]), "BatchNorm1d 1 keeps numbers"),
        (
            (layer("Unflatten", dim=1, unflattened_size=(4, 1)), layer("LSTM", hidden_size=3, num_layers=1)),
            "LSTM",
        ),
    ],
)
@needs_compiler
def test_networks_that_cannot_be_compiled_are_refused(layers: tuple[Layer, ...], word: str) -> None:
    with pytest.raises(TrainingError, match=word):
        run(trainer(PLAIN, layers), 1)


def test_no_compiler_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert "no-such-compiler is not found" in missing_compiler()
    with pytest.raises(TrainingError, match="no-such-compiler"):
        run(trainer(PLAIN), 1)


@needs_compiler
def test_a_twin_to_look_into_takes_ordinary_steps() -> None:
    twin = trainer(PLAIN).twin()
    calls = []
    twin.model[0].register_forward_hook(lambda *_: calls.append(1))
    run(twin, 2)
    assert calls == [1, 1]
    assert isinstance(twin.model, nn.Sequential)


def test_several_processes_are_told_to_switch_it_off() -> None:
    alone = trainer(PLAIN)
    ours = Trainer(alone.project, alone.prepared, team=Team(0, 2, torch.device("cpu")))
    with pytest.raises(TrainingError, match="Several processes cannot train with compiled steps"):
        run(ours, 1)
