"""The chain rule for one weight: how its gradient comes about from what arrives at its layer.

What arrives is followed on towards the loss as far as each layer works on single numbers, and through the
sums of one Linear: the factors of a row are its input, the slopes of activations, and what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from nnbuilder.engine.explain.activations import FUNCTIONS
from nnbuilder.engine.explain.linear import padded_input
from nnbuilder.engine.explain.numbers import Amount, Pair, at, inner, line, listed, products, shown, total
from nnbuilder.engine.trace import LayerGradients, LayerTrace
from nnbuilder.protocol.worked import Line, Worked

_PASSED_ON = frozenset({"Identity", "Flatten", "Unflatten"})


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A pass with its gradients, from the layer of the weight on to the last."""

    layers: Sequence[LayerTrace]
    gradients: Sequence[LayerGradients]


def explain_gradient(
    way: Way, name: str, place: tuple[int, ...], row: int, penalty: Sequence[float] = ()
) -> Worked:
    """How `.grad` of one number of the first layer's parameter `name` comes about; `row` is followed on.

    `penalty` is what is added to it beside the loss.
    """
    layer, gradients = way.layers[0], way.gradients[0]
    torchs = float(gradients.parameters[name][place])
    label = at(f"∂loss/∂{name}", place)
    pairs = _pairs(layer, gradients, name, place)
    if pairs is None:
        text = f"{label} = {shown(torchs)}, as PyTorch has it."
        return Worked(label, "", (Line(text, shown(torchs)),))
    alone = [one for one, _ in pairs]
    whole = products(pairs, penalty) if name != "bias" else total([*alone, *penalty])
    lines = [line(label, whole, torchs)]
    if isinstance(layer.module, nn.Linear):
        lines += _factors(way, name, place, min(row, len(layer.output) - 1))
    formula = "Σ over rows: what arrives" + ("" if name == "bias" else " · what the weight was multiplied by")
    return Worked(label, formula, tuple(lines))


def explain_slope(layer: LayerTrace, gradients: LayerGradients, place: tuple[int, ...]) -> Worked | None:
    """How the gradient leaves an activation: what arrives times its slope; None for layers without one."""
    arriving, leaving = gradients.arriving, gradients.leaving
    if layer.layer not in FUNCTIONS or arriving is None or leaving is None or not place:
        return None
    z = layer.input.detach()[place].reshape(1).clone().requires_grad_()
    (found,) = torch.autograd.grad(layer.module(z.clone()).sum(), z)
    own, slope = float(arriving[place]), float(found)
    text = f"{inner(own)}·{inner(slope)}"
    lines = (
        Line(f"slope at z = {shown(float(z.detach()))}: {shown(slope)}"),
        line(at("∂loss/∂z", place), Amount(text, own * slope, abs(own)), float(leaving[place])),
    )
    return Worked(f"Back through {layer.layer}", "∂loss/∂z = what arrives · slope at z", lines)


def _pairs(
    layer: LayerTrace, gradients: LayerGradients, name: str, place: tuple[int, ...]
) -> list[Pair] | None:
    """What arrives, and what it is multiplied by, for each place where the weight was used."""
    arriving, module = gradients.arriving, layer.module
    if arriving is None:
        return None
    given = layer.input.detach()
    if isinstance(module, nn.Linear):
        own = listed(arriving.flatten(0, -2)[:, place[0]])
        other = listed(given.flatten(0, -2)[:, place[1]]) if name == "weight" else [1.0] * len(own)
        return list(zip(own, other, strict=True))
    if isinstance(module, nn.Conv1d | nn.Conv2d | nn.Conv3d):
        return _window_pairs(module, given, arriving, name, place)
    if isinstance(module, nn.Embedding):
        used = given == place[0]
        return [(one, 1.0) for one in listed(arriving[used][:, place[1]])]
    if name == "bias" and isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d | nn.GroupNorm):
        return [(one, 1.0) for one in listed(arriving.transpose(0, 1)[place[0]])]
    return None


def _window_pairs(
    module: nn.Conv1d | nn.Conv2d | nn.Conv3d,
    given: torch.Tensor,
    arriving: torch.Tensor,
    name: str,
    place: tuple[int, ...],
) -> list[Pair]:
    own = arriving[:, place[0]]
    if name == "bias":
        return [(one, 1.0) for one in listed(own)]
    group = place[0] // (module.out_channels // module.groups)
    seen = padded_input(module, given)[:, group * (module.in_channels // module.groups) + place[1]]
    for dim, offset in enumerate(place[2:], start=1):
        step, spread, size = module.stride[dim - 1], module.dilation[dim - 1], own.shape[dim]
        chosen = torch.arange(size) * step + offset * spread
        seen = seen.index_select(dim, chosen)
    return list(zip(listed(own), listed(seen), strict=True))


def _factors(way: Way, name: str, place: tuple[int, ...], row: int) -> list[Line]:
    """A row's share as a product: its input, the slopes on the way, and what arrives behind them."""
    layer, gradients = way.layers[0], way.gradients[0]
    if layer.output.dim() != 2 or gradients.arriving is None:
        return []
    unit = place[0]
    factors = [] if name == "bias" else [(f"x[{row}, {place[1]}]", float(layer.input[row, place[1]].item()))]
    own = float(gradients.arriving[row, unit]) * (factors[0][1] if factors else 1.0)
    lines: list[Line] = []
    here = [unit]
    for after, slopes in zip(way.layers[1:], way.gradients[1:], strict=True):
        slope = _slope(after, row, here[0])
        if slope is None:
            break
        factors.append((f"slope of {after.name} ({after.layer})", slope))
        if slopes.arriving is None:
            return []
        rest = float(slopes.arriving[row].reshape(-1)[here[0]])
        lines = _next(way, after, row, here[0])
    else:
        rest = _last(way, row, here[0])
    if len(factors) == (0 if name == "bias" else 1):
        rest = float(gradients.arriving[row, unit])
        lines = _next(way, layer, row, unit)
    factors.append(("what arrives behind it", rest))
    value, size = 1.0, abs(own)
    for _, factor in factors:
        value *= factor
    text = "·".join(inner(factor) for _, factor in factors)
    words = " · ".join(word for word, _ in factors)
    return [Line(f"row {row}: {words}"), line(f"row {row}", Amount(text, value, size), own), *lines]


def _last(way: Way, row: int, unit: int) -> float:
    arriving = way.gradients[-1].arriving
    return 0.0 if arriving is None else float(arriving[row].reshape(-1)[unit])


def _next(way: Way, layer: LayerTrace, row: int, unit: int) -> list[Line]:
    """What arrives at a number, as the sum over the neurons of the Linear behind it."""
    index = next(number for number, one in enumerate(way.layers) if one is layer)
    arriving = way.gradients[index].arriving
    if arriving is None or index + 1 >= len(way.layers):
        return [Line("what arrives comes from the loss itself")]
    after, slopes = way.layers[index + 1], way.gradients[index + 1]
    if not isinstance(after.module, nn.Linear) or slopes.arriving is None or after.output.dim() != 2:
        return []
    weights = listed(after.module.weight[:, unit])
    worked = products(list(zip(listed(slopes.arriving[row]), weights, strict=True)))
    label = f"what arrives = Σ what arrives at {after.name} · its weights"
    return [line(label, worked, float(arriving[row].reshape(-1)[unit]))]


def _slope(layer: LayerTrace, row: int, unit: int) -> float | None:
    """How much a layer's number moves with the one before it; None where it depends on others, too."""
    if layer.layer in _PASSED_ON:
        return 1.0
    if layer.layer not in FUNCTIONS:
        return None
    z = layer.input.detach()[row].reshape(-1)[unit : unit + 1].clone().requires_grad_()
    (slope,) = torch.autograd.grad(layer.module(z.clone()).sum(), z)
    return float(slope)
