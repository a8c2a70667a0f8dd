"""The loss of one row with its numbers, and the mean over the batch."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nnbuilder.engine.explain.numbers import Amount, inner, line, listed, shown, total
from nnbuilder.engine.trace import Forward, Loss
from nnbuilder.protocol.worked import Line, Worked

Element = Callable[[float, float, Any], tuple[str, float]]

MOST = 12
"""Classes or values of a row that are written out at most."""


def explain_loss(passed: Forward, loss: Loss, row: int, classes: Sequence[str] = ()) -> tuple[Worked, ...]:
    """How the loss of a row comes about, and how the batch's does from all rows."""
    name = type(loss.module).__name__
    row = min(max(row, 0), len(loss.rows) - 1)
    output, target = passed.output.detach()[row], loss.target[row]
    torchs = float(loss.rows[row])
    if output.dim() != 1:
        one = Worked(name, "", (Line(f"Row {row}: {shown(torchs)}, as PyTorch has it."),))
    elif name in _CLASSES:
        one = _CLASSES[name](loss.module, output, int(target), torchs, classes)
    elif name in _ELEMENTS:
        one = _by_elements(name, loss.module, output, target.reshape(-1), torchs)
    else:
        one = Worked(name, "", (Line(f"Row {row}: {shown(torchs)}, as PyTorch has it."),))
    return _titled(one, row), _mean(name, loss)


def _titled(worked: Worked, row: int) -> Worked:
    title = f"{worked.title}, row {row}"
    return Worked(title, worked.formula, worked.lines, worked.notes, worked.curve)


def _mean(name: str, loss: Loss) -> Worked:
    rows, torchs = listed(loss.rows), float(loss.mean.detach())
    weight = getattr(loss.module, "weight", None)
    whole = total(rows)
    if weight is not None and name in {"CrossEntropyLoss", "NLLLoss"}:
        weights = total(listed(weight[loss.target]))
        share = Amount(
            f"({whole.text})/({weights.text})", whole.value / weights.value, whole.size / weights.value
        )
        formula = "Σ rows / Σ weights of their classes"
    else:
        share = Amount(f"({whole.text})/{len(rows)}", whole.value / len(rows), whole.size / len(rows))
        formula = "Σ rows / number of rows"
    return Worked("The batch: one number", formula, (line("loss", share, torchs),))


def _cross_entropy(
    loss: Any, output: torch.Tensor, chosen: int, torchs: float, classes: Sequence[str]
) -> Worked:
    scores = listed(output)
    logs = _log_softmax(scores)
    lines = [_share(scores, logs, place, classes) for place in _shown_places(len(scores), chosen)]
    lines += [Line("sum of all shares = 1"), Line(one_hot(chosen, len(scores), classes))]
    weights = None if loss.weight is None else listed(loss.weight)
    smoothing = float(loss.label_smoothing)
    text, value = f"-log({shown(math.exp(logs[chosen]))})", -logs[chosen]
    if weights is not None:
        text, value = f"{shown(weights[chosen])}·{text}", weights[chosen] * value
    if smoothing:
        spread = -math.fsum(log * (weights[at] if weights else 1.0) for at, log in enumerate(logs))
        text = f"(1 - {shown(smoothing)})·{text} + {shown(smoothing)}/{len(logs)}·{shown(spread)}"
        value = (1 - smoothing) * value + smoothing / len(logs) * spread
    size = max(map(abs, scores), default=1.0)
    lines.append(line("loss", Amount(text, value, size), torchs))
    formula = "-log p[class], p = exp(score)/Σ exp(scores)"
    return Worked("CrossEntropyLoss", formula, tuple(lines), (_best(logs, classes),))


def _nll(loss: Any, output: torch.Tensor, chosen: int, torchs: float, classes: Sequence[str]) -> Worked:
    logs = listed(output)
    text, value = f"-({shown(logs[chosen])})", -logs[chosen]
    if loss.weight is not None:
        weight = listed(loss.weight)[chosen]
        text, value = f"{shown(weight)}·{text}", weight * value
    lines = (
        Line(one_hot(chosen, len(logs), classes)),
        line("loss", Amount(text, value, abs(value)), torchs),
    )
    return Worked("NLLLoss", "-log-probability of the class", lines, (_best(logs, classes),))


def _multi_margin(
    loss: Any, output: torch.Tensor, chosen: int, torchs: float, classes: Sequence[str]
) -> Worked:
    scores = listed(output)
    parts = [
        max(0.0, loss.margin - scores[chosen] + score) ** loss.p
        for place, score in enumerate(scores)
        if place != chosen
    ]
    weight = 1.0 if loss.weight is None else listed(loss.weight)[chosen]
    whole = total(parts)
    value = weight * whole.value / len(scores)
    text = f"({whole.text})/{len(scores)}" if weight == 1 else f"{shown(weight)}·({whole.text})/{len(scores)}"
    lines = (
        Line(one_hot(chosen, len(scores), classes)),
        line("loss", Amount(text, value, abs(value) + max(map(abs, scores))), torchs),
    )
    formula = "Σ max(0, margin - score[class] + score[other])^p / classes"
    return Worked("MultiMarginLoss", formula, lines, (_best(scores, classes),))


def _by_elements(name: str, loss: Any, output: torch.Tensor, target: torch.Tensor, torchs: float) -> Worked:
    formula, element = _ELEMENTS[name]
    worked, lines = [], []
    pairs = list(zip(listed(output), listed(target), strict=True))
    for place, (score, wanted) in enumerate(pairs):
        text, value = element(score, wanted, loss)
        worked.append(value)
        if place < MOST:
            lines.append(
                Line(f"value {place}: output {shown(score)}, target {shown(wanted)}: {text} = {shown(value)}")
            )
    if len(pairs) > MOST:
        lines.append(Line(f"… {len(pairs) - MOST:,} more values …"))
    whole = total(worked)
    size = whole.size / len(worked) + 1e-2 * max(abs(one) for pair in pairs for one in pair)
    lines.append(
        line("loss", Amount(f"({whole.text})/{len(worked)}", whole.value / len(worked), size), torchs)
    )
    return Worked(name, formula, tuple(lines))


def one_hot(chosen: int, count: int, classes: Sequence[str] = ()) -> str:
    """A target as class index and one-hot, with its name."""
    name = f" ({classes[chosen]})" if chosen < len(classes) else ""
    places = ", ".join("1" if at == chosen else "0" for at in range(min(count, 3 * MOST)))
    return f"target: class {chosen}{name}, one-hot [{places}{', …' if count > 3 * MOST else ''}]"


def _best(scores: Sequence[float], classes: Sequence[str]) -> str:
    best = max(range(len(scores)), key=lambda at: scores[at])
    name = f" ({classes[best]})" if best < len(classes) else ""
    return f"The largest is class {best}{name}: that is the prediction."


def _share(scores: list[float], logs: list[float], place: int, classes: Sequence[str]) -> Line:
    name = f" {classes[place]}" if place < len(classes) else ""
    return Line(f"p[{place}]{name}: score {shown(scores[place])}, share {shown(math.exp(logs[place]))}")


def _shown_places(count: int, chosen: int) -> list[int]:
    return sorted({*range(min(count, MOST)), chosen})


def _log_softmax(scores: Sequence[float]) -> list[float]:
    largest = max(scores)
    whole = math.log(math.fsum(math.exp(score - largest) for score in scores))
    return [score - largest - whole for score in scores]


def _log_sigmoid(z: float) -> float:
    return -(max(-z, 0.0) + math.log1p(math.exp(-abs(z))))


def _factor(tensor: torch.Tensor | None) -> float:
    return 1.0 if tensor is None else float(tensor.reshape(-1)[0])


def _bce_logits(z: float, y: float, loss: Any) -> tuple[str, float]:
    positive, weight = _factor(loss.pos_weight), _factor(loss.weight)
    value = -weight * (positive * y * _log_sigmoid(z) + (1 - y) * _log_sigmoid(-z))
    p = math.exp(_log_sigmoid(z))
    by = (
        ""
        if loss.pos_weight is None and loss.weight is None
        else f"{shown(weight * (positive if y else 1))}·"
    )
    if y not in (0.0, 1.0):
        return f"-({shown(y)}·log({shown(p)}) + {shown(1 - y)}·log({shown(1 - p)}))", value
    return f"{by}-log({shown(p if y else math.exp(_log_sigmoid(-z)))})", value


def _bce(p: float, y: float, _loss: Any) -> tuple[str, float]:
    high = max(math.log(p), -100.0) if p > 0 else -100.0
    low = max(math.log1p(-p), -100.0) if p < 1 else -100.0
    text = f"-({shown(y)}·log({shown(p)}) + {shown(1 - y)}·log({shown(1 - p)}))"
    return text, -(y * high + (1 - y) * low)


def _smooth(score: float, wanted: float, loss: Any) -> tuple[str, float]:
    gap, beta = abs(score - wanted), float(loss.beta)
    if gap < beta:
        return f"½·{shown(gap)}²/{shown(beta)}", 0.5 * gap**2 / beta
    return f"{shown(gap)} - ½·{shown(beta)}", gap - 0.5 * beta


def _huber(score: float, wanted: float, loss: Any) -> tuple[str, float]:
    gap, delta = abs(score - wanted), float(loss.delta)
    if gap <= delta:
        return f"½·{shown(gap)}²", 0.5 * gap**2
    return f"{shown(delta)}·({shown(gap)} - ½·{shown(delta)})", delta * (gap - 0.5 * delta)


_CLASSES: Mapping[str, Callable[[Any, torch.Tensor, int, float, Sequence[str]], Worked]] = {
    "CrossEntropyLoss": _cross_entropy,
    "NLLLoss": _nll,
    "MultiMarginLoss": _multi_margin,
}

_ELEMENTS: Mapping[str, tuple[str, Element]] = {
    "MSELoss": (
        "mean of (output - target)²",
        lambda a, b, _loss: (f"({shown(a)} - {inner(b)})²", (a - b) ** 2),
    ),
    "L1Loss": ("mean of |output - target|", lambda a, b, _loss: (f"|{shown(a)} - {inner(b)}|", abs(a - b))),
    "SmoothL1Loss": ("½·gap²/beta near zero, else gap - ½·beta", _smooth),
    "HuberLoss": ("½·gap² near zero, else delta·(gap - ½·delta)", _huber),
    "BCEWithLogitsLoss": ("-(y·log p + (1 - y)·log(1 - p)), p = sigmoid(score)", _bce_logits),
    "BCELoss": ("-(y·log p + (1 - y)·log(1 - p))", _bce),
}
