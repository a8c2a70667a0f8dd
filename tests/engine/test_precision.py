"""Shorter numbers and determinism, held to loops written by hand."""

from itertools import islice

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from nnbuilder.engine.warm import devices, missing_devices
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates.design import Design, drawing, layer

DATA = DataSpec(BuiltinData("iris"))
SHORT = TrainingConfig("SGD", {"lr": 0.1, "momentum": 0.9}, 16, 3, seed=5, precision="bfloat16")


def project(training: TrainingConfig) -> Project:
    """A small classifier."""
    layers = (
        layer("Linear", out_features=8),
        layer("Tanh"),
        layer("Linear", out_features=3),
    )
    return Project(drawing(Design(layers, "CrossEntropyLoss")), DATA, training)


def by_hand(training: TrainingConfig) -> list[float]:
    """The losses of the same training as a person would write it."""
    prepared = load(DATA, training.seed, None)
    x, y = torch.from_numpy(prepared.train.x), torch.from_numpy(prepared.train.y)
    torch.manual_seed(training.seed)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, fused=True)
    shuffle = torch.Generator().manual_seed(training.seed)
    losses = []
    for _ in range(training.epochs):
        for rows in torch.split(torch.randperm(len(x), generator=shuffle), training.batch_size):
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16):
                loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            torch.autograd.backward(loss)
            optimizer.step()
            losses.append(loss.item())
    return losses


def losses_of(trainer: Trainer) -> list[float]:
    """The losses of the steps that are left."""
    return [result.loss for result in trainer.steps()]


def test_a_mixed_step_is_that_of_a_loop_by_hand() -> None:
    trainer = Trainer(project(SHORT), load(DATA, SHORT.seed, None))
    losses = losses_of(trainer)
    assert losses == by_hand(SHORT)
    assert all(weight.dtype == torch.float32 for weight in trainer.model.parameters())
    plain = msgspec.structs.replace(SHORT, precision="float32")
    assert losses != losses_of(Trainer(project(plain), load(DATA, plain.seed, None)))


def test_a_mixed_training_goes_on_bit_equal() -> None:
    prepared = load(DATA, SHORT.seed, None)
    first, second = (Trainer(project(SHORT), prepared) for _ in range(2))
    before = [result.loss for result in islice(first.steps(), 11)]
    second.restore(first.state().copy())
    assert before + losses_of(second) == by_hand(SHORT)


def test_a_deterministic_training_comes_to_the_same_and_torch_is_told() -> None:
    strict = msgspec.structs.replace(SHORT, precision="float32", deterministic=True)
    plain = msgspec.structs.replace(strict, deterministic=False)
    prepared = load(DATA, strict.seed, None)
    strictly = losses_of(Trainer(project(strict), prepared))
    assert torch.are_deterministic_algorithms_enabled()
    assert strictly == losses_of(Trainer(project(plain), prepared))
    assert not torch.are_deterministic_algorithms_enabled()


def test_each_kind_of_device_is_there_or_has_a_reason() -> None:
    there, missing = {name.partition(":")[0] for name in devices()}, missing_devices()
    assert "cpu" in there
    assert there | missing.keys() == {"cpu", "cuda", "mps"}
    assert not there & missing.keys()
    assert all(why.endswith(".") for why in missing.values())


@pytest.mark.parametrize("kind", sorted(missing_devices()))
def test_a_device_that_is_not_there_is_told(kind: str) -> None:
    elsewhere = msgspec.structs.replace(SHORT, device=kind)
    with pytest.raises(TrainingError, match=f"The device {kind} cannot be used here"):
        Trainer(project(elsewhere), load(DATA, 5, None))
