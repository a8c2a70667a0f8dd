"""Where the way back begins: how the loss moves with one number that the network gives."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from nnbuilder.engine.explain.numbers import Amount, inner, line, shown
from nnbuilder.engine.trace import Loss
from nnbuilder.protocol.worked import Line


def loss_slope(loss: Loss, output: torch.Tensor, row: int, unit: int, torchs: float) -> Line:
    """What the loss sends back to one number of a row; `torchs` is PyTorch's number for it."""
    rule = RULES.get(type(loss.module).__name__)
    worked = None if rule is None else rule(loss, output, row, unit)
    if worked is None:
        return Line(f"what arrives = {shown(torchs)}: how the loss moves with this number, as PyTorch has it")
    return line("what arrives from the loss", worked, torchs)


def cross_entropy(loss: Loss, output: torch.Tensor, row: int, unit: int) -> Amount | None:
    """Cross entropy: the share of the class less what the target says of it, over the rows."""
    module: Any = loss.module
    if output.dim() != 2 or loss.target.dim() != 1:
        return None
    share, right = float(output[row].double().softmax(0)[unit]), int(loss.target[row]) == unit
    smoothing = float(module.label_smoothing)
    if smoothing:
        return _smoothed(loss, output, row, unit)
    text, value = (f"({shown(share)} - 1)", share - 1) if right else (shown(share), share)
    return _weighed(loss, row, text, value)


def _smoothed(loss: Loss, output: torch.Tensor, row: int, unit: int) -> Amount | None:
    """The same where a part of the target is spread over all classes."""
    module: Any = loss.module
    if module.weight is not None:
        return None
    classes, share = output.shape[1], float(output[row].double().softmax(0)[unit])
    spread = float(module.label_smoothing)
    target = spread / classes + (1 - spread if int(loss.target[row]) == unit else 0.0)
    return _weighed(loss, row, f"({shown(share)} - {shown(target)})", share - target)


def multi_margin(loss: Loss, output: torch.Tensor, row: int, unit: int) -> Amount | None:
    """MultiMarginLoss: each other class within the margin pushes, the right one is pulled by all of them."""
    module: Any = loss.module
    if output.dim() != 2:
        return None
    right, scores = int(loss.target[row]), output[row].double()
    within = (module.margin - scores[right] + scores).clamp(min=0)
    within[right] = 0
    pushes = (within > 0).double() if module.p == 1 else 2 * within
    weight = 1.0 if module.weight is None else float(module.weight[right])
    value = -float(pushes.sum()) if unit == right else float(pushes[unit])
    many = output.numel()
    text = f"{inner(value)}·{shown(weight)}/{many}" if weight != 1 else f"{inner(value)}/{many}"
    return Amount(text, value * weight / many, float(pushes.sum()) * weight / many)


def nll(loss: Loss, output: torch.Tensor, row: int, unit: int) -> Amount | None:
    """NLLLoss: minus one for the right class, nothing for the others, over the rows."""
    if output.dim() != 2 or loss.target.dim() != 1:
        return None
    if int(loss.target[row]) != unit:
        return Amount("0, the class is another", 0.0)
    return _weighed(loss, row, "-1", -1.0)


def _weighed(loss: Loss, row: int, text: str, value: float) -> Amount:
    """Over the number of rows, or with class weights over the sum of theirs."""
    module: Any = loss.module
    counted = loss.target != module.ignore_index
    if not bool(counted[row]):
        return Amount("0, the row is not counted", 0.0)
    if module.weight is None:
        many = int(counted.sum())
        return Amount(f"{text}/{many}", value / many, 1 / many)
    weights = module.weight.double()[loss.target[counted]]
    own, whole = float(module.weight[loss.target[row]]), float(weights.sum())
    return Amount(f"{text}·{shown(own)}/{shown(whole)}", value * own / whole, own / whole)


def _each(slope: Callable[[Any, float, float], tuple[str, float]]) -> "Slope":
    """A loss that is the mean over all numbers, each with its own target."""

    def rule(loss: Loss, output: torch.Tensor, row: int, unit: int) -> Amount | None:
        weight = getattr(loss.module, "weight", None)
        if loss.target.shape != output.shape or (weight is not None and weight.numel() > 1):
            return None
        y, target = (float(one[row].double().flatten()[unit]) for one in (output, loss.target))
        text, value = slope(loss.module, y, target)
        many = output.numel() if weight is None else output.numel() / float(weight)
        text += f"/{output.numel()}" if weight is None else f"·{shown(float(weight))}/{output.numel()}"
        return Amount(text, value / many, (1 + abs(value)) / many)

    return rule


def _square(_module: Any, y: float, target: float) -> tuple[str, float]:
    return f"2·({shown(y)} - {inner(target)})", 2 * (y - target)


def _absolute(_module: Any, y: float, target: float) -> tuple[str, float]:
    sign = float((y > target) - (y < target))
    return f"{inner(sign)}", sign


def _smooth(module: Any, y: float, target: float) -> tuple[str, float]:
    """SmoothL1Loss: over beta near the target, a sign beyond."""
    if abs(y - target) >= module.beta:
        return _absolute(module, y, target)
    return f"({shown(y)} - {inner(target)})/{shown(module.beta)}", (y - target) / module.beta


def _huber(module: Any, y: float, target: float) -> tuple[str, float]:
    """HuberLoss: the difference near the target, delta beyond."""
    if abs(y - target) < module.delta:
        return f"({shown(y)} - {inner(target)})", y - target
    text, sign = _absolute(module, y, target)
    return f"{shown(module.delta)}·{text}", module.delta * sign


def _logits(module: Any, y: float, target: float) -> tuple[str, float]:
    share = float(torch.tensor(y, dtype=torch.float64).sigmoid())
    if module.pos_weight is None:
        return f"(sigmoid({shown(y)}) - {inner(target)})", share - target
    weight = float(module.pos_weight.flatten()[0])
    value = share * (1 - target) - weight * target * (1 - share)
    return (
        f"({shown(share)}·(1 - {shown(target)}) - {shown(weight)}·{shown(target)}·(1 - {shown(share)}))",
        value,
    )


def _binary(_module: Any, y: float, target: float) -> tuple[str, float]:
    below = max(y * (1 - y), 1e-12)
    return f"({shown(y)} - {inner(target)})/({shown(y)}·(1 - {shown(y)}))", (y - target) / below


Slope = Callable[[Loss, torch.Tensor, int, int], Amount | None]

RULES: Mapping[str, Slope] = {
    "CrossEntropyLoss": cross_entropy,
    "NLLLoss": nll,
    "MultiMarginLoss": multi_margin,
    "MSELoss": _each(_square),
    "L1Loss": _each(_absolute),
    "SmoothL1Loss": _each(_smooth),
    "HuberLoss": _each(_huber),
    "BCEWithLogitsLoss": _each(_logits),
    "BCELoss": _each(_binary),
}
"""The losses whose slope is written out; the others' is PyTorch's number."""
