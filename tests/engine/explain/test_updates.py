"""The rule of each optimizer gives its own weight and its own terms, step after step."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.engine.explain.numbers import shown
from nnbuilder.engine.explain.steps import Limits, Update
from nnbuilder.engine.explain.updates import RULES, explain_update

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
    ("Adadelta", {"rho": 0.5, "weight_decay": 0.1, "maximize": True}),
    ("Adamax", {}),
    ("Adamax", {"betas": (0.5, 0.9), "weight_decay": 0.1}),
    ("NAdam", {}),
    ("NAdam", {"weight_decay": 0.1, "momentum_decay": 0.1}),
    ("NAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", {"betas": (0.9, 0.5)}),
    ("RAdam", {"weight_decay": 0.1}),
    ("RAdam", {"weight_decay": 0.1, "decoupled_weight_decay": True, "maximize": True}),
    ("ASGD", {}),
    ("ASGD", {"t0": 1, "lambd": 0.1, "weight_decay": 0.1}),
    ("Rprop", {}),
    ("Rprop", {"etas": (0.3, 1.5), "step_sizes": (0.01, 0.15), "maximize": True}),
    ("Adafactor", {}),
    ("Adafactor", {"weight_decay": 0.1, "d": 2.0, "eps": (1e-3, 0.1), "maximize": True}),
)

SEVERAL = frozenset({"LBFGS"})
"""Optimizers that ask for the loss again; their steps are tested where networks are."""


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
    gradients=st.lists(st.floats(-2, 2, width=32), min_size=1, max_size=8),
    lr=st.sampled_from([0.1, 0.001]),
)
def test_every_step_is_torchs(
    name: str, args: dict[str, Any], start: float, gradients: list[float], lr: float
) -> None:
    weight = nn.Parameter(torch.tensor([start]))
    optimizer: torch.optim.Optimizer = getattr(torch.optim, name)([weight], lr=lr, **args)
    for gradient in gradients:
        weight.grad = torch.tensor([gradient])
        old, before = weight.detach().clone(), state_of(optimizer, weight)
        optimizer.step()
        state, kept = state_of(optimizer, weight), optimizer.state[weight]
        group, tensors = optimizer.param_groups[0], {"weight": old, "gradient": weight.grad, **kept}
        worked = explain_update(
            Update(name, group, old.item(), gradient, before, weight.item(), state, (0,), tensors)
        )
        assert worked.agrees, worked
        assert worked.lines[-1].torch
        compared = {line.text.partition(" ")[0]: line.torch for line in worked.lines if line.torch}
        assert {term: compared[term] for term in state} == {term: shown(one) for term, one in state.items()}


def test_every_optimizer_of_the_catalogue_has_its_rule() -> None:
    assert set(RULES) == set(OPTIMIZERS)
    assert {name for name, _ in CASES} | SEVERAL == set(OPTIMIZERS)


PLAIN: Mapping[str, Any] = {"lr": 0.1, "momentum": 0, "weight_decay": 0}


def test_the_words_of_plain_descent() -> None:
    worked = explain_update(Update("SGD", PLAIN, 0.5, -2.0, {}, 0.7, {}))
    assert [line.text for line in worked.lines] == ["g = -2", "w = 0.5 - 0.1·(-2) = 0.7"]
    assert worked.formula == "w - lr·g"


def test_what_makes_a_gradient_smaller_is_told() -> None:
    limits = Limits(-8.0, 2.0, 1.0, 4.0)
    worked = explain_update(
        Update("SGD", PLAIN, 0.5, -0.5, {}, 0.55, {}, limits=limits, l1=0.25, schedule="StepLR")
    )
    assert worked.agrees, worked
    assert [line.text for line in worked.lines][:3] == [
        "the gradient holds l1·sign(w) = 0.25·1 = 0.25",
        "all gradients together are 4 long, at most 1",
        "gradient clipped = min(max(-8, -2), 2)·min(1, 1/4) = -0.5",
    ]
    assert worked.notes == ("Steps by hand are taken at lr = 0.1; StepLR acts in training only.",)


def test_a_wrong_weight_is_seen() -> None:
    assert not explain_update(Update("SGD", PLAIN, 0.5, -2.0, {}, 0.69, {})).agrees
