"""The loss of one row with its numbers, what another target would cost, and the mean over the batch."""

import copy
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import torch

from nnbuilder.engine.explain.class_losses import COSTS, explain_class, named
from nnbuilder.engine.explain.element_losses import BINARY, cost_of, explain_elements
from nnbuilder.engine.explain.numbers import Amount, line, listed, shown, total
from nnbuilder.engine.trace import Forward, Loss
from nnbuilder.protocol.worked import Line, Worked

MOST = 12
"""Classes and rows that are written out at most."""


def explain_loss(
    passed: Forward, loss: Loss, row: int, classes: Sequence[str] = (), unit: int = 0
) -> tuple[Worked, ...]:
    """How the loss of a row comes about, what other targets would cost, and how the batch's loss does.

    Where a row has a class at each of several places, `unit` of its output chooses the place.
    """
    row = min(max(row, 0), len(loss.rows) - 1)
    if type(loss.module).__name__ in COSTS:
        return _of_classes(passed, loss, row, unit, classes)
    return _of_elements(passed, loss, row, classes)


def _of_classes(
    passed: Forward, loss: Loss, row: int, unit: int, classes: Sequence[str]
) -> tuple[Worked, ...]:
    """Losses that take a class index for each row, or one at each place of it."""
    outputs = passed.output.detach().reshape(*passed.output.shape[:2], -1)
    targets = loss.target.reshape(len(outputs), -1)
    places = outputs.shape[2]
    place = unit % places
    output, chosen = outputs[row, :, place], int(targets[row, place])
    torchs = _asked(loss.module, output, torch.tensor(chosen))
    one = explain_class(loss.module, output, chosen, torchs, classes)
    if places > 1:
        mean = total(listed(_each(loss.module, outputs[row], targets[row])))
        share = Amount(f"({mean.text})/{places}", mean.value / places, mean.size)
        whole = line(f"row {row}: mean of its {places} places", share, float(loss.rows[row]))
        one = msgspec.structs.replace(one, lines=(*one.lines, whole))
    where = f"row {row}" + (f", place {place} of {places}" if places > 1 else "")
    one = msgspec.structs.replace(one, title=f"{one.title}, {where}: {shown(torchs)}")
    others = _other_classes(loss.module, output, chosen, where, classes)
    return one, others, _batch(loss, outputs, targets, classes)


def _of_elements(passed: Forward, loss: Loss, row: int, classes: Sequence[str]) -> tuple[Worked, ...]:
    """Losses that hold each number against its target; PyTorch stretches shapes that differ."""
    whole_shape = np.broadcast_shapes(passed.output.shape, loss.target.shape)
    output, target = passed.output.detach().expand(whole_shape), loss.target.expand(whole_shape)
    flat, wanted = output[row].reshape(-1), target[row].reshape(-1)
    torchs = float(loss.rows[row])
    one = explain_elements(loss.module, flat, wanted, torchs, classes)
    notes = one.notes
    if passed.output.shape != loss.target.shape:
        shapes = f"output {tuple(passed.output.shape)} and target {tuple(loss.target.shape)}"
        notes = (*notes, f"PyTorch stretched {shapes} to {tuple(output.shape)}: is that meant?")
    one = msgspec.structs.replace(one, title=f"{one.title}, row {row}: {shown(torchs)}", notes=notes)
    rows = listed(loss.rows)
    whole = total(rows)
    share = Amount(f"({whole.text})/{len(rows)}", whole.value / len(rows), whole.size / len(rows))
    lines = [
        Line(f"row {at}: {_told(loss.module, output[at], target[at], classes)}loss {shown(value)}")
        for at, value in enumerate(rows[:MOST])
    ]
    lines += _more(len(rows))
    lines += _right(loss.module, output, target)
    lines.append(line("loss", share, float(loss.mean.detach())))
    batch = Worked("The batch: one number", "Σ rows / number of rows", tuple(lines))
    return one, _other_values(loss.module, flat, wanted, row, classes), batch


def _told(loss: Any, output: torch.Tensor, target: torch.Tensor, classes: Sequence[str]) -> str:
    """A row's target and what the network says, where both are one number."""
    if target.numel() != 1:
        return ""
    value, wanted = float(output), float(target)
    if type(loss).__name__ not in BINARY:
        return f"target {shown(wanted)}, says {shown(value)}: "
    said = int(value > _cut(loss))
    known = named(int(wanted), classes) if wanted in {0.0, 1.0} else shown(wanted)
    word = "right" if said == wanted else "wrong"
    return f"target {known}, says {named(said, classes)}: {word}, "


def _cut(loss: Any) -> float:
    """The output above which a network of two classes says the second."""
    return 0.0 if type(loss).__name__ == "BCEWithLogitsLoss" else 0.5


def _right(loss: Any, output: torch.Tensor, target: torch.Tensor) -> list[Line]:
    """In how many rows the network says the class that is the target, where there are two classes."""
    if type(loss).__name__ not in BINARY or target[0].numel() != 1:
        return []
    right = int(((output > _cut(loss)) == target).sum())
    return [Line(f"right: {right:,} of {len(target):,}")]


def _other_classes(
    loss: Any, output: torch.Tensor, chosen: int, where: str, classes: Sequence[str]
) -> Worked:
    """What the same scores would cost with each class as the target."""
    _, cost = COSTS[type(loss).__name__]
    scores = listed(output)
    places = sorted({*range(min(len(scores), MOST)), *({chosen} if 0 <= chosen < len(scores) else ())})
    lines = []
    for place in places:
        mark = " (the target)" if place == chosen else ""
        torchs = _asked(loss, output, torch.tensor(place))
        lines.append(line(f"class {named(place, classes)}{mark}", cost(loss, scores, place), torchs))
    left = len(scores) - len(places)
    lines += [Line(f"… {left:,} more classes …")] if left else []
    notes = (
        "The scores stay as they are; another target only looks at another of them.",
        "A row with a wrong target teaches the network that wrong class.",
    )
    return Worked(
        f"With another target, {where}", "the same scores, each class as the target", tuple(lines), notes
    )


def _other_values(
    loss: Any, output: torch.Tensor, target: torch.Tensor, row: int, classes: Sequence[str]
) -> Worked:
    """What the same output would cost with the other class, or with targets further off and right on it."""
    if type(loss).__name__ in BINARY:
        others = [("target as it is", target), ("target turned round", 1 - target)]
        if target.numel() == 1 and float(target[0]) in {0.0, 1.0}:
            others = [(_class(one, target, classes), torch.full_like(target, one)) for one in (0, 1)]
    else:
        others = [
            ("target as it is", target),
            ("target + 1", target + 1),
            ("target - 1", target - 1),
            ("target = output", output.to(target.dtype)),
        ]
    lines = []
    for label, other in others:
        torchs = _asked(loss, output, other)
        lines.append(line(label, cost_of(loss, output, other), torchs))
    note = "The output stays as it is; only what it is held against changes."
    return Worked(f"With another target, row {row}", "the same output, other targets", tuple(lines), (note,))


def _class(one: int, target: torch.Tensor, classes: Sequence[str]) -> str:
    """A class of two, marked where it is the target."""
    return f"class {named(one, classes)}{' (the target)' if float(target[0]) == one else ''}"


def _batch(loss: Loss, outputs: torch.Tensor, targets: torch.Tensor, classes: Sequence[str]) -> Worked:
    """All rows with their targets and predictions, and the loss as their mean, which classes may weigh."""
    rows, places = listed(loss.rows), outputs.shape[2]
    said = outputs.argmax(dim=1)
    lines = []
    for at, value in enumerate(rows[:MOST]):
        words = ""
        if places == 1:
            own, best = int(targets[at, 0]), int(said[at, 0])
            words = f"target {named(own, classes)}, says {named(best, classes)}: "
            words += "right, " if own == best else "wrong, "
        lines.append(Line(f"row {at}: {words}loss {shown(value)}"))
    lines += _more(len(rows))
    right = int((said == targets).sum())
    lines.append(Line(f"right: {right:,} of {targets.numel():,}"))
    share, formula = _shared(loss, [value * places for value in rows], targets)
    lines.append(line("loss", share, float(loss.mean.detach())))
    return Worked("The batch: one number", formula, tuple(lines))


def _shared(loss: Loss, rows: Sequence[float], targets: torch.Tensor) -> tuple[Amount, str]:
    """The sum of all rows over how many count, or over the weights of their classes."""
    module: Any = loss.module
    whole = total(rows)
    ignored = getattr(module, "ignore_index", None)
    counted = targets.flatten() if ignored is None else targets[targets != ignored]
    weighs = module.weight is not None and type(module).__name__ != "MultiMarginLoss"
    below = (
        total(listed(module.weight[counted])) if weighs else Amount(str(len(counted)), float(len(counted)))
    )
    text = f"({whole.text})/{f'({below.text})' if weighs else below.text}"
    value = whole.value / below.value if below.value else float("nan")
    size = whole.size / below.value if below.value else 0.0
    if weighs:
        return Amount(text, value, size), "Σ rows / Σ weights of their classes"
    what = "rows" if targets.shape[1] == 1 else "places"
    return Amount(text, value, size), f"Σ {what} / number of {what}"


def _more(rows: int) -> list[Line]:
    return [Line(f"… {rows - MOST:,} more rows …")] if rows > MOST else []


def _asked(loss: Any, output: torch.Tensor, target: torch.Tensor) -> float:
    """PyTorch's loss of a single row with a target."""
    return float(_each(loss, output, target).double().mean())


def _each(loss: Any, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """PyTorch's losses of a single row, each for itself."""
    single = copy.copy(loss)
    vars(single)["reduction"] = "none"
    values: torch.Tensor = single(output.detach().unsqueeze(0), target.unsqueeze(0))
    return values
