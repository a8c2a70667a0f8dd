"""What comes out at the end, as an answer: probabilities that add up to one, and the class that is taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from nnbuilder.catalog.registry import LOSSES
from nnbuilder.engine.explain.class_losses import named, share_of
from nnbuilder.engine.explain.numbers import Amount, inner, line, listed, shown, summed
from nnbuilder.engine.explain.shares import MOST, left_out, places_shown, share_lines
from nnbuilder.protocol.worked import Line, Worked


@dataclass(frozen=True, slots=True)
class Reading:
    """How an output is read: its loss, names of classes, mean and scale of targets that are values."""

    loss: str
    classes: Sequence[str] = ()
    mean: float = 0.0
    scale: float = 1.0


def explain_answer(output: torch.Tensor, row: int, reading: Reading, unit: int = 0) -> Worked | None:
    """What the network says of a row, by what its loss takes the output for; None without such a row.

    Where a row has scores at each of several places, `unit` of it chooses the place.
    """
    if reading.loss not in LOSSES or output.dim() < 2 or not output.numel():
        return None
    row = min(max(row, 0), len(output) - 1)
    kind, classes = LOSSES[reading.loss].output, reading.classes
    own = output.detach()[row]
    title = f"The answer for row {row}"
    if kind in {"score", "probability"}:
        return _binary(title, own.reshape(-1), kind, classes)
    if kind == "values":
        return _values(title, own.reshape(-1), reading)
    flat = own.reshape(own.shape[0], -1)
    place = unit % flat.shape[1]
    title += f", place {place}" if flat.shape[1] > 1 else ""
    return _classes(title, flat[:, place], kind, classes)


def _values(title: str, values: torch.Tensor, reading: Reading) -> Worked:
    """Numbers that are the answer, also in the units of the data where its targets were standardized."""
    lines: list[Line] = []
    if values.numel() == 1:
        title += f": {shown(float(values) * reading.scale + reading.mean)}"
    scaled = (reading.mean, reading.scale) != (0.0, 1.0)
    for at, value in enumerate(listed(values)[:MOST]):
        lines.append(line(f"value {at}", Amount.of(value), value))
        if scaled:
            exact = value * reading.scale + reading.mean
            text = f"{inner(value)}·{shown(reading.scale)} + {inner(reading.mean)}"
            lines.append(Line(f"  in the units of the data: {text} = {shown(exact)}"))
    formula = "output · scale + mean of the targets" if scaled else "the output is the answer"
    more = left_out(values.numel(), range(min(values.numel(), MOST)), "values")
    return Worked(title, formula, (*lines, *more))


def _classes(title: str, scores: torch.Tensor, kind: str, classes: Sequence[str]) -> Worked:
    """A score for each class: as probabilities where the loss takes them so, and the largest."""
    best, values = int(scores.argmax()), listed(scores)
    places = places_shown(len(values), best)
    labels = {place: share_of(place, classes) for place in places}
    said = f"{title}: argmax = class {named(best, classes)}"
    if kind == "scores":
        lines = share_lines(values, labels, listed(torch.softmax(scores, dim=0)))
        return Worked(said, "p = softmax(scores): exp(score)/Σ exp(scores)", tuple(lines))
    if kind == "log-probabilities":
        torchs, exact = listed(scores.exp()), listed(scores.double().exp())
        lines = [
            line(label, Amount(f"exp({shown(values[place])})", exact[place]), torchs[place])
            for place, label in labels.items()
        ]
        lines.append(Line(f"sum of all shares = {shown(summed(torchs))}"))
        return Worked(said, "p = exp(log-probability)", (*lines, *left_out(len(values), places, "classes")))
    lines = [Line(f"class {named(place, classes)}: {shown(values[place])}") for place in places]
    lines += left_out(len(values), places, "classes")
    return Worked(said, "the largest score is taken: argmax", tuple(lines))


def _binary(title: str, values: torch.Tensor, kind: str, classes: Sequence[str]) -> Worked:
    """One number for two classes."""
    lines: list[Line] = []
    said = ""
    for at, value in enumerate(listed(values)[:MOST]):
        where = f" at {at}" if values.numel() > 1 else ""
        p = value
        if kind == "score":
            p = float(torch.sigmoid(values[at].double()))
            worked = Amount(f"1/(1 + exp({shown(-value)}))", p)
            lines.append(
                line(f"p of class {named(1, classes)}{where}", worked, float(torch.sigmoid(values[at])))
            )
        else:
            lines.append(line(f"p of class {named(1, classes)}{where}", Amount.of(value), value))
        lines.append(Line(f"p of class {named(0, classes)}{where} = 1 - {shown(p)} = {shown(1 - p)}"))
        said = f"{shown(p)} {'>' if p > 0.5 else '≤'} 0.5: class {named(int(p > 0.5), classes)}{where}"
        lines.append(Line(said))
    lines += left_out(values.numel(), range(min(values.numel(), MOST)), "values")
    formula = "p = sigmoid(score)" if kind == "score" else "the output is p of class 1"
    if values.numel() == 1:
        title += f": {said.partition(': ')[2]}"
    return Worked(title, formula, tuple(lines))
