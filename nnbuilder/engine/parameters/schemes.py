"""Draws parameters anew by the schemes of torch.nn.init, and shows the numbers behind them."""

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from nnbuilder.catalog.initializers import INITIALIZERS, InitializerSpec
from nnbuilder.engine.infer import TORCH_ERRORS
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import ArgValue

Named = Sequence[tuple[str, torch.Tensor]]
"""Parameters by their full names."""

LINES = 3
"""The most parameters that are named one by one in what a program would write."""


class ChangeError(NNBuilderError):
    """Parameters cannot be changed like this; the message says why, and what to do."""


def scheme_of(name: str, args: Mapping[str, ArgValue]) -> tuple[InitializerSpec, dict[str, Any]]:
    """A scheme with all its arguments; raises `ChangeError` where one does not fit."""
    spec = INITIALIZERS.get(name)
    if spec is None:
        raise ChangeError(f"{name} is no scheme that this version knows.")
    values = {arg.name: args.get(arg.name, arg.start) for arg in spec.args}
    for arg in spec.args:
        if (fault := arg.fault(values[arg.name])) is not None:
            raise ChangeError(fault)
    return spec, values


def initialize(
    parameters: Named, spec: InitializerSpec, args: Mapping[str, Any], seed: int
) -> tuple[str, ...]:
    """Draws the parameters anew, in their order, as a program would; answers with what was left out."""
    torch.manual_seed(seed)
    draw: Callable[..., torch.Tensor] = getattr(nn.init, spec.name)
    left = [name for name, one in parameters if not spec.takes(one.dim())]
    if len(left) == len(parameters):
        own = f"{left[0]} has {parameters[0][1].dim()}" if left else "there is no parameter"
        text = f"{spec.name} needs a tensor of {spec.needs} dimensions, and {own}"
        whose = "a bias" if parameters[0][1].dim() < 2 else "it"
        raise ChangeError(f"{text}: for {whose} take zeros_, uniform_ or another scheme.")
    with torch.no_grad():
        for name, one in parameters:
            if spec.takes(one.dim()):
                _draw(draw, name, one, args)
    if not left:
        return ()
    return (f"{staying(left)} as before: {spec.name} needs {spec.needs} dimensions.",)


def staying(names: Sequence[str]) -> str:
    """The subject and verb of a sentence on parameters that a scheme leaves out."""
    return f"{names[0]} stays" if len(names) == 1 else f"{names[0]} and {len(names) - 1} more stay"


def _draw(draw: Callable[..., torch.Tensor], name: str, one: torch.Tensor, args: Mapping[str, Any]) -> None:
    """Draws one parameter; torch's own doubts, told as warnings, are the user's to see in the histogram."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            draw(one, **args)
    except TORCH_ERRORS as error:
        said = str(error).strip().partition("\n")[0].rstrip(".")
        raise ChangeError(f"{draw.__name__} refuses {name} {tuple(one.shape)}: {said}.") from error
    if not bool(torch.isfinite(one).all()):
        kind = str(one.dtype).removeprefix("torch.")
        text = f"{draw.__name__} gives {name} numbers beyond what {kind} can hold"
        raise ChangeError(f"{text}: take smaller arguments.")


def program(parameters: Named, spec: InitializerSpec, args: Mapping[str, Any], seed: int) -> str:
    """What a program would write for it."""
    told = [name for name, one in parameters if spec.takes(one.dim())]
    words = "".join(f", {name}={value!r}" for name, value in args.items())
    lines = [f"torch.manual_seed({seed})"]
    lines += [f"nn.init.{spec.name}({python_path(name)}{words})" for name in told[:LINES]]
    return "\n".join(lines) + (f"\n… and {len(told) - LINES} more" if len(told) > LINES else "")


def python_path(full: str) -> str:
    """How a program names a parameter: `0.weight` is `model[0].weight`."""
    parts = full.split(".")
    inner = "".join(f"[{part}]" if part.isdecimal() else f".{part}" for part in parts[:-1])
    return f"model{inner}.{parts[-1]}"


def worked(one: torch.Tensor, spec: InitializerSpec, args: Mapping[str, Any]) -> tuple[str, ...]:
    """The formula of a scheme with the numbers of one parameter."""
    if not spec.fans or not spec.takes(one.dim()):
        return ()
    field = one[0][0].numel() if one.dim() > 2 else 1
    wide, high = one.shape[1] * field, one.shape[0] * field
    lines = [_fans(one, wide, high, field)]
    if spec.name.startswith("kaiming"):
        gain = nn.init.calculate_gain(args["nonlinearity"], args["a"])
        fan = wide if args["mode"] == "fan_in" else high
        if spec.name == "kaiming_normal_":
            lines.append(f"std = {gain:.4g} / √{fan} = {gain / math.sqrt(fan):.4g}")
        else:
            lines.append(f"bound = {gain:.4g} · √(3 / {fan}) = {gain * math.sqrt(3 / fan):.4g}")
        return (*lines, f"gain of {args['nonlinearity']} = {gain:.4g}")
    top, word = (2, "std") if spec.name == "xavier_normal_" else (6, "bound")
    value = args["gain"] * math.sqrt(top / (wide + high))
    lines.append(f"{word} = {args['gain']:g} · √({top} / ({wide} + {high})) = {value:.4g}")
    return tuple(lines)


def _fans(one: torch.Tensor, wide: int, high: int, field: int) -> str:
    if field == 1:
        return f"fan_in = {wide}, fan_out = {high}"
    return f"fan_in = {one.shape[1]} · {field} = {wide}, fan_out = {one.shape[0]} · {field} = {high}"
