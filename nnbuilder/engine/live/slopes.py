"""Where an activation function lets no gradient through, by asking torch for its slope."""

from dataclasses import dataclass

import torch
from torch import nn

FLAT = 0.005
"""A slope up to this share of the steepest one counts as none; that of LeakyReLU, a hundredth, does not."""

REACH = 20.0
"""The function's shape is looked at from minus to plus this value."""

PLACES = 161


@dataclass(frozen=True, slots=True)
class Shape:
    """What a function is like as a whole: its steepest slope, and whether it is flat on both sides."""

    steepest: float
    bounded: bool


@dataclass(frozen=True, slots=True)
class Passing:
    """The share of numbers at which a function is flat, and of units that are flat in every sample."""

    flat: float
    dead: float


def shape_of(layer: nn.Module, x: torch.Tensor) -> Shape | None:
    """The shape of a function of single numbers; None for a layer that is something else.

    `x` (rows, ...) is an input of the layer.
    """
    places = torch.linspace(-REACH, REACH, PLACES, dtype=x.dtype, device=x.device)
    grid = places.reshape(-1, *[1] * (x.ndim - 1)).expand(-1, *x.shape[1:])
    slopes = _slopes(layer, grid)
    if slopes is None or not _is_elementwise(layer, x):
        return None
    sizes = slopes.abs().nan_to_num().reshape(PLACES, -1).amax(1)
    steepest = float(sizes.max())
    ends = sizes[[0, -1]]
    return Shape(steepest, bool((ends <= FLAT * steepest).all())) if steepest > 0 else None


def passing(layer: nn.Module, x: torch.Tensor, shape: Shape) -> Passing | None:
    """Where the function is flat at these numbers (rows, units, ...)."""
    slopes = _slopes(layer, x)
    if slopes is None:
        return None
    flat = slopes.abs() <= FLAT * shape.steepest
    units = flat.movedim(1, 0).flatten(1) if x.ndim > 3 else flat.flatten(1).T
    return Passing(float(flat.float().mean()), float(units.all(1).float().mean()))


def _slopes(layer: nn.Module, x: torch.Tensor) -> torch.Tensor | None:
    """The derivative at each number; None where the layer gives something else than a number for each."""
    with torch.inference_mode(mode=False), torch.enable_grad():
        inputs = x.clone().requires_grad_()
        outputs = layer(inputs.clone())  # a layer may work in place
        if not isinstance(outputs, torch.Tensor) or outputs.shape != x.shape or not outputs.requires_grad:
            return None
        (slopes,) = torch.autograd.grad(outputs.sum(), inputs)
    return slopes


def _is_elementwise(layer: nn.Module, x: torch.Tensor) -> bool:
    """Whether each number that comes out depends on one that goes in: the others stay when one changes."""
    first = torch.linspace(-1, 1, x[:1].numel(), dtype=x.dtype, device=x.device).reshape(x[:1].shape)
    second = first.clone()
    second.view(-1)[-1] += 1
    before, after = layer(first.clone()), layer(second)
    return torch.equal(before.flatten()[:-1], after.flatten()[:-1])
