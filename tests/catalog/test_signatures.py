"""Names, order and defaults of all declared arguments, against the constructors of torch."""

import inspect
import typing
from collections.abc import Container, Iterable, Mapping
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import LAYERS, LOSSES, OPTIMIZERS, SCHEDULERS
from nnbuilder.catalog.spec import ArgSpec, LayerSpec, LossSpec, OptimizerSpec, Required, SchedulerSpec

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
    "optimizer": "the training's",
    "last_epoch": "a checkpoint knows it",
    "scale_fn": "is code",
    "scale_mode": "is for scale_fn",
    "total_steps": "the training knows it",
    "epochs": "total_steps says the same",
    "steps_per_epoch": "total_steps says the same",
}
"""Arguments that no declaration has, each with its reason."""

_ANYTHING = {"args": "PyTorch ignores them", "kwargs": "PyTorch ignores them"}
_SECOND = {"return_indices": "gives a second tensor, and a Sequential hands on one"}
_NEWER = {"bias": "older versions of PyTorch that we support do not have it"}
_PRIVATE = dict.fromkeys(("_weight", "_freeze", "_random_samples"), "its name says that it is PyTorch's own")
_MASKED = {
    "norm": "takes a layer; LayerNorm behind it does the same",
    "enable_nested_tensor": "has an effect with a mask only, which is a second tensor",
    "mask_check": "has an effect with a mask only, which is a second tensor",
    "encoder_layer": "its arguments are declared instead",
}

ALSO: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(("Identity", "Sigmoid", "Tanh", "LogSigmoid", "Softsign"), _ANYTHING),
    **dict.fromkeys(("Softmax2d", "Tanhshrink"), _ANYTHING),
    **{f"BatchNorm{dims}d": _NEWER for dims in (1, 2, 3)},
    **{f"InstanceNorm{dims}d": _NEWER for dims in (1, 2, 3)},
    "GroupNorm": _NEWER,
    **{f"{kind}MaxPool{dims}d": _SECOND for kind in ("", "Adaptive") for dims in (1, 2, 3)},
    **{f"FractionalMaxPool{dims}d": {**_SECOND, **_PRIVATE} for dims in (2, 3)},
    "Embedding": _PRIVATE,
    "EmbeddingBag": {**_PRIVATE, "include_last_offset": "belongs to offsets, a second tensor"},
    "Hardtanh": {"min_value": "deprecated for min_val", "max_value": "deprecated for max_val"},
    "TransformerEncoder": _MASKED,
    "ReduceLROnPlateau": {"mode": "the loss is to fall"},
}
"""Arguments that one declaration leaves out."""

Spec = LayerSpec | LossSpec | OptimizerSpec | SchedulerSpec

ALL: list[Spec] = [*LAYERS.values(), *LOSSES.values(), *OPTIMIZERS.values(), *SCHEDULERS.values()]


def signature(spec: Spec, name: str = "") -> Mapping[str, inspect.Parameter]:
    """The parameters that torch names; those of a recurrent layer stand in its first overload."""
    made = getattr(_home(spec), name or spec.name)
    if overloads := typing.get_overloads(made.__init__):
        parameters = dict(inspect.signature(overloads[0]).parameters)
        del parameters["self"]
        return parameters
    return inspect.signature(made).parameters


def _home(spec: Spec) -> ModuleType:
    """The module of torch that has what is declared."""
    if isinstance(spec, SchedulerSpec):
        return torch.optim.lr_scheduler
    return torch.optim if isinstance(spec, OptimizerSpec) else nn


def declared(args: Iterable[ArgSpec]) -> list[tuple[str, Any]]:
    """Names and defaults as torch would have them."""
    return [
        (arg.name, inspect.Parameter.empty if isinstance(arg.default, Required) else arg.default)
        for arg in args
    ]


def wanted(parameters: Mapping[str, inspect.Parameter], excluded: Container[str]) -> list[tuple[str, Any]]:
    """Names and defaults of torch; a function stands for its name, as torch takes it."""
    return [
        (
            name,
            getattr(one.default, "__name__", one.default) if inspect.isfunction(one.default) else one.default,
        )
        for name, one in parameters.items()
        if name not in excluded
    ]


@pytest.mark.parametrize("spec", ALL, ids=lambda spec: spec.name)
def test_names_order_and_defaults_are_those_of_torch(spec: Spec) -> None:
    own = [arg for arg in spec.args if arg.role == "own"]
    excluded = {**LEFT_OUT, **ALSO.get(spec.name, {})}
    assert declared(own) == wanted(signature(spec), excluded)
    inner = [arg for arg in spec.args if arg.role == "inner"]
    assert bool(inner) == (isinstance(spec, LayerSpec) and bool(spec.inner))
    if isinstance(spec, LayerSpec) and spec.inner:
        assert declared(inner) == wanted(signature(spec, spec.inner), LEFT_OUT)
        assert next(iter(signature(spec))) == "encoder_layer"


@pytest.mark.parametrize("name", LAYERS)
def test_what_stands_behind_something_left_out_is_written_with_its_name(name: str) -> None:
    spec = LAYERS[name]
    taken = list(signature(spec).values())
    places = {one.name: place for place, one in enumerate(taken)}
    own = [arg for arg in spec.args if arg.role == "own"]
    for place, arg in enumerate(own):
        moved = places[arg.name] != place or taken[places[arg.name]].kind is inspect.Parameter.KEYWORD_ONLY
        assert arg.keyword == (moved and not spec.inner), arg.name


@pytest.mark.parametrize("spec", [spec for spec in LAYERS.values() if spec.group == "Recurrent"])
def test_an_output_is_chosen_where_torch_gives_two(spec: LayerSpec) -> None:
    assert [arg.name for arg in spec.args if arg.role == "output"] == ["output"]
    assert "output" not in signature(spec)


@pytest.mark.parametrize("name", ALSO)
def test_what_one_leaves_out_is_there_to_leave_out(name: str) -> None:
    taken = signature(LAYERS.get(name) or SCHEDULERS[name])
    private = {"_weight", "_freeze", "_random_samples"}
    assert not set(ALSO[name]) & set(LEFT_OUT)
    assert set(ALSO[name]) <= {*taken, "bias", *private}
