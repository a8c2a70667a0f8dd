"""Normalizations: over which numbers mean and variance were taken, and what they make of one number."""

import math
from typing import NamedTuple

import torch

from nnbuilder.engine.explain.case import Case, parameter
from nnbuilder.engine.explain.numbers import Amount, at, inner, line, over, products, shown
from nnbuilder.protocol.worked import Line, Worked


class Taken(NamedTuple):
    """Mean and variance with what they were taken over, in words, and the scale and shift of the place."""

    mean: float
    variance: float
    over: str
    scale: float | None = None
    shift: float | None = None


def batch_norm(case: Case) -> Worked:
    """BatchNorm: in train mode the batch's own mean and variance, in eval mode the running ones."""
    module, channel = case.module, case.place[1]
    if case.training or module.running_mean is None:
        values = case.input.detach().double().transpose(0, 1)[channel].flatten()
        over = f"channel {channel} of this batch ({len(values):,} numbers)"
        mean, variance = float(values.mean()), float(values.var(correction=0))
    else:
        over = f"channel {channel}, kept while it was trained (eval mode)"
        mean, variance = float(module.running_mean[channel]), float(module.running_var[channel])
    return _normalized(case, Taken(mean, variance, over, *_affine(case, channel)))


def instance_norm(case: Case) -> Worked:
    """InstanceNorm: mean and variance of one channel of one sample."""
    module, (row, channel) = case.module, case.place[:2]
    if module.running_mean is not None and not case.training:
        mean, variance = float(module.running_mean[channel]), float(module.running_var[channel])
        over = f"channel {channel}, kept while it was trained (eval mode)"
    else:
        values = case.input[row, channel].detach().double()
        mean, variance = float(values.mean()), float(values.var(correction=0))
        over = f"channel {channel} of row {row} ({values.numel():,} numbers)"
    return _normalized(case, Taken(mean, variance, over, *_affine(case, channel)))


def group_norm(case: Case) -> Worked:
    """GroupNorm: mean and variance of a group of channels of one sample."""
    row, channel = case.place[:2]
    each = case.input.shape[1] // case.module.num_groups
    group = channel // each
    values = case.input[row, group * each : (group + 1) * each].detach().double()
    over = f"channels {group * each} to {(group + 1) * each - 1} of row {row} ({values.numel():,} numbers)"
    mean, variance = float(values.mean()), float(values.var(correction=0))
    return _normalized(case, Taken(mean, variance, over, *_affine(case, channel)))


def layer_norm(case: Case) -> Worked:
    """LayerNorm: mean and variance of the last dimensions of one sample."""
    values, place = _last(case)
    over = f"the last dimensions {tuple(values.shape)} of one sample"
    mean, variance = float(values.mean()), float(values.var(correction=0))
    return _normalized(case, Taken(mean, variance, over, *_affine(case, place)))


def rms_norm(case: Case) -> Worked:
    """RMSNorm: a number over the root of the mean square of the last dimensions."""
    values, place = _last(case)
    eps = _eps(case)
    square = float(values.square().mean())
    scale, _ = _affine(case, place)
    x = float(case.input[case.place])
    value = over(x, math.sqrt(square + eps)) * (1.0 if scale is None else scale)
    text = f"{inner(x)}/√({shown(square)} + {shown(eps)})" + ("" if scale is None else f"·{inner(scale)}")
    lines = (
        Line(f"mean square of the last dimensions {tuple(values.shape)} = {shown(square)}"),
        line(at("y", case.place), Amount(text, value, abs(value)), case.torchs),
    )
    return Worked("RMSNorm of one number", "x/√(mean of x² + eps)·weight", lines)


def local_response(case: Case) -> Worked:
    """LocalResponseNorm and CrossMapLRN2d: a number over the squares of its neighbours in other channels."""
    module, channel, count = case.module, case.place[1], case.input.shape[1]
    size = int(module.size)
    if case.name == "CrossMapLRN2d":
        reach = int((size - 1) / 2 + 1)
        chosen = list(range(max(0, channel - reach + 1), min(count, channel + reach)))
        kept = channel >= reach and 0 not in chosen
        chosen = [0, *chosen] if kept else chosen
    else:
        kept = False
        chosen = list(range(max(0, channel - size // 2), min(count, channel + (size - 1) // 2 + 1)))
    values = [float(case.input[(case.place[0], one, *case.place[2:])]) for one in chosen]
    squares = products([(value, value) for value in values])
    x = float(case.input[case.place])
    below = module.k + module.alpha / size * squares.value
    value = over(x, float(torch.tensor(below, dtype=torch.float64).pow(module.beta)))
    text = f"({shown(module.k)} + {shown(module.alpha)}/{size}·{inner(squares.value)})^{shown(module.beta)}"
    lines = (
        Line(f"squares of channels {', '.join(map(str, chosen))} = {squares.text} = {shown(squares.value)}"),
        line(at("y", case.place), Amount(f"{inner(x)}/{text}", value, 10 * abs(value)), case.torchs),
    )
    notes = ("PyTorch's CrossMapLRN2d never takes channel 0 off again once it is in.",) if kept else ()
    return Worked(f"{case.name} of one number", "x/(k + alpha/size·Σ x²)^beta", lines, notes)


def _last(case: Case) -> tuple[torch.Tensor, tuple[int, ...]]:
    """The numbers that a layer normalizes together, and the place among them."""
    count = len(case.module.normalized_shape)
    return case.input[case.place[:-count]].detach().double(), case.place[-count:]


def _eps(case: Case) -> float:
    """What is added to the variance, as exact as the numbers are in PyTorch."""
    eps = case.module.eps
    dtype = case.input.dtype
    return torch.finfo(dtype).eps if eps is None else float(torch.tensor(eps, dtype=dtype))


def _affine(case: Case, place: int | tuple[int, ...]) -> tuple[float | None, float | None]:
    weight, bias = (parameter(case.module, name) for name in ("weight", "bias"))
    scale, shift = (None if one is None else float(one[place]) for one in (weight, bias))
    return scale, shift


def _normalized(case: Case, taken: Taken) -> Worked:
    x, eps = float(case.input[case.place]), _eps(case)
    root = math.sqrt(taken.variance + eps)
    plain = over(x - taken.mean, root)
    scale = 1.0 if taken.scale is None else taken.scale
    shift = 0.0 if taken.shift is None else taken.shift
    text = f"({shown(x)} - {inner(taken.mean)})/√({shown(taken.variance)} + {shown(eps)})"
    text += "" if taken.scale is None else f"·{inner(scale)}"
    text += "" if taken.shift is None else f" + {inner(shift)}"
    size = over(abs(x) + abs(taken.mean), root) * abs(scale) + abs(shift)
    lines = (
        Line(f"mean over {taken.over} = {shown(taken.mean)}"),
        Line(f"variance over the same = {shown(taken.variance)}"),
        line(at("y", case.place), Amount(text, plain * scale + shift, size), case.torchs),
    )
    end = " · weight + bias" if taken.scale is not None else ""
    return Worked(f"{case.name} of one number", f"(x - mean)/√(variance + eps){end}", lines)
