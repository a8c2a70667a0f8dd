"""How the numbers that a layer gives move with one number that it is given: PyTorch's own derivatives."""

import contextlib
import copy
from collections.abc import Iterator

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel

from nnbuilder.engine.blame import STEP_ERRORS
from nnbuilder.engine.trace import LayerTrace

ONE_BY_ONE = 256
"""Numbers of a row up to which they are followed back one after the other, where nothing else is left."""


def movement(layer: LayerTrace, place: tuple[int, ...]) -> torch.Tensor | None:
    """∂output/∂input[place], in the shape of the output; None where PyTorch has no way to it."""
    with replaying(layer), sdpa_kernel(SDPBackend.MATH):  # plain steps have a second way back
        x = layer.input.detach().clone().requires_grad_()
        y = again(layer, x.clone())
        if not y.requires_grad:
            return torch.zeros_like(y)
        try:
            return _twice(x, y, place)
        except STEP_ERRORS:
            return _one_by_one(x, y, place) if y[place[0]].numel() <= ONE_BY_ONE else None


def _twice(x: torch.Tensor, y: torch.Tensor, place: tuple[int, ...]) -> torch.Tensor:
    """One way back gives vᵀ·J for any v, linear in v: the way back of one number of it is a column of J."""
    vector = torch.zeros_like(y, requires_grad=True)
    (product,) = torch.autograd.grad(y, x, vector, create_graph=True)
    if not product.requires_grad:
        return torch.zeros_like(y.detach())
    (column,) = torch.autograd.grad(product[place], vector, allow_unused=True)
    return torch.zeros_like(y.detach()) if column is None else column.detach()


def _one_by_one(x: torch.Tensor, y: torch.Tensor, place: tuple[int, ...]) -> torch.Tensor:
    """A way back from each number of the row."""
    column, row = torch.zeros_like(y.detach()), place[0]
    for at_ in range(y[row].numel()):
        (slopes,) = torch.autograd.grad(y[row].flatten()[at_], x, retain_graph=True)
        column[row].view(-1)[at_] = slopes[place]
    return column


def again(layer: LayerTrace, x: torch.Tensor) -> torch.Tensor:
    """Computes a layer again; what it keeps, such as running means, stays as it is."""
    module = layer.module
    if next(module.buffers(), None) is not None:
        module = copy.deepcopy(module)
    found: torch.Tensor = module(x)
    return found


@contextlib.contextmanager
def replaying(layer: LayerTrace) -> Iterator[None]:
    """Inside, a layer draws what it drew in the pass, and gradients are kept; outside nothing changes."""
    with torch.random.fork_rng(devices=()), torch.enable_grad():
        if layer.random is not None:
            torch.set_rng_state(layer.random)
        yield
