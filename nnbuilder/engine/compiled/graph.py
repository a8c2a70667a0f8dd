"""The function that becomes a graph, and the warning-free way to have torch compile it."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.func import functional_call, grad_and_value

from nnbuilder.engine.compiled.formula import Tensors, Update
from nnbuilder.engine.objective import penalty
from nnbuilder.project.project import TrainingConfig


class Places(NamedTuple):
    """What a step changes and what it only reads: tensors that live as long as the network does."""

    weights: Tensors
    frozen: Mapping[str, torch.Tensor]
    values: Sequence[Tensors]
    rate: torch.Tensor


Answer = tuple[torch.Tensor, torch.Tensor, Tensors]
"""Loss, output and gradients."""

Graph = Callable[[Places, torch.Tensor, torch.Tensor], Answer]


def graph_of(config: TrainingConfig, model: nn.Module, loss_of: nn.Module, update: Update) -> Graph:
    """One step as a function; a loss that is not finite leaves every tensor as it was.

    `model` gives its layers only: the weights are those of the places.
    """
    names = [name for name, weight in model.named_parameters() if weight.requires_grad]

    def step(places: Places, x: torch.Tensor, y: torch.Tensor) -> Answer:
        def objective(weights: Tensors) -> tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
            everything = {**places.frozen, **dict(zip(names, weights, strict=True))}
            with torch.autocast(x.device.type, torch.bfloat16, enabled=config.precision == "bfloat16"):
                output = functional_call(model, everything, (x,))
                loss = loss_of(output, y)
            whole = loss + penalty(weights, config.l1) if config.l1 else loss
            return whole, (loss, output)

        found = grad_and_value(objective, has_aux=True)(tuple(places.weights))
        slopes = _clipped(config, found[0])
        loss, output = found[1][1]
        changed = [*places.weights, *(one for kind in places.values for one in kind)]
        before = [one.clone() for one in changed]
        update(places.weights, slopes, places.values, places.rate)
        fine = torch.isfinite(loss)
        for one, old in zip(changed, before, strict=True):
            one.copy_(torch.where(fine, one, old))
        return loss, output.float() if output.dtype == torch.bfloat16 else output, slopes

    return step


def compiled(step: Graph) -> Graph:
    """The same as one graph of machine code for each size of batch, made when it is first called."""
    import torch._inductor.config as inductor

    inductor.compile_threads = 1  # no processes of its own, which would outlive this one
    own = _with_own_code(step)
    made = torch.compile(own, fullgraph=True, dynamic=False, options={"guard_filter_fn": _tensors_only})

    def run(places: Places, x: torch.Tensor, y: torch.Tensor) -> Answer:
        with torch.no_grad():
            return made(places, x, y)

    return run


def _with_own_code(step: Graph) -> Graph:
    """The same function with a code object that no other has: torch keeps graphs by code."""
    if not isinstance(step, FunctionType):
        return step
    code = step.__code__.replace()
    return FunctionType(code, step.__globals__, step.__name__, step.__defaults__, step.__closure__)


def _tensors_only(guards: Sequence[Any]) -> Sequence[bool]:
    """What is looked at before each step: sizes of tensors, as nothing else of a training ever changes."""
    return [one.guard_type == "TENSOR_MATCH" and not isinstance(one.value, nn.Parameter) for one in guards]


def quietly(run: Graph, places: Places, x: torch.Tensor, y: torch.Tensor) -> None:
    """A call during which torch compiles; what it would like to see otherwise is not for the user."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(places, x, y)


def _clipped(config: TrainingConfig, slopes: Tensors) -> Tensors:
    """The gradients as `engine.build.clip_gradients` makes them."""
    if config.clip_value is not None:
        slopes = [one.clamp(-config.clip_value, config.clip_value) for one in slopes]
    if config.clip_norm is not None:
        length = nn.utils.get_total_norm(slopes, foreach=False)
        share = (config.clip_norm / (length + 1e-6)).clamp(max=1.0)
        slopes = [one * share for one in slopes]
    return slopes
