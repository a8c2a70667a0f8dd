"""Transformer layers: one head's look from one step at all others, and what is computed behind it.

Every part is held against what PyTorch's own parts of the layer gave in the same pass, run again with the
same random numbers.
"""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.numbers import (
    Amount,
    inner,
    line,
    listed,
    number,
    over,
    products,
    shown,
    summed,
)
from nnbuilder.engine.explain.shares import left_out, places_shown
from nnbuilder.protocol.worked import Line, Worked

_PARTS = ("self_attn", "norm1", "norm2", "linear1", "dropout", "linear2")

_FORMULA = {
    False: "a = LayerNorm(x + attention(x)), y = LayerNorm(a + feed-forward(a))",
    True: "a = x + attention(LayerNorm(x)), y = a + feed-forward(LayerNorm(a))",
}


@dataclass(slots=True)
class Recorded:
    """What each part of a layer was given and gave, by its name; `random` is from before attention."""

    given: dict[str, torch.Tensor] = field(default_factory=dict)
    gave: dict[str, torch.Tensor] = field(default_factory=dict)
    random: torch.Tensor | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """The layer, its parts' tensors with the rows in front (rows, steps, features), and the chosen number."""

    layer: Any
    given: dict[str, torch.Tensor]
    gave: dict[str, torch.Tensor]
    weights: torch.Tensor
    row: int
    step: int
    unit: int

    @property
    def head(self) -> int:
        """The head that is shown: the one whose numbers of the step the unit lies among."""
        return self.unit // self.width

    @property
    def width(self) -> int:
        """How many numbers a head has."""
        attention = self.layer.self_attn
        return int(attention.embed_dim // attention.num_heads)


def encoder_layer(case: Case) -> Worked:
    """TransformerEncoderLayer: attention of one head, then the feed-forward part of one step."""
    return _explained(case, case.module, ())


def encoder(case: Case) -> Worked:
    """TransformerEncoder: the last of its layers; the ones before it do the same."""
    many = len(case.module.layers)
    notes = (f"This is the last of its {many} layers; x is what the others give.",) if many > 1 else ()
    return _explained(case, case.module.layers[-1], notes)


def _explained(case: Case, layer: Any, notes: tuple[str, ...]) -> Worked:
    spot = _spot(case, layer)
    lines = [*_before(spot), *_attention(spot), *_behind(spot, case.torchs)]
    heads = layer.self_attn.num_heads
    row = _place(case, layer)[0]
    title = f"{case.name}: row {row}, step {spot.step}, number {spot.unit}; head {spot.head} of {heads}"
    if heads > 1:
        notes += ("Another number of the step lies in another head.",)
    return Worked(title, _FORMULA[bool(layer.norm_first)], tuple(lines), notes)


def _spot(case: Case, layer: Any) -> Spot:
    """Runs the pass again and looks at the parts of a layer.

    Where nothing is drawn at random, the row alone is enough.
    """
    row, step, unit = _place(case, layer)
    given = case.input
    if given.dim() == 3 and not layer.training:
        given = given.narrow(0 if layer.self_attn.batch_first else 1, row, 1)
        row = 0
    with _recording(layer) as recorded, case.replaying():
        case.module(given)
    attention, first = layer.self_attn, layer.self_attn.batch_first
    x = recorded.given["self_attn"]
    with torch.random.fork_rng(devices=()), torch.no_grad():
        if recorded.random is not None:
            torch.set_rng_state(recorded.random)
        _, weights = attention(x, x, x, need_weights=True, average_attn_weights=False)
    weights = weights.reshape(-1, *weights.shape[-3:])

    def rows_first(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.dim() == 2:
            return tensor.unsqueeze(0)
        return tensor if first else tensor.transpose(0, 1)

    parts, gave = (
        {name: rows_first(one) for name, one in kept.items()} for kept in (recorded.given, recorded.gave)
    )
    return Spot(layer, parts, gave, weights, row, step, unit)


def _place(case: Case, layer: Any) -> tuple[int, int, int]:
    """The row, the step and the number of it that is chosen."""
    if case.input.dim() == 2:
        return 0, case.place[0], case.place[1]
    first, second, unit = case.place
    return (first, second, unit) if layer.self_attn.batch_first else (second, first, unit)


@contextmanager
def _recording(layer: Any) -> Iterator[Recorded]:
    """While it lasts, keeps what the parts of a layer are given and give."""
    recorded = Recorded()

    def keep(name: str) -> Any:
        def hook(_module: nn.Module, given: Any, gave: Any) -> None:
            recorded.given[name] = given[0].detach()
            recorded.gave[name] = (gave[0] if isinstance(gave, tuple) else gave).detach()

        return hook

    def draw(_module: nn.Module, _given: Any) -> None:
        recorded.random = torch.get_rng_state()

    with ExitStack() as stack:
        for name in _PARTS:
            handle = getattr(layer, name).register_forward_hook(keep(name))
            stack.callback(handle.remove)
        stack.callback(layer.self_attn.register_forward_pre_hook(draw).remove)
        yield recorded


def _attention(spot: Spot) -> list[Line]:
    """Scores of the chosen step with all others, their softmax, and the sum that they weigh."""
    x = spot.given["self_attn"][spot.row]
    query, keys, values = _projected(spot, x)
    q = query[spot.step]
    root = math.sqrt(spot.width)
    scores = (keys @ q / root).tolist()
    torchs = spot.weights[spot.row, spot.head, spot.step]
    places = places_shown(len(scores), spot.step)
    lines = [
        Line(f"query q of step {spot.step} = {_vector(q)}"),
        *_scores(q, keys, places, scores, root),
        *left_out(len(scores), places, "scores"),
    ]
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    whole = summed(powers)
    lines.append(Line(f"sum of exp(score - {inner(largest)}) = {shown(whole)}"))
    share = float(spot.layer.self_attn.dropout) if spot.layer.training else 0.0
    kept = []
    for place, power in enumerate(powers):
        weight, text = power / whole, f"exp({shown(scores[place])} - {inner(largest)})/{shown(whole)}"
        if share:
            factor = 1 / (1 - share) if float(torchs[place]) and share < 1 else 0.0
            weight, text = weight * factor, f"{text}·{shown(factor)}"
        kept.append(weight)
        if place in places:
            lines.append(line(f"weight of step {place}", Amount(text, weight, 1e-3), float(torchs[place])))
    lines += left_out(len(scores), places, "weights")
    if not share:
        lines.append(line("sum of all weights", Amount("1", 1.0), float(torchs.sum())))
    column = spot.unit % spot.width
    mixed = products(list(zip(kept, listed(values[:, column]), strict=True)))
    own = float(torchs @ values[:, column])
    lines.append(line(f"head {spot.head}, number {column} = Σ weight·v", mixed, own))
    return [*lines, *_joined(spot, x)]


def _projected(spot: Spot, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Query, key and value of the shown head for all steps: each (steps, numbers of a head)."""
    attention = spot.layer.self_attn
    size, start = attention.embed_dim, spot.head * spot.width
    bias = attention.in_proj_bias
    found = []
    for part in range(3):
        chosen = slice(part * size + start, part * size + start + spot.width)
        own = None if bias is None else bias[chosen].detach()
        found.append(functional.linear(x, attention.in_proj_weight[chosen].detach(), own))
    return found[0], found[1], found[2]


def _scores(
    q: torch.Tensor, keys: torch.Tensor, places: list[int], scores: list[float], root: float
) -> list[Line]:
    lines = []
    for place in places:
        worked = products(list(zip(listed(q), listed(keys[place]), strict=True)))
        score = Amount(f"({worked.text})/√{len(q)}", worked.value / root, worked.size)
        lines.append(line(f"score of step {place}", score, scores[place]))
    return lines


def _joined(spot: Spot, x: torch.Tensor) -> list[Line]:
    """All heads, through the Linear behind them."""
    attention, torchs = spot.layer.self_attn, number(spot.gave["self_attn"], (spot.row, spot.step, spot.unit))
    size = attention.embed_dim
    bias = attention.in_proj_bias
    own = None if bias is None else bias[2 * size :].detach()
    values = functional.linear(x, attention.in_proj_weight[2 * size :].detach(), own)
    split = values.reshape(len(x), attention.num_heads, spot.width)
    weights = spot.weights[spot.row, :, spot.step]
    heads = torch.einsum("hs,shw->hw", weights, split).flatten()
    out = attention.out_proj
    more = [] if out.bias is None else [number(out.bias, (spot.unit,))]
    worked = products(list(zip(listed(heads), listed(out.weight[spot.unit]), strict=True)), more)
    return [line(f"attention[{spot.unit}] = Σ all heads · W_o", worked, torchs)]


def _before(spot: Spot) -> list[Line]:
    """The normalization in front of attention, of a layer that begins with it."""
    return _norm(spot, "norm1", "LayerNorm(x)") if spot.layer.norm_first else []


def _behind(spot: Spot, torchs: float) -> list[Line]:
    """What follows attention: the way around it, the normalizations and the feed-forward part."""
    place = (spot.row, spot.step, spot.unit)
    first = bool(spot.layer.norm_first)
    after = "norm2" if first else "norm1"
    around = spot.given["norm1"] if first else spot.given["self_attn"]
    label = "a = x + attention" if first else "x + attention"
    lines = _sum(spot, label, number(around, place), "self_attn", number(spot.given[after], place))
    lines += _norm(spot, after, "LayerNorm(a)" if first else "a = LayerNorm(x + attention)")
    lines += _feed_forward(spot)
    if first:
        return [*lines, *_sum(spot, "y", number(spot.given["norm2"], place), "linear2", torchs)]
    lines += _sum(
        spot, "a + f", number(spot.gave["norm1"], place), "linear2", number(spot.given["norm2"], place)
    )
    return [*lines, *_norm(spot, "norm2", "y")[:-1], _normed(spot, "norm2", "y", torchs)]


def _sum(spot: Spot, label: str, around: float, part: str, torchs: float) -> list[Line]:
    """What goes around a part plus what comes out of it, dropped or scaled up in train mode."""
    own = number(spot.gave[part], (spot.row, spot.step, spot.unit))
    dropout = spot.layer.dropout1 if part == "self_attn" else spot.layer.dropout2
    share = float(dropout.p) if spot.layer.training else 0.0
    if not share:
        return [
            line(
                label, Amount(f"{inner(around)} + {inner(own)}", around + own, abs(around) + abs(own)), torchs
            )
        ]
    scale = 1 / (1 - share) if share < 1 else 0.0
    kept = abs(torchs - around - own * scale) <= abs(torchs - around)
    factor = scale if kept else 0.0
    word = "kept by Dropout" if kept else "dropped"
    worked = Amount(
        f"{inner(around)} + {inner(own)}·{shown(factor)}",
        around + own * factor,
        abs(around) + abs(own * scale),
    )
    return [line(f"{label} ({word})", worked, torchs)]


def _norm(spot: Spot, name: str, label: str) -> list[Line]:
    """A LayerNorm of the chosen step, with the mean and the variance of its numbers."""
    values = spot.given[name][spot.row, spot.step].double()
    mean, variance = float(values.mean()), float(values.var(correction=0))
    head = f"{name}: mean of the step's {len(values)} numbers = {shown(mean)}, variance = {shown(variance)}"
    return [Line(head), _normed(spot, name, label, number(spot.gave[name], (spot.row, spot.step, spot.unit)))]


def _normed(spot: Spot, name: str, label: str, torchs: float) -> Line:
    norm = getattr(spot.layer, name)
    values = spot.given[name][spot.row, spot.step].double()
    mean, variance = float(values.mean()), float(values.var(correction=0))
    x, root = (
        float(values[spot.unit]),
        math.sqrt(variance + float(torch.tensor(norm.eps, dtype=spot.given[name].dtype))),
    )
    scale = number(norm.weight, (spot.unit,))
    shift = None if norm.bias is None else number(norm.bias, (spot.unit,))
    text = f"({shown(x)} - {inner(mean)})/√({shown(variance)} + {shown(norm.eps)})·{inner(scale)}"
    text += "" if shift is None else f" + {inner(shift)}"
    size = over(abs(x) + abs(mean), root) * abs(scale) + abs(shift or 0.0)
    return line(label, Amount(text, over(x - mean, root) * scale + (shift or 0.0), size), torchs)


def _feed_forward(spot: Spot) -> list[Line]:
    """Two Linear layers with an activation between them, for the chosen step alone."""
    layer, where = spot.layer, (spot.row, spot.step)
    neuron = spot.unit % layer.linear1.out_features
    given, hidden = spot.given["linear1"][where], spot.gave["linear1"][where]
    more = [] if layer.linear1.bias is None else [number(layer.linear1.bias, (neuron,))]
    worked = products(list(zip(listed(given), listed(layer.linear1.weight[neuron]), strict=True)), more)
    z = number(hidden, (neuron,))
    word = getattr(layer.activation, "__name__", "activation")
    active = float(layer.activation(torch.tensor(worked.value, dtype=torch.float64)))
    lines = [
        line(f"linear1, neuron {neuron}", worked, z),
        line(
            f"{word}, neuron {neuron}",
            Amount(f"{word}({shown(worked.value)})", active, worked.size),
            number(spot.given["dropout"][where], (neuron,)),
        ),
    ]
    behind = spot.given["linear2"][where]
    more = [] if layer.linear2.bias is None else [number(layer.linear2.bias, (spot.unit,))]
    worked = products(list(zip(listed(behind), listed(layer.linear2.weight[spot.unit]), strict=True)), more)
    f = number(spot.gave["linear2"], (*where, spot.unit))
    return [*lines, line(f"f = linear2[{spot.unit}]", worked, f)]


def _vector(values: torch.Tensor) -> str:
    texts = [shown(one) for one in listed(values)[:8]]
    return f"[{', '.join(texts)}{', …' if len(values) > 8 else ''}]"
