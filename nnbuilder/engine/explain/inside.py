"""Layers that have layers inside: where a number of a parameter in there was used.

The pass is done again, and what a part was given and what arrives at it are taken from it.
"""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from nnbuilder.engine.explain.movement import again, replaying
from nnbuilder.engine.explain.uses import Uses, uses_in
from nnbuilder.engine.trace import LayerGradients, LayerTrace


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a layer in its pass, with the gradient that arrives at it."""

    trace: LayerTrace
    arriving: torch.Tensor


def uses_inside(
    layer: LayerTrace, gradients: LayerGradients, name: str, place: tuple[int, ...]
) -> Uses | None:
    """The uses of one number of a parameter inside a layer; None where there is no rule for the part."""
    path, _, own = name.rpartition(".")
    if not path or gradients.arriving is None:
        return None
    holder = path.rpartition(".")[0]
    if path.endswith(".out_proj") and isinstance(layer.module.get_submodule(holder), nn.MultiheadAttention):
        path, own = holder, f"out_proj.{own}"
    part = _part(layer, path, gradients.arriving)
    if isinstance(part.trace.module, nn.MultiheadAttention):
        return _attention(part, own, place)
    inner = LayerGradients(layer.node, part.arriving, None, {})
    uses = uses_in(part.trace, inner, own, place)
    return None if uses is None else replace(uses, units=None, arrival=f"what arrives at {path}")


def _part(layer: LayerTrace, path: str, arriving: torch.Tensor) -> Part:
    """What a part was given and gave in the pass, and what arrives at it."""
    part = layer.module.get_submodule(path)
    seen: dict[str, torch.Tensor] = {}

    def before(_module: nn.Module, given: Any) -> None:
        seen["random"], seen["given"] = torch.get_rng_state(), given[0]

    def after(_module: nn.Module, _given: Any, gave: Any) -> None:
        seen["gave"] = gave[0] if isinstance(gave, tuple) else gave

    with ExitStack() as stack, replaying(layer):
        stack.callback(part.register_forward_pre_hook(before).remove)
        stack.callback(part.register_forward_hook(after).remove)
        y = again(layer, layer.input.detach())
        (found,) = torch.autograd.grad(y, seen["gave"], arriving)
    random = seen["random"]
    trace = LayerTrace(layer.node, path, part, seen["given"].detach(), seen["gave"].detach(), random)
    return Part(trace, found)


def _attention(part: Part, name: str, place: tuple[int, ...]) -> Uses:
    """Attention: its first Linear makes queries, keys and values, its last one joins the heads."""
    module: Any = part.trace.module
    x = part.trace.input
    first = module.batch_first and x.dim() == 3
    x = x.unsqueeze(1) if x.dim() == 2 else x.transpose(0, 1) if first else x
    arriving = part.arriving.transpose(0, 1) if first else part.arriving.reshape(x.shape)
    with replaying(part.trace):
        parts = functional.linear(
            x, module.in_proj_weight.detach(), _bias(module.in_proj_bias)
        ).requires_grad_()
        joined = _heads(module, parts)
        y = functional.linear(joined, module.out_proj.weight.detach())
        (delta,) = torch.autograd.grad(y, parts, arriving)
    rows, word = _rows(x, first=first), "the input of attention"
    note = "" if name.startswith("out_proj") else _note(name, place[0], module.embed_dim)
    slack = float(delta.abs().sum())
    if name.startswith("out_proj"):
        delta, x, word, slack = arriving, joined.detach(), "what the heads gave", 0.0
    factors = x[..., place[1]].double().flatten() if name.endswith("weight") else None
    slack *= 1.0 if factors is None else float(factors.abs().max())
    found = delta[..., place[0]].double().flatten()
    return Uses(found, factors, rows, None, word, "what arrives at the sum", note, slack)


def _rows(x: torch.Tensor, *, first: bool) -> torch.Tensor:
    """Which row of the input each number belongs to: steps are in front, and are the rows if not `first`."""
    steps, rows = x.shape[:2]
    return torch.arange(rows).repeat(steps) if first else torch.arange(steps).repeat_interleave(rows)


def _note(name: str, index: int, size: int) -> str:
    """What a row of the first Linear makes."""
    part = _PARTS[index // size]
    what = "Number" if name == "in_proj_bias" else "Row"
    note = f"{what} {index} of {name} makes number {index % size} of the {part}."
    if part == "key" and name == "in_proj_bias":
        note += " It moves all scores alike, which changes no weight of attention: what arrives is rounding."
    return note


_PARTS = ("query", "key", "value")


def _heads(module: Any, parts: torch.Tensor) -> torch.Tensor:
    """What all heads give, side by side: (steps, rows, numbers)."""
    steps, rows, _ = parts.shape
    split = [
        one.reshape(steps, rows * module.num_heads, -1)
        .transpose(0, 1)
        .reshape(rows, module.num_heads, steps, -1)
        for one in parts.chunk(3, dim=-1)
    ]
    share = module.dropout if module.training else 0.0
    found = functional.scaled_dot_product_attention(split[0], split[1], split[2], dropout_p=share)
    return found.permute(2, 0, 1, 3).reshape(steps, rows, -1)


def _bias(bias: torch.Tensor | None) -> torch.Tensor | None:
    return None if bias is None else bias.detach()
