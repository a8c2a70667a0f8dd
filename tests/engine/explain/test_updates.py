"""The rule of each optimizer gives its own weight and its own terms, step after step."""

from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.explain.updates import Update, explain_update

CASES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {}),
    ("SGD", {"weight_decay": 0.1, "maximize": True}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "dampening": 0.3}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("RMSprop", {}),
    ("RMSprop", {"momentum": 0.5, "weight_decay": 0.01}),
    ("RMSprop", {"centered": True}),
    ("Adagrad", {}),
    ("Adagrad", {"lr_decay": 0.1, "initial_accumulator_value": 0.5}),
    ("Adam", {}),
    ("Adam", {"betas": (0.5, 0.9), "weight_decay": 0.1}),
    ("Adam", {"amsgrad": True}),
    ("Adam", {"decoupled_weight_decay": True, "weight_decay": 0.1}),
    ("AdamW", {"maximize": True}),
    ("Adadelta", {}),
    ("Rprop", {}),
)


def state_of(optimizer: torch.optim.Optimizer, weight: nn.Parameter) -> dict[str, float]:
    """What an optimizer keeps for a weight of one number."""
    return {
        name: float(value)
        for name, value in optimizer.state[weight].items()
        if isinstance(value, torch.Tensor | float | int)
    }


@pytest.mark.parametrize(("name", "args"), CASES)
@settings(deadline=None, max_examples=20)
@given(
    start=st.floats(-3, 3, width=32),
    gradients=st.lists(st.floats(-2, 2, width=32), min_size=1, max_size=5),
    lr=st.sampled_from([0.1, 0.001]),
)
def test_every_step_is_torchs(
    name: str, args: dict[str, Any], start: float, gradients: list[float], lr: float
) -> None:
    weight = nn.Parameter(torch.tensor([start]))
    optimizer: torch.optim.Optimizer = getattr(torch.optim, name)([weight], lr=lr, **args)
    for gradient in gradients:
        weight.grad = torch.tensor([gradient])
        was, before = weight.item(), state_of(optimizer, weight)
        optimizer.step()
        state = state_of(optimizer, weight)
        worked = explain_update(
            Update(name, optimizer.param_groups[0], was, gradient, before, weight.item(), state)
        )
        assert worked.agrees, worked
        assert worked.lines[-1].torch
        shown = {line.text.partition(" ")[0] for line in worked.lines}
        assert name in {"Adadelta", "Rprop"} or set(state) <= shown


def test_the_words_of_plain_descent() -> None:
    worked = explain_update(
        Update("SGD", {"lr": 0.1, "momentum": 0, "weight_decay": 0}, 0.5, -2.0, {}, 0.7, {})
    )
    assert [line.text for line in worked.lines] == ["g = -2", "w = 0.5 - 0.1·(-2) = 0.7"]
    assert worked.formula == "w - lr·g"


def test_a_wrong_weight_is_seen() -> None:
    group = {"lr": 0.1, "momentum": 0, "weight_decay": 0}
    assert not explain_update(Update("SGD", group, 0.5, -2.0, {}, 0.69, {})).agrees
