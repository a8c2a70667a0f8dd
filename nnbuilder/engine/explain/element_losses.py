"""Losses that hold each number of the output against one of the target: squares, sizes, binary classes."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nnbuilder.engine.explain.class_losses import named
from nnbuilder.engine.explain.numbers import Amount, Pair, inner, line, listed, shown, total
from nnbuilder.protocol.worked import Line, Worked

MOST = 12
"""Values of a row that are written out at most."""

Element = Callable[[float, float, Any, int], tuple[str, float]]
"""The arithmetic with its numbers, and what it gives: of output, target, the loss, the place in the row."""


def explain_elements(
    loss: Any, output: torch.Tensor, target: torch.Tensor, torchs: float, classes: Sequence[str] = ()
) -> Worked:
    """The loss of one row, its numbers flat in `output` and `target`, beside PyTorch's own."""
    name = type(loss).__name__
    formula, _ = ELEMENTS[name]
    pairs = list(zip(listed(output), listed(target), strict=True))
    binary = name in BINARY
    lines = [Line(_target(pairs[0][1], classes))] if binary and len(pairs) == 1 else []
    if len(pairs) == 1:
        score, wanted = pairs[0]
        lines += [Line(_probability(loss, score))] if binary else []
        lines += [] if binary else [Line(f"output {shown(score)}, target {shown(wanted)}")]
    else:
        for place, (score, wanted) in enumerate(pairs[:MOST]):
            text, value = element_of(loss, (score, wanted), place)
            said = f"value {place}: output {shown(score)}, target {shown(wanted)}"
            lines.append(Line(f"{said}: {text} = {shown(value)}"))
    if len(pairs) > MOST:
        lines.append(Line(f"… {len(pairs) - MOST:,} more values …"))
    lines.append(line("loss", cost_of(loss, pairs), torchs))
    notes = (f"{name} takes the target as a number from 0 to 1: 1 for class 1.",) if binary else ()
    return Worked(name, formula, tuple(lines), notes)


def cost_of(loss: Any, pairs: Sequence[Pair]) -> Amount:
    """The loss of a row of outputs with their targets: the mean over them."""
    values = [element_of(loss, pair, place)[1] for place, pair in enumerate(pairs)]
    whole = total(values)
    size = whole.size / len(values) + 1e-2 * max(abs(one) for pair in pairs for one in pair)
    if len(pairs) == 1:
        text, _ = element_of(loss, pairs[0], 0)
        return Amount(text, whole.value, size)
    return Amount(f"({whole.text})/{len(values)}", whole.value / len(values), size)


def element_of(loss: Any, pair: Pair, place: int) -> tuple[str, float]:
    """What one output costs: written out, and the number."""
    _, element = ELEMENTS[type(loss).__name__]
    return element(*pair, loss, place)


def _target(wanted: float, classes: Sequence[str]) -> str:
    if wanted not in {0.0, 1.0}:
        return f"target: {shown(wanted)}, a share of class 1"
    hot = "0, 1" if wanted else "1, 0"
    return f"target: class {named(int(wanted), classes)}, one-hot [{hot}]"


def _probability(loss: Any, score: float) -> str:
    if type(loss).__name__ == "BCELoss":
        return f"p of class 1 = {shown(score)}, of class 0 = 1 - {shown(score)} = {shown(1 - score)}"
    p = math.exp(_log_sigmoid(score))
    return f"p of class 1 = sigmoid({shown(score)}) = {shown(p)}, of class 0 = {shown(1 - p)}"


def _log_sigmoid(z: float) -> float:
    return -(max(-z, 0.0) + math.log1p(math.exp(-abs(z))))


def _factor(tensor: torch.Tensor | None, place: int) -> float:
    return 1.0 if tensor is None else float(tensor.reshape(-1)[place % tensor.numel()])


def _bce_logits(z: float, y: float, loss: Any, place: int) -> tuple[str, float]:
    positive, weight = _factor(loss.pos_weight, place), _factor(loss.weight, place)
    value = -weight * (positive * y * _log_sigmoid(z) + (1 - y) * _log_sigmoid(-z))
    p = math.exp(_log_sigmoid(z))
    factor = weight * (positive if y else 1)
    by = "" if loss.pos_weight is None and loss.weight is None else f"{shown(factor)}·"
    if y not in (0.0, 1.0):
        return f"-({shown(y)}·log({shown(p)}) + {shown(1 - y)}·log({shown(1 - p)}))", value
    return f"{by}-log({shown(p if y else math.exp(_log_sigmoid(-z)))})", value


def _bce(p: float, y: float, _loss: Any, _place: int) -> tuple[str, float]:
    high = max(math.log(p), -100.0) if p > 0 else -100.0
    low = max(math.log1p(-p), -100.0) if p < 1 else -100.0
    if y in (0.0, 1.0):
        return f"-log({shown(p if y else 1 - p)})", -high if y else -low
    text = f"-({shown(y)}·log({shown(p)}) + {shown(1 - y)}·log({shown(1 - p)}))"
    return text, -(y * high + (1 - y) * low)


def _smooth(score: float, wanted: float, loss: Any, _place: int) -> tuple[str, float]:
    gap, beta = abs(score - wanted), float(loss.beta)
    if gap < beta:
        return f"½·{shown(gap)}²/{shown(beta)}", 0.5 * gap**2 / beta
    return f"{shown(gap)} - ½·{shown(beta)}", gap - 0.5 * beta


def _huber(score: float, wanted: float, loss: Any, _place: int) -> tuple[str, float]:
    gap, delta = abs(score - wanted), float(loss.delta)
    if gap <= delta:
        return f"½·{shown(gap)}²", 0.5 * gap**2
    return f"{shown(delta)}·({shown(gap)} - ½·{shown(delta)})", delta * (gap - 0.5 * delta)


def _squared(score: float, wanted: float, _loss: Any, _place: int) -> tuple[str, float]:
    return f"({shown(score)} - {inner(wanted)})²", (score - wanted) ** 2


def _absolute(score: float, wanted: float, _loss: Any, _place: int) -> tuple[str, float]:
    return f"|{shown(score)} - {inner(wanted)}|", abs(score - wanted)


ELEMENTS: Mapping[str, tuple[str, Element]] = {
    "MSELoss": ("mean of (output - target)²", _squared),
    "L1Loss": ("mean of |output - target|", _absolute),
    "SmoothL1Loss": ("½·gap²/beta near zero, else gap - ½·beta", _smooth),
    "HuberLoss": ("½·gap² near zero, else delta·(gap - ½·delta)", _huber),
    "BCEWithLogitsLoss": ("-log p of the target's class, p = sigmoid(score) for class 1", _bce_logits),
    "BCELoss": ("-log p of the target's class, p for class 1", _bce),
}
"""The rule of each loss in general, and with numbers in place."""

BINARY = frozenset({"BCEWithLogitsLoss", "BCELoss"})
"""Those whose target is one of two classes."""
