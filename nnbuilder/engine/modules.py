"""The torch modules of declared layers, among them those that take or give more than one tensor in PyTorch.

A recurrent layer gives its sequence and its last state: drawn is a subclass of the same name that hands on
the one that was chosen. A TransformerEncoder takes a layer object, which is made here from its arguments.
Parameters have PyTorch's own names in both, and the same numbers after the same seed.
"""

import functools
import inspect
import warnings
from collections.abc import Mapping
from typing import Any, cast

from torch import Tensor, nn

from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.graph.graph import ArgValue


def construct(
    spec: LayerSpec, args: Mapping[str, ArgValue], device: str, *, blank: bool = False
) -> nn.Module:
    """The torch module of a declared layer, with parameters on the device, `blank` without initialization.

    What torch warns of while a layer is made is the doctor's to tell.
    """
    extra = {"device": device} if takes_device(spec.inner or spec.name) else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = _inner(spec, args, extra) if spec.inner else _class(spec.name, blank=blank)(**args, **extra)
    if not isinstance(module, nn.Module):
        raise TypeError(f"torch.nn.{spec.name} is not a layer")
    return module


@functools.cache
def takes_device(name: str) -> bool:
    """Whether a layer of torch has parameters that are made on a device."""
    layer = getattr(nn, name)
    return issubclass(layer, nn.RNNBase) or "device" in inspect.signature(layer).parameters


def _inner(spec: LayerSpec, args: Mapping[str, ArgValue], extra: Mapping[str, str]) -> Any:
    """A layer that repeats another one."""
    inner = {arg.name: args[arg.name] for arg in spec.args if arg.role == "inner"}
    outer = {arg.name: args[arg.name] for arg in spec.args if arg.role == "own"}
    return getattr(nn, spec.name)(getattr(nn, spec.inner)(**inner, **extra), **outer)


@functools.cache
def _class(name: str, *, blank: bool) -> Any:
    """The class of a layer; without its initialization, for nothing on `meta`, it is half the work."""
    layer = getattr(nn, name)
    if issubclass(layer, nn.RNNBase):
        layer = _one_tensor(layer)
    return type(name, (layer,), {"reset_parameters": lambda _self: None}) if blank else layer


def _one_tensor(layer: Any) -> Any:
    """A recurrent layer that gives the tensor which its argument `output` chooses."""

    def __init__(self: Any, *, output: str = "sequence", **args: Any) -> None:  # noqa: N807
        layer.__init__(self, **args)
        self.output = output

    def forward(self: Any, x: Tensor) -> Tensor:
        sequence, state = layer.forward(self, x)
        if self.output == "sequence":
            return cast("Tensor", sequence)
        last: Tensor = state[0] if isinstance(state, tuple) else state
        ways = 2 if self.bidirectional else 1
        return last.reshape(self.num_layers, ways, *last.shape[1:])[-1].movedim(0, -2).flatten(-2)

    return type(layer.__name__, (layer,), {"__init__": __init__, "forward": forward})
