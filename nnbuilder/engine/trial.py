"""One real forward and backward pass over the first batch, layer by layer, so that it can stop at any time.

The batch, the initial weights and the random numbers are those with which training starts. Each layer gets
its input detached, and the gradient is handed back from layer to layer: what comes out is the same as for
the whole network at once. Torch's global random numbers stay as they were between the slices.
"""

import math
import warnings
from collections.abc import Collection, Iterator

import msgspec
import torch
from torch import nn

from nnbuilder.doctor.evidence import LayerTrial, Trial
from nnbuilder.engine.build import Infer, build_loss, build_sequential
from nnbuilder.engine.setup import Setup
from nnbuilder.graph.analysis import Analysis, LayerAnalysis, TensorType
from nnbuilder.graph.graph import GROUP, NodeId
from nnbuilder.project.project import Project

PARAMETERS = 2_000_000
"""Networks with more parameters are not tried."""

FLOPS = 500_000_000
"""More floating point operations than this are not spent on a forward pass; fewer samples are taken first."""

NUMBERS = 8_000_000
"""So many numbers at most come out of all layers together, likewise."""

FLAT_SLOPE = 0.05
"""A slope below this share of the largest is flat."""


class _Ran(msgspec.Struct, frozen=True):
    """A layer with what went in and came out, still tied together by torch."""

    node: NodeId
    module: nn.Module
    entered: torch.Tensor
    left: torch.Tensor


def affordable(project: Project, analysis: Analysis, rows: int) -> int:
    """How many samples of the first batch are tried; 0 where even two would take too long."""
    layers = [layer for layer in analysis.every() if layer.layer != GROUP]
    flops = sum(_flops(layer) for layer in layers)
    numbers = sum(_numbers(layer.output) for layer in layers)
    most = min(FLOPS // max(flops, 1), NUMBERS // max(numbers, 1), project.training.batch_size, rows)
    wanted = min(2, project.training.batch_size, rows)
    return 0 if analysis.parameters > PARAMETERS or most < wanted else most


def trial(
    project: Project, setup: Setup, kind: TensorType, rows: int, infer_layer: Infer, alone: Collection[NodeId]
) -> Iterator[Trial | None]:
    """None after each slice of the work, then the result; raises what torch raises.

    `alone` are the layers that treat each number by itself: of these the slopes are looked at.
    """
    return _isolated(_trial(project, setup, kind, rows, infer_layer, alone), project.training.seed)


def _trial(
    project: Project, setup: Setup, kind: TensorType, rows: int, infer_layer: Infer, alone: Collection[NodeId]
) -> Iterator[Trial | None]:
    model = build_sequential(project.graph, kind, infer_layer).train()
    yield None
    shuffle = torch.Generator().manual_seed(project.training.seed)
    chosen = torch.randperm(len(setup.train.y), generator=shuffle)[:rows]
    x, y = setup.train.x[chosen], setup.train.y[chosen]
    ran: list[_Ran] = []
    for node, module in setup.modules(model):
        entered = x.detach().requires_grad_(x.is_floating_point())
        x = module(entered.clone())
        ran.append(_Ran(node, module, entered, x))
        yield None
    output = x.detach().requires_grad_()
    loss = build_loss(setup.loss)(output, y)
    gradient: torch.Tensor | None = torch.autograd.grad(loss, output)[0]
    found: dict[NodeId, LayerTrial] = {}
    while ran:
        one = ran.pop()
        found[one.node], gradient = _backward(one, gradient, slopes=one.node in alone)
        yield None
    value = loss.item()
    yield Trial(rows, value if math.isfinite(value) else None, found)


def _backward(
    one: _Ran, gradient: torch.Tensor | None, *, slopes: bool
) -> tuple[LayerTrial, torch.Tensor | None]:
    """What the gradient of a layer's output shows, and that of its input; None where none gets through."""
    dead = flat = None
    if slopes and one.left.requires_grad and one.entered.requires_grad:
        (slope,) = torch.autograd.grad(one.left.sum(), one.entered, retain_graph=True)
        dead, flat = _shares(slope.abs())
    weights = [weight for weight in one.module.parameters() if weight.requires_grad]
    if gradient is None or not one.left.requires_grad:
        return LayerTrial(dead, flat, 0.0 if weights else None), None
    heads = [one.entered] if one.entered.requires_grad else []
    found = torch.autograd.grad(one.left, [*heads, *weights], gradient, allow_unused=True)
    norms = [grad.norm() for grad in found[len(heads) :] if grad is not None]
    norm = float(torch.stack(norms).norm()) if norms else 0.0
    return LayerTrial(dead, flat, norm if weights else None), found[0] if heads else None


def _shares(slope: torch.Tensor) -> tuple[float, float]:
    """The shares of numbers without any slope for all samples, and of those with next to none."""
    dead = (slope == 0).all(dim=0).float().mean().item()
    top = slope.max()
    return dead, 1.0 if top == 0 else (slope < FLAT_SLOPE * top).float().mean().item()


def _isolated(steps: Iterator[Trial | None], seed: int) -> Iterator[Trial | None]:
    """The same steps with random numbers of their own, starting from the seed."""
    own = torch.Generator().manual_seed(seed).get_state()
    result: Trial | None = None
    while result is None:
        before = torch.get_rng_state()
        torch.set_rng_state(own)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # such as those of a softmax without dim
                result = next(steps)
        finally:
            own = torch.get_rng_state()
            torch.set_rng_state(before)
        yield result


def _flops(layer: LayerAnalysis) -> int:
    """One sample's forward pass, for a layer whose count is unknown from its parameters."""
    if layer.flops:
        return layer.flops
    places = math.prod(size or 1 for size in layer.output.shape[1:-1]) if layer.output is not None else 1
    return 2 * layer.parameters * places


def _numbers(kind: TensorType | None) -> int:
    return 0 if kind is None else math.prod(size or 1 for size in kind.shape[1:])
