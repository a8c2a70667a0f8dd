"""Losses that hold each number of the output against one of the target: squares, sizes, binary classes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from nnbuilder.engine.explain.class_losses import named
from nnbuilder.engine.explain.numbers import Amount, inner, line, listed, shown, total_of
from nnbuilder.protocol.worked import Line, Worked

MOST = 12
"""Values of a row that are written out at most."""

Numbers = torch.Tensor
"""The numbers of a row, flat and in double precision."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A loss of single numbers: the formula, how one is written with its numbers, and what each costs.

    `write` gets an output, its target, the loss and the place in the row; `cost` the whole row at once.
    """

    formula: str
    write: Callable[[float, float, Any, int], str]
    cost: Callable[[Numbers, Numbers, Any], Numbers]


def explain_elements(
    loss: Any, output: torch.Tensor, target: torch.Tensor, torchs: float, classes: Sequence[str] = ()
) -> Worked:
    """The loss of one row, its numbers flat in `output` and `target`, beside PyTorch's own."""
    name = type(loss).__name__
    rule, many = RULES[name], output.numel()
    first, wanted = float(output[0]), float(target[0])
    lines: list[Line] = []
    if many > 1:
        lines += _each(rule, loss, output, target)
    elif name in BINARY:
        lines += [Line(_target(wanted, classes)), Line(_probability(loss, first))]
    else:
        lines.append(Line(f"output {shown(first)}, target {shown(wanted)}"))
    lines.append(line("loss", cost_of(loss, output, target), torchs))
    takes = (f"{name} takes the target as a number from 0 to 1: 1 for class 1.",) if name in BINARY else ()
    return Worked(name, rule.formula, tuple(lines), takes)


def cost_of(loss: Any, output: torch.Tensor, target: torch.Tensor) -> Amount:
    """The loss of a row of outputs with their targets: the mean over them."""
    rule = RULES[type(loss).__name__]
    scores, wanted = output.double(), target.double()
    values = rule.cost(scores, wanted, loss)
    whole = total_of(values)
    size = whole.size / len(values) + 1e-2 * float(torch.maximum(scores.abs(), wanted.abs()).max())
    if len(values) == 1:
        return Amount(rule.write(float(scores[0]), float(wanted[0]), loss, 0), whole.value, size)
    return Amount(f"({whole.text})/{len(values)}", whole.value / len(values), size)


def _each(rule: Rule, loss: Any, output: torch.Tensor, target: torch.Tensor) -> list[Line]:
    """The first numbers of a row, one by one."""
    values = rule.cost(output.double(), target.double(), loss)
    pairs = list(zip(listed(output[:MOST]), listed(target[:MOST]), strict=True))
    lines = []
    for place, (score, wanted) in enumerate(pairs):
        text = rule.write(score, wanted, loss, place)
        said = f"value {place}: output {shown(score)}, target {shown(wanted)}"
        lines.append(Line(f"{said}: {text} = {shown(float(values[place]))}"))
    left = len(values) - len(pairs)
    return [*lines, Line(f"… {left:,} more values …")] if left else lines


def _target(wanted: float, classes: Sequence[str]) -> str:
    if wanted not in {0.0, 1.0}:
        return f"target: {shown(wanted)}, a share of class 1"
    hot = "0, 1" if wanted else "1, 0"
    return f"target: class {named(int(wanted), classes)}, one-hot [{hot}]"


def _probability(loss: Any, score: float) -> str:
    if type(loss).__name__ == "BCELoss":
        return f"p of class 1 = {shown(score)}, of class 0 = 1 - {shown(score)} = {shown(1 - score)}"
    p = _sigmoid(score)
    return f"p of class 1 = sigmoid({shown(score)}) = {shown(p)}, of class 0 = {shown(1 - p)}"


def _sigmoid(z: float) -> float:
    return float(torch.sigmoid(torch.tensor(z, dtype=torch.float64)))


def _factor(tensor: torch.Tensor | None, place: int) -> float:
    return 1.0 if tensor is None else float(tensor.reshape(-1)[place % tensor.numel()])


def _surprise(p: float, y: float) -> str:
    """The cost of a probability, for a class or a share of one."""
    if y in {0.0, 1.0}:
        return f"-log({shown(p if y else 1 - p)})"
    return f"-({shown(y)}·log({shown(p)}) + {shown(1 - y)}·log({shown(1 - p)}))"


def _write_logits(z: float, y: float, loss: Any, place: int) -> str:
    plain = _surprise(_sigmoid(z), y) if y != 0.0 else f"-log({shown(_sigmoid(-z))})"
    if loss.pos_weight is None and loss.weight is None:
        return plain
    weight, positive = _factor(loss.weight, place), _factor(loss.pos_weight, place)
    return f"{shown(weight * (positive if y else 1))}·{plain}"


def _cost_logits(z: Numbers, y: Numbers, loss: Any) -> Numbers:
    weight, positive = (
        1.0 if one is None else one.double().reshape(-1) for one in (loss.weight, loss.pos_weight)
    )
    high, low = torch.nn.functional.logsigmoid(z), torch.nn.functional.logsigmoid(-z)
    return -weight * (positive * y * high + (1 - y) * low)


def _cost_probability(p: Numbers, y: Numbers, _loss: Any) -> Numbers:
    high, low = p.log().clamp(min=-100), torch.log1p(-p).clamp(min=-100)
    return -(y * high + (1 - y) * low)


def _write_smooth(score: float, wanted: float, loss: Any, _place: int) -> str:
    gap, beta = abs(score - wanted), float(loss.beta)
    return f"½·{shown(gap)}²/{shown(beta)}" if gap < beta else f"{shown(gap)} - ½·{shown(beta)}"


def _cost_smooth(score: Numbers, wanted: Numbers, loss: Any) -> Numbers:
    gap, beta = (score - wanted).abs(), float(loss.beta)
    return torch.where(gap < beta, 0.5 * gap**2 / beta if beta else gap, gap - 0.5 * beta)


def _write_huber(score: float, wanted: float, loss: Any, _place: int) -> str:
    gap, delta = abs(score - wanted), float(loss.delta)
    return f"½·{shown(gap)}²" if gap <= delta else f"{shown(delta)}·({shown(gap)} - ½·{shown(delta)})"


def _cost_huber(score: Numbers, wanted: Numbers, loss: Any) -> Numbers:
    gap, delta = (score - wanted).abs(), float(loss.delta)
    return torch.where(gap <= delta, 0.5 * gap**2, delta * (gap - 0.5 * delta))


RULES: Mapping[str, Rule] = {
    "MSELoss": Rule(
        "mean of (output - target)²",
        lambda score, wanted, _loss, _place: f"({shown(score)} - {inner(wanted)})²",
        lambda score, wanted, _loss: (score - wanted) ** 2,
    ),
    "L1Loss": Rule(
        "mean of |output - target|",
        lambda score, wanted, _loss, _place: f"|{shown(score)} - {inner(wanted)}|",
        lambda score, wanted, _loss: (score - wanted).abs(),
    ),
    "SmoothL1Loss": Rule("½·gap²/beta near zero, else gap - ½·beta", _write_smooth, _cost_smooth),
    "HuberLoss": Rule("½·gap² near zero, else delta·(gap - ½·delta)", _write_huber, _cost_huber),
    "BCEWithLogitsLoss": Rule(
        "-log p of the target's class, p = sigmoid(score) for class 1", _write_logits, _cost_logits
    ),
    "BCELoss": Rule(
        "-log p of the target's class, p for class 1",
        lambda p, y, _loss, _place: _surprise(p, y),
        _cost_probability,
    ),
}
"""Each loss with its formula, its words and its numbers."""

BINARY = frozenset({"BCEWithLogitsLoss", "BCELoss"})
"""Those whose target is one of two classes."""
