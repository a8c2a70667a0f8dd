"""The schemes that are declared, held against torch.nn.init itself."""

import inspect
from typing import Any, get_args, get_type_hints

import pytest
import torch
from torch import nn

from nnbuilder.catalog.initializers import INITIALIZERS, InitializerSpec
from nnbuilder.catalog.spec import Required

specs = pytest.mark.parametrize("spec", INITIALIZERS.values(), ids=INITIALIZERS)

LEFT_OUT = {"tensor", "generator"}
SHAPES = ((3,), (4, 3), (4, 3, 3), (4, 3, 3, 3), (4, 3, 3, 3, 3))


def test_every_scheme_of_torch_is_there() -> None:
    theirs = {
        name
        for name, one in vars(nn.init).items()
        if name.endswith("_") and not name.startswith("_") and inspect.isfunction(one)
    }
    assert set(INITIALIZERS) == theirs


@specs
def test_arguments_and_defaults_are_torchs(spec: InitializerSpec) -> None:
    theirs = inspect.signature(getattr(nn.init, spec.name)).parameters
    assert [arg.name for arg in spec.args] == [name for name in theirs if name not in LEFT_OUT]
    for arg in spec.args:
        default = theirs[arg.name].default
        if default is inspect.Parameter.empty:
            assert isinstance(arg.default, Required)
            assert arg.fault(arg.initial) is None
        else:
            assert arg.default == default


@specs
def test_dimensions_are_those_that_torch_takes(spec: InitializerSpec) -> None:
    values = {arg.name: arg.start for arg in spec.args}
    for shape in SHAPES:
        assert spec.takes(len(shape)) == _takes(spec.name, torch.zeros(shape), values), shape


@specs
def test_torch_takes_every_choice(spec: InitializerSpec) -> None:
    shape = next(shape for shape in ((4, 3), (4, 3, 3)) if spec.takes(len(shape)))
    for arg in spec.args:
        for word in arg.choices:
            assert _takes(
                spec.name, torch.zeros(shape), {one.name: one.start for one in spec.args} | {arg.name: word}
            )


def test_gains_that_torch_knows_are_offered() -> None:
    hints = get_type_hints(nn.init.kaiming_uniform_)
    own = next(arg for arg in INITIALIZERS["kaiming_uniform_"].args if arg.name == "nonlinearity")
    theirs = {word for word in get_args(hints["nonlinearity"]) if "conv" not in word}
    assert set(own.choices) == theirs


def _takes(name: str, tensor: torch.Tensor, values: dict[str, Any]) -> bool:
    try:
        getattr(nn.init, name)(tensor, **values)
    except (ValueError, RuntimeError):
        return False
    return True
