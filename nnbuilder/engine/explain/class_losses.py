"""Losses whose target is a class: the scores of a row become shares, and the class's own decides."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

from nnbuilder.engine.explain.numbers import Amount, line, listed, shown, summed, total
from nnbuilder.engine.explain.shares import left_out, places_shown, share_lines
from nnbuilder.protocol.worked import Line, Worked

MOST = 36
"""Places of a one-hot row that are written out at most."""

Cost = Callable[[Any, Sequence[float], int], Amount]


def explain_class(
    loss: Any, output: torch.Tensor, chosen: int, torchs: float, classes: Sequence[str] = ()
) -> Worked:
    """The loss of one row of scores (classes,) for the class `chosen`, beside PyTorch's own number."""
    name = type(loss).__name__
    formula, cost = COSTS[name]
    if chosen == getattr(loss, "ignore_index", None):
        left = Line(f"target: {chosen}, which stands for none: this row is left out")
        return Worked(name, formula, (left, line("loss", Amount("0", 0.0), torchs)))
    scores = listed(output)
    lines = (
        _shares(output, chosen, classes) if name == "CrossEntropyLoss" else _scores(scores, chosen, classes)
    )
    target = Line(one_hot(chosen, len(scores), classes))
    lines = [target, *lines, line("loss", cost(loss, scores, chosen), torchs)]
    takes = f"{name} takes the class as its index; the one-hot row says the same."
    return Worked(name, formula, tuple(lines), (best_of(scores, classes), takes))


def one_hot(chosen: int, count: int, classes: Sequence[str] = ()) -> str:
    """A target as class index and one-hot, with its name."""
    places = ", ".join("1" if at == chosen else "0" for at in range(min(count, MOST)))
    return f"target: class {named(chosen, classes)}, one-hot [{places}{', …' if count > MOST else ''}]"


def named(chosen: int, classes: Sequence[str]) -> str:
    """A class index with the name behind it, where it has another one."""
    known = 0 <= chosen < len(classes) and classes[chosen] != str(chosen)
    return f"{chosen} ({classes[chosen]})" if known else str(chosen)


def share_of(place: int, classes: Sequence[str]) -> str:
    """What the share of a class is called."""
    known = place < len(classes) and classes[place] != str(place)
    return f"p[{place}] {classes[place]}" if known else f"p[{place}]"


def best_of(scores: Sequence[float], classes: Sequence[str]) -> str:
    """Which class the network takes, as a sentence."""
    best = max(range(len(scores)), key=lambda at: scores[at])
    return f"The largest is class {named(best, classes)}: that is the prediction."


def _shares(output: torch.Tensor, chosen: int, classes: Sequence[str]) -> list[Line]:
    scores, torchs = listed(output), listed(torch.softmax(output, dim=0))
    labels = {place: share_of(place, classes) for place in places_shown(len(scores), chosen)}
    return share_lines(scores, labels, torchs)


def _scores(scores: Sequence[float], chosen: int, classes: Sequence[str]) -> list[Line]:
    places = places_shown(len(scores), chosen)
    lines = [Line(f"class {named(place, classes)}: {shown(scores[place])}") for place in places]
    return [*lines, *left_out(len(scores), places, "classes")]


def _cross_entropy(loss: Any, scores: Sequence[float], chosen: int) -> Amount:
    logs = _log_softmax(scores)
    weights = None if loss.weight is None else listed(loss.weight)
    smoothing = float(loss.label_smoothing)
    text, value = f"-log({shown(math.exp(logs[chosen]))})", -logs[chosen]
    if weights is not None:
        text, value = f"{shown(weights[chosen])}·{text}", weights[chosen] * value
    if smoothing:
        spread = -summed([log * (weights[at] if weights else 1.0) for at, log in enumerate(logs)])
        text = f"(1 - {shown(smoothing)})·{text} + {shown(smoothing)}/{len(logs)}·{shown(spread)}"
        value = (1 - smoothing) * value + smoothing / len(logs) * spread
    return Amount(text, value, max(map(abs, scores), default=1.0))


def _nll(loss: Any, logs: Sequence[float], chosen: int) -> Amount:
    text, value = f"-({shown(logs[chosen])})", -logs[chosen]
    if loss.weight is not None:
        weight = listed(loss.weight)[chosen]
        text, value = f"{shown(weight)}·{text}", weight * value
    return Amount(text, value, abs(value))


def _multi_margin(loss: Any, scores: Sequence[float], chosen: int) -> Amount:
    parts = [
        max(0.0, loss.margin - scores[chosen] + score) ** loss.p
        for place, score in enumerate(scores)
        if place != chosen
    ]
    weight = 1.0 if loss.weight is None else listed(loss.weight)[chosen]
    whole = total(parts)
    value = weight * whole.value / len(scores)
    text = f"({whole.text})/{len(scores)}" if weight == 1 else f"{shown(weight)}·({whole.text})/{len(scores)}"
    return Amount(text, value, abs(value) + max(map(abs, scores)))


def _log_softmax(scores: Sequence[float]) -> list[float]:
    largest = max(scores)
    whole = math.log(summed([math.exp(score - largest) for score in scores]))
    return [score - largest - whole for score in scores]


COSTS: Mapping[str, tuple[str, Cost]] = {
    "CrossEntropyLoss": ("-log p[class], p = exp(score)/Σ exp(scores)", _cross_entropy),
    "NLLLoss": ("-log-probability of the class", _nll),
    "MultiMarginLoss": ("Σ max(0, margin - score[class] + score[other])^p / classes", _multi_margin),
}
"""The losses that take a class index: the rule in general, and what a row of scores costs."""
