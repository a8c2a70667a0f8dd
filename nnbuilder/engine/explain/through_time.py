"""Back through time: where in a recurrent layer one number of a weight was used, step by step.

The layer is unrolled into the sums of its gates, so that PyTorch can say what arrives at each of them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from nnbuilder.engine.explain.movement import replaying
from nnbuilder.engine.explain.uses import Uses
from nnbuilder.engine.trace import LayerGradients, LayerTrace

_NAME = re.compile(r"(weight|bias)_(ih|hh|hr)_l(\d+)(_reverse)?")

_GATES: Mapping[str, tuple[str, ...]] = {
    "LSTM": ("input gate", "forget gate", "new memory", "output gate"),
    "GRU": ("reset gate", "update gate", "new memory"),
    "RNN": ("memory",),
}

_GIVEN = {"ih": "x of the step", "hh": "h of the step before", "hr": "o·tanh(c) of the step"}


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One level in one direction: (steps, rows, numbers) each, in the order in which it reads.

    `sums` are those of the gates over the input ("ih") and the memory ("hh"), and the projected memory
    ("hr"); `given` is what their weights were multiplied by.
    """

    sums: Mapping[str, list[torch.Tensor]]
    given: Mapping[str, list[torch.Tensor]]


def uses_through_time(
    layer: LayerTrace, gradients: LayerGradients, name: str, place: tuple[int, ...]
) -> Uses | None:
    """The uses of one number of a recurrent layer's parameter; None for what is none of its own."""
    found, arriving = _NAME.fullmatch(name), gradients.arriving
    if found is None or arriving is None or layer.layer not in _GATES:
        return None
    what, kind, level, reverse = found.groups()
    with replaying(layer):
        y, sides = _unrolled(layer)
        side = sides[int(level), reverse is not None]
        deltas = torch.autograd.grad(y, side.sums[kind], arriving.double(), materialize_grads=True)
    delta, given = torch.stack(deltas), torch.stack(side.given[kind]).detach()
    if reverse is not None:
        delta, given = delta.flip(0), given.flip(0)
    steps, rows = delta.shape[:2]
    first = layer.input.dim() == 3 and layer.module.batch_first
    at_ = torch.arange(rows).repeat(steps) if first else torch.arange(steps).repeat_interleave(rows)
    factors = None if what == "bias" else given[..., place[1]].flatten()
    arrival = "what arrives at the new h" if kind == "hr" else "what arrives at the gate's sum"
    return Uses(
        delta[..., place[0]].flatten(),
        factors,
        at_,
        None,
        _GIVEN[kind],
        arrival,
        _words(layer, name, kind, place[0]),
        slack=float(arriving.abs().max() * given.abs().max()),  # what goes back may cancel on its way
    )


def _words(layer: LayerTrace, name: str, kind: str, index: int) -> str:
    """Which gate a row of the weight makes."""
    what = f"{'Row' if name.startswith('weight') else 'Number'} {index} of {name} makes"
    if kind == "hr":
        return f"{what} number {index} of the projected memory."
    module: Any = layer.module
    gates, size = _GATES[layer.layer], int(module.hidden_size)
    return f"{what} the {gates[index // size]} of unit {index % size}."


def _unrolled(layer: LayerTrace) -> tuple[torch.Tensor, dict[tuple[int, bool], Side]]:
    """What the layer gives, made of the sums of its gates."""
    module: Any = layer.module
    x = layer.input.detach().double()
    x = x.unsqueeze(1) if x.dim() == 2 else x.transpose(0, 1) if module.batch_first else x
    sides: dict[tuple[int, bool], Side] = {}
    ends: list[torch.Tensor] = []
    for level in range(module.num_layers):
        ways = []
        ends = []
        for reverse in (False, True)[: 2 if module.bidirectional else 1]:
            suffix = f"_l{level}{'_reverse' if reverse else ''}"
            side, memory = _side(module, x.flip(0) if reverse else x, suffix)
            sides[level, reverse] = side
            ends.append(memory[-1])
            whole = torch.stack(memory)
            ways.append(whole.flip(0) if reverse else whole)
        x = torch.cat(ways, dim=-1)
        if level < module.num_layers - 1 and module.training and module.dropout:
            kept = functional.dropout(torch.ones_like(x, dtype=layer.input.dtype), module.dropout)
            x = x * kept.double()
    if getattr(module, "output", "sequence") != "sequence":
        x = torch.cat(ends, dim=-1)
        return (x.squeeze(0) if layer.input.dim() == 2 else x), sides
    if layer.input.dim() == 2:
        return x.squeeze(1), sides
    return (x.transpose(0, 1) if module.batch_first else x), sides


def _side(module: Any, x: torch.Tensor, suffix: str) -> tuple[Side, list[torch.Tensor]]:
    """Reads a sequence in one direction; gives the sums, and the memory behind each step."""
    own = {name: one.detach().double() for name, one in module.named_parameters() if name.endswith(suffix)}
    weights = {kind: own.get(f"weight_{kind}{suffix}") for kind in ("ih", "hh", "hr")}
    biases = {kind: own.get(f"bias_{kind}{suffix}") for kind in ("ih", "hh")}
    size = getattr(module, "proj_size", 0) or module.hidden_size
    h, c = x.new_zeros(x.shape[1], size), x.new_zeros(x.shape[1], module.hidden_size)
    cell = _CELLS[module.mode]
    sums: dict[str, list[torch.Tensor]] = {"ih": [], "hh": [], "hr": []}
    given: dict[str, list[torch.Tensor]] = {"ih": [], "hh": [], "hr": []}
    memory = []
    for step in x:
        for kind, came in (("ih", step), ("hh", h)):
            weight = weights[kind]
            assert weight is not None  # noqa: S101  (every recurrent layer has both)
            given[kind].append(came)
            sums[kind].append(_sum(came, weight, biases[kind]))
        h, c = cell(sums["ih"][-1], sums["hh"][-1], h, c)
        if weights["hr"] is not None:
            given["hr"].append(h)
            h = _sum(h, weights["hr"], None)
            sums["hr"].append(h)
        memory.append(h)
    return Side(sums, given), memory


def _sum(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None) -> torch.Tensor:
    """A sum at which gradients arrive, also where nothing before it needs any."""
    found = functional.linear(x, weight, bias)
    return found if found.requires_grad else found.requires_grad_()


State = tuple[torch.Tensor, torch.Tensor]
"""The memory, and the cell's own."""

Cell = Callable[[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], State]


def _lstm(x: torch.Tensor, h: torch.Tensor, _before: torch.Tensor, c: torch.Tensor) -> State:
    i, f, g, o = (x + h).chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def _gru(x: torch.Tensor, h: torch.Tensor, before: torch.Tensor, c: torch.Tensor) -> State:
    (x_r, x_z, x_n), (h_r, h_z, h_n) = x.chunk(3, dim=-1), h.chunk(3, dim=-1)
    keep, new = (x_z + h_z).sigmoid(), (x_n + (x_r + h_r).sigmoid() * h_n).tanh()
    return (1 - keep) * new + keep * before, c


_CELLS: Mapping[str, Cell] = {
    "LSTM": _lstm,
    "GRU": _gru,
    "RNN_TANH": lambda x, h, _before, c: ((x + h).tanh(), c),
    "RNN_RELU": lambda x, h, _before, c: ((x + h).relu(), c),
}
"""What a step makes of the sums over input and memory: the new memory, and the cell's own."""
