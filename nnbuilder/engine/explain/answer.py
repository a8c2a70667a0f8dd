"""What comes out at the end, as an answer: probabilities that add up to one, and the class that is taken."""

import math
from collections.abc import Sequence

import torch

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.explain.class_losses import named
from nnbuilder.engine.explain.numbers import Amount, line, listed, shown, summed
from nnbuilder.engine.explain.shares import MOST, exponentials, left_out, places_shown
from nnbuilder.protocol.worked import Line, Worked


def explain_answer(
    output: torch.Tensor, row: int, loss: str, classes: Sequence[str] = (), unit: int = 0
) -> Worked | None:
    """What the network says of a row, by what its loss takes the output for; None without such a row.

    Where a row has scores at each of several places, `unit` of it chooses the place.
    """
    if loss not in LOSSES or output.dim() < 2 or not output.numel():
        return None
    row = min(max(row, 0), len(output) - 1)
    kind = LOSSES[loss].output
    own = output.detach()[row]
    title = f"What the network says of row {row}"
    if kind in {"score", "probability"}:
        return _binary(title, own.reshape(-1), kind, classes)
    if kind == "values":
        lines = [line(f"value {at}", Amount.of(value), value) for at, value in enumerate(listed(own)[:MOST])]
        return Worked(
            title, "the output is the answer", (*lines, *left_out(own.numel(), range(len(lines)), "values"))
        )
    flat = own.reshape(own.shape[0], -1)
    place = unit % flat.shape[1]
    title += f", place {place}" if flat.shape[1] > 1 else ""
    return _classes(title, flat[:, place], kind, classes)


def _classes(title: str, scores: torch.Tensor, kind: str, classes: Sequence[str]) -> Worked:
    """A score for each class: as probabilities where the loss takes them so, and the largest."""
    best = int(scores.argmax())
    places, values = places_shown(len(scores), best), listed(scores)
    lines: list[Line] = []
    if kind == "scores":
        torchs = listed(torch.softmax(scores, dim=0))
        lines, powers = exponentials(values, places)
        whole = summed(powers)
        for at in places:
            worked = Amount(f"{shown(powers[at])}/{shown(whole)}", powers[at] / whole, 1e-3)
            lines.append(line(f"p of class {named(at, classes)}", worked, torchs[at]))
        formula = "p = softmax(scores): exp(score)/Σ exp(scores)"
    elif kind == "log-probabilities":
        torchs = listed(scores.exp())
        for at in places:
            worked = Amount(f"exp({shown(values[at])})", torchs[at], 1e-3)
            lines.append(line(f"p of class {named(at, classes)}", worked, torchs[at]))
        formula = "p = exp(log-probability)"
    else:
        torchs = []
        lines = [Line(f"class {named(at, classes)}: {shown(values[at])}") for at in places]
        formula = "the largest score is taken"
    lines += left_out(len(values), places, "classes")
    if torchs:
        lines.append(Line(f"sum of all p = {shown(summed(torchs))}"))
    lines.append(Line(f"argmax = {best}: the answer is class {named(best, classes)}"))
    return Worked(title, formula, tuple(lines))


def _binary(title: str, values: torch.Tensor, kind: str, classes: Sequence[str]) -> Worked:
    """One number for two classes."""
    lines: list[Line] = []
    for at, value in enumerate(listed(values)[:MOST]):
        where = f" at {at}" if values.numel() > 1 else ""
        p = value
        if kind == "score":
            p = 1 / (1 + math.exp(-value)) if value > -700 else 0.0
            worked = Amount(f"1/(1 + exp({shown(-value)}))", p, 1e-3)
            lines.append(
                line(f"p of class {named(1, classes)}{where}", worked, float(torch.sigmoid(values[at])))
            )
        else:
            lines.append(line(f"p of class {named(1, classes)}{where}", Amount.of(value), value))
        lines.append(Line(f"p of class {named(0, classes)}{where} = 1 - {shown(p)} = {shown(1 - p)}"))
        taken = int(p > 0.5)
        sign = ">" if taken else "≤"
        lines.append(Line(f"{shown(p)} {sign} 0.5: the answer{where} is class {named(taken, classes)}"))
    lines += left_out(values.numel(), range(min(values.numel(), MOST)), "values")
    formula = "p = sigmoid(score)" if kind == "score" else "the output is p of class 1"
    return Worked(title, formula, tuple(lines))
