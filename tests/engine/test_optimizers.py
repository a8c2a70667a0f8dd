"""Every optimizer trains as in a loop written by hand, also after a pause in its middle."""

import json
from itertools import islice

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.catalog.optimizers import OPTIMIZERS
from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec, Split
from nnbuilder.engine.state import Facts, TrainerState
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates.design import Design, drawing, layer

optimizers = pytest.mark.parametrize("name", OPTIMIZERS)

DATA = DataSpec(BuiltinData("iris"), Split(0.0))


def project(name: str) -> Project:
    """A small classifier with this optimizer."""
    layers = (layer("Linear", out_features=5), layer("Tanh"), layer("Linear", out_features=3))
    training = TrainingConfig(name, {"lr": 0.02}, 40, 3, seed=3)
    return Project(drawing(Design(layers, "CrossEntropyLoss")), DATA, training)


def trained(name: str) -> list[float]:
    """The losses of all steps of the app."""
    return [result.loss for result in Trainer(project(name), load(DATA, 3, None)).steps()]


@optimizers
def test_losses_are_those_of_a_loop_by_hand(name: str) -> None:
    part = load(DATA, 3, None).train
    x, y = torch.from_numpy(part.x), torch.from_numpy(part.y)
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    fused = {"fused": True} if OPTIMIZERS[name].fused else {}
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.02, **fused)
    shuffle = torch.Generator().manual_seed(3)
    losses = []
    for _ in range(3):
        for rows in torch.split(torch.randperm(len(x), generator=shuffle), 40):

            def closure(rows: torch.Tensor = rows) -> torch.Tensor:
                optimizer.zero_grad()
                loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
                torch.autograd.backward(loss)
                return loss

            losses.append(optimizer.step(closure).item())

    assert trained(name) == losses
    assert len(set(losses)) == len(losses) == 12


@optimizers
def test_what_was_saved_in_the_middle_goes_on_bit_equal(name: str) -> None:
    prepared = load(DATA, 3, None)
    first = Trainer(project(name), prepared)
    before = [result.loss for result in islice(first.steps(), 6)]
    state = first.state().copy()
    facts = msgspec.json.decode(json.dumps(msgspec.to_builtins(state.facts)), type=Facts)
    second = Trainer(project(name), prepared)
    second.restore(TrainerState(facts, state.tensors))

    assert before + [result.loss for result in second.steps()] == trained(name)
