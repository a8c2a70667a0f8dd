"""The chain rule for one weight: how its gradient comes about from what arrives at its layer.

What arrives is followed on towards the loss for one row as long as a number moves only one of the layer
behind it: the factors are what the weight was multiplied by, these slopes, and what arrives behind them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import nn

from nnbuilder.engine.explain.activations import FUNCTIONS
from nnbuilder.engine.explain.inside import uses_inside
from nnbuilder.engine.explain.loss_slopes import loss_slope
from nnbuilder.engine.explain.movement import movement
from nnbuilder.engine.explain.numbers import MOST, Amount, at, inner, line, listed, products, shown, total
from nnbuilder.engine.explain.through_time import uses_through_time
from nnbuilder.engine.explain.uses import Uses, rounding, uses_in
from nnbuilder.engine.trace import LayerGradients, LayerTrace, Loss
from nnbuilder.protocol.worked import Line, Worked

T = TypeVar("T")

_PASSED_ON = frozenset({"Identity", "Flatten", "Unflatten"})


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A pass with its gradients, from the layer of the weight on to the last, and its loss where known."""

    layers: Sequence[LayerTrace]
    gradients: Sequence[LayerGradients]
    loss: Loss | None = None


def explain_gradient(
    way: Way, name: str, place: tuple[int, ...], row: int, penalty: Sequence[float] = ()
) -> Worked:
    """How `.grad` of one number of the first layer's parameter `name` comes about; `row` is followed on.

    `penalty` is what is added to it beside the loss.
    """
    layer, gradients = way.layers[0], way.gradients[0]
    torchs = float(gradients.parameters[name][place])
    label = at(f"∂loss/∂{name}", place)
    uses = _uses(layer, gradients, name, place)
    if uses is None:
        text = f"{label} = {shown(torchs)}, as PyTorch has it."
        return Worked(label, "", (Line(text, shown(torchs)),))
    lines = [line(label, _sum(uses, penalty), torchs)]
    lines += _row(way, uses, _place_words(layer, name, place), min(max(row, 0), len(layer.input) - 1))
    formula = f"Σ over {_over(uses)}: {uses.arrival}" + ("" if uses.factors is None else f" · {uses.factor}")
    return Worked(label, formula, tuple(lines), _notes(uses))


def explain_slope(layer: LayerTrace, gradients: LayerGradients, place: tuple[int, ...]) -> Worked | None:
    """How the gradient leaves a layer at a number of its input, at `place`; None where none leaves."""
    arriving, leaving = gradients.arriving, gradients.leaving
    if arriving is None or leaving is None or not place or not leaving[0].numel():
        return None
    if layer.layer in FUNCTIONS:
        return _slope_of(layer, arriving, leaving, place)
    found = _leaving(layer, arriving, place)
    if found is None:
        return None
    pairs, words = found
    formula = f"∂loss/∂x = Σ what arrives · {words}"
    worked = products(pairs)
    worked = replace(worked, size=worked.size + rounding(layer, arriving, place))
    lines = (line(at("∂loss/∂x", place), worked, float(leaving[place])),)
    notes = () if pairs else ("No number that the layer gives moves with this one.",)
    return Worked(f"Back through {layer.layer}", formula, lines, notes)


def _slope_of(
    layer: LayerTrace, arriving: torch.Tensor, leaving: torch.Tensor, place: tuple[int, ...]
) -> Worked:
    """Back through an activation: what arrives times its slope."""
    own, slope = float(arriving[place]), _activation_slope(layer, layer.input[place])
    lines = (
        Line(f"slope at z = {shown(float(layer.input[place].detach()))}: {shown(slope)}"),
        line(
            at("∂loss/∂z", place),
            Amount(f"{inner(own)}·{inner(slope)}", own * slope, abs(own)),
            float(leaving[place]),
        ),
    )
    return Worked(f"Back through {layer.layer}", "∂loss/∂z = what arrives · slope at z", lines)


def _uses(layer: LayerTrace, gradients: LayerGradients, name: str, place: tuple[int, ...]) -> Uses | None:
    """Where the weight was used: in the layer itself, step by step, or in a layer inside."""
    for find in (uses_in, uses_through_time, uses_inside):
        uses = find(layer, gradients, name, place)
        if uses is not None:
            return uses
    return None


def _sum(uses: Uses, more: Sequence[float] = ()) -> Amount:
    arriving = listed(uses.arriving)
    if uses.factors is None:
        found = total([*_telling(arriving, arriving), *more])
    else:
        pairs = list(zip(arriving, listed(uses.factors), strict=True))
        found = products(_telling(pairs, [one * other for one, other in pairs]), more)
    return replace(found, size=found.size + uses.slack)


def _telling(terms: list[T], values: list[float]) -> list[T]:
    """The terms of a sum; of one that is too long to be written out those that are not 0."""
    return terms if len(terms) <= MOST else [term for term, value in zip(terms, values, strict=True) if value]


def _notes(uses: Uses) -> tuple[str, ...]:
    """What is to be said beside the sum."""
    terms = uses.arriving if uses.factors is None else uses.arriving * uses.factors
    zeros = int((terms == 0).sum())
    left = f"{zeros:,} of {len(terms):,} products are 0 and not written." if zeros else ""
    return tuple(note for note in (uses.note, left if len(terms) > MOST else "") if note)


def _over(uses: Uses) -> str:
    """What the sum is over, in words."""
    if len(set(uses.rows.tolist())) == len(uses.rows):
        return "rows"
    return "rows and steps" if uses.units is None else "rows and places"


def _place_words(layer: LayerTrace, name: str, place: tuple[int, ...]) -> str:
    """What a Linear's weight is multiplied by in a row, as Python writes it after the row's number."""
    plain = isinstance(layer.module, nn.Linear) and name == "weight" and layer.input.dim() == 2
    return f", {place[1]}]" if plain else ""


def _row(way: Way, uses: Uses, words: str, row: int) -> list[Line]:
    """A row's share; one number of it is followed on as a product of factors."""
    own = uses.of(row)
    if not len(own.arriving):
        return [Line(f"row {row} does not use it")]
    lines: list[Line] = []
    chosen = 0
    if len(own.arriving) > 1:
        worked = _sum(own)
        lines.append(Line(f"row {row}: {worked.text} = {shown(worked.value)}"))
        parts = own.arriving if own.factors is None else own.arriving * own.factors
        chosen = int(parts.abs().argmax())
    if own.units is None:
        return lines
    first = None if own.factors is None else float(own.factors[chosen])
    label = f"x[{row}{words}" if words else own.factor
    unit = int(own.units[chosen])
    within = torch.unravel_index(torch.tensor(unit), way.layers[0].output.shape[1:])
    largest = at("its largest part, y", (row, *(int(one) for one in within)))
    name = f"row {row}" if len(own.arriving) == 1 else largest
    return lines + _factors(way, name, row, unit, None if first is None else (label, first))


def _factors(way: Way, name: str, row: int, unit: int, first: tuple[str, float] | None) -> list[Line]:
    """One number's share as a product: the factor, the slopes on the way, and what arrives behind them."""
    arriving = way.gradients[0].arriving
    if arriving is None:
        return []
    factors = [] if first is None else [first]
    own = float(arriving[row].reshape(-1)[unit]) * (1.0 if first is None else first[1])
    index = 0
    while index + 1 < len(way.layers):
        after = way.layers[index + 1]
        found = _onward(after, row, unit)
        if found is None or way.gradients[index + 1].arriving is None:
            break
        slope, unit = found
        factors.append((f"slope of {after.name} ({after.layer})", slope))
        index += 1
    factors.append(("what arrives behind it", _arriving(way, index, row, unit)))
    value = 1.0
    for _, factor in factors:
        value *= factor
    text = "·".join(inner(factor) for _, factor in factors)
    words = " · ".join(word for word, _ in factors)
    worked = line(name, Amount(text, value, abs(own)), own)
    return [Line(f"{name}: {words}"), worked, *_behind(way, index, row, unit)]


def _arriving(way: Way, index: int, row: int, unit: int) -> float:
    arriving = way.gradients[index].arriving
    return 0.0 if arriving is None else float(arriving[row].reshape(-1)[unit])


def _behind(way: Way, index: int, row: int, unit: int) -> list[Line]:
    """What arrives at a number, as the sum over the numbers of the layer behind it, or from the loss."""
    torchs = _arriving(way, index, row, unit)
    if index + 1 >= len(way.layers):
        if way.loss is None:
            return [Line("what arrives comes from the loss itself")]
        return [loss_slope(way.loss, way.layers[index].output.detach(), row, unit, torchs)]
    after, arriving = way.layers[index + 1], way.gradients[index + 1].arriving
    if arriving is None:
        return []
    within = torch.unravel_index(torch.tensor(unit), after.input.shape[1:])
    place = (row, *(int(one) for one in within))
    found = _leaving(after, arriving, place)
    if found is None:
        return []
    pairs, words = found
    label = f"what arrives = Σ what arrives at {after.name} · {words}"
    worked = products(pairs)
    return [line(label, replace(worked, size=worked.size + rounding(after, arriving, place)), torchs)]


def _leaving(
    layer: LayerTrace, arriving: torch.Tensor, place: tuple[int, ...]
) -> tuple[list[tuple[float, float]], str] | None:
    """What arrives at a layer's numbers, and how each moves with the number of its input at a place."""
    if isinstance(layer.module, nn.Linear):
        weights = listed(layer.module.weight[:, place[-1]])
        return list(zip(listed(arriving[place[:-1]]), weights, strict=True)), "its weights"
    column = movement(layer, place)
    if column is None:
        return None
    moved = column != 0
    if int(moved.sum()) > MOST:
        moved &= arriving != 0
    return list(zip(listed(arriving[moved]), listed(column[moved]), strict=True)), "∂y/∂x"


def _onward(layer: LayerTrace, row: int, unit: int) -> tuple[float, int] | None:
    """The only number of a layer that moves with a number of its input, and how much; None of several."""
    if layer.layer in _PASSED_ON:
        return 1.0, unit
    if layer.layer in FUNCTIONS:
        return _activation_slope(layer, layer.input[row].reshape(-1)[unit]), unit
    if isinstance(layer.module, nn.Linear) and layer.module.out_features > 1:
        return None
    within = torch.unravel_index(torch.tensor(unit), layer.input.shape[1:])
    column = movement(layer, (row, *(int(one) for one in within)))
    if column is None:
        return None
    moved = column.flatten().nonzero().flatten().tolist()
    each = column[0].numel()
    if len(moved) != 1 or moved[0] // each != row:
        return None
    return float(column.flatten()[moved[0]]), moved[0] % each


def _activation_slope(layer: LayerTrace, z: torch.Tensor) -> float:
    """The slope of an activation at a number, by PyTorch."""
    here = z.detach().reshape(1).clone().requires_grad_()
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(layer.module(here.clone()).sum(), here)
    return float(slope)
