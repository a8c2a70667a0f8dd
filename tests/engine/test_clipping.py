"""Gradients are clipped as in a loop written by hand, also after a pause in its middle."""

from itertools import islice

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.data.load import load
from nnbuilder.data.spec import BuiltinData, DataSpec, Split
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.templates.design import Design, drawing, layer

DATA = DataSpec(BuiltinData("iris"), Split(0.0))

PLAIN = TrainingConfig("SGD", {"lr": 0.3}, 40, 3, seed=3)

Limits = tuple[float | None, float | None]

limits = pytest.mark.parametrize("limits", [(0.02, None), (None, 0.1), (0.05, 0.1), (1e9, 1e9)])


def project(limits: Limits) -> Project:
    """A small classifier whose gradients are clipped by value and norm."""
    layers = (layer("Linear", out_features=5), layer("Tanh"), layer("Linear", out_features=3))
    training = msgspec.structs.replace(PLAIN, clip_value=limits[0], clip_norm=limits[1])
    return Project(drawing(Design(layers, "CrossEntropyLoss")), DATA, training)


def trained(limits: Limits) -> list[float]:
    """The losses of all steps of the app."""
    return [result.loss for result in Trainer(project(limits), load(DATA, 3, None)).steps()]


@limits
def test_losses_are_those_of_a_loop_by_hand(limits: Limits) -> None:
    value, norm = limits
    part = load(DATA, 3, None).train
    x, y = torch.from_numpy(part.x), torch.from_numpy(part.y)
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, fused=True)
    shuffle = torch.Generator().manual_seed(3)
    losses = []
    for _ in range(3):
        for rows in torch.split(torch.randperm(len(x), generator=shuffle), 40):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            torch.autograd.backward(loss)
            if value is not None:
                nn.utils.clip_grad_value_(model.parameters(), value)
            if norm is not None:
                nn.utils.clip_grad_norm_(model.parameters(), norm)
            optimizer.step()
            losses.append(loss.item())

    assert trained(limits) == losses
    assert (trained((None, None)) == losses) == (norm == 1e9)


@limits
def test_what_was_saved_in_the_middle_goes_on_bit_equal(limits: Limits) -> None:
    prepared = load(DATA, 3, None)
    first, second = (Trainer(project(limits), prepared) for _ in range(2))
    before = [result.loss for result in islice(first.steps(), 6)]
    second.restore(first.state().copy())

    assert before + [result.loss for result in second.steps()] == trained(limits)
