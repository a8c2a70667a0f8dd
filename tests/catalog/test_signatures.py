"""Names, order and defaults of all declared arguments, against the constructors of torch."""

import inspect
from typing import Any

import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS
from nnbuilder.catalog.spec import LayerSpec, LossSpec, OptimizerSpec, Required

LEFT_OUT = {
    "device": "the training configuration chooses it",
    "dtype": "weights are float32",
    "reduction": "training needs one number: the mean",
    "size_average": "deprecated for reduction",
    "reduce": "deprecated for reduction",
    "weight": "a tensor with a number for each class or sample",
    "pos_weight": "a tensor with a number for each class",
    "ignore_index": "no target of ours is to be ignored",
    "params": "the network's",
    "foreach": "chooses an implementation, not a rule",
    "fused": "chooses an implementation, not a rule",
    "capturable": "chooses an implementation, not a rule",
    "differentiable": "is for derivatives of the training itself",
}
"""Arguments that no declaration has, each with its reason."""

ALSO = {
    "Identity": {"args": "PyTorch ignores them", "kwargs": "PyTorch ignores them"},
    "Sigmoid": {"args": "PyTorch ignores them", "kwargs": "PyTorch ignores them"},
    "Tanh": {"args": "PyTorch ignores them", "kwargs": "PyTorch ignores them"},
    "BatchNorm1d": {"bias": "older versions of PyTorch that we support do not have it"},
}
"""Arguments that one declaration leaves out."""

Spec = LayerSpec | LossSpec | OptimizerSpec

ALL: list[Spec] = [*LAYERS.values(), *LOSSES.values(), *OPTIMIZERS.values()]


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)
def test_names_order_and_defaults_are_those_of_torch(spec: Spec) -> None:
    made = getattr(torch.optim if isinstance(spec, OptimizerSpec) else nn, spec.name)
    excluded = {**LEFT_OUT, **ALSO.get(spec.name, {})}
    parameters = inspect.signature(made).parameters
    wanted = {name: one.default for name, one in parameters.items() if name not in excluded}
    declared: dict[str, Any] = {
        arg.name: inspect.Parameter.empty if isinstance(arg.default, Required) else arg.default
        for arg in spec.args
    }

    assert list(declared.items()) == list(wanted.items())


@pytest.mark.parametrize("name", ALSO)
def test_what_one_leaves_out_is_there_to_leave_out(name: str) -> None:
    taken = inspect.signature(getattr(nn, name)).parameters
    assert not set(ALSO[name]) & set(LEFT_OUT)
    assert set(ALSO[name]) <= {*taken, "bias"}
