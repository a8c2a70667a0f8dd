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
    """Cross entropy: the share of the class less one for the right one, over the rows."""
    module: Any = loss.module
    if output.dim() != 2 or loss.target.dim() != 1 or module.label_smoothing:
        return None
    share, right = float(output[row].double().softmax(0)[unit]), int(loss.target[row]) == unit
    text, value = (f"({shown(share)} - 1)", share - 1) if right else (shown(share), share)
    return _weighed(loss, row, text, value)


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


def _each(slope: Callable[[float, float], tuple[str, float]]) -> "Slope":
    """A loss that is the mean over all numbers, each with its own target."""

    def rule(loss: Loss, output: torch.Tensor, row: int, unit: int) -> Amount | None:
        module: Any = loss.module
        weights = (getattr(module, name, None) for name in ("weight", "pos_weight"))
        if loss.target.shape != output.shape or any(one is not None for one in weights):
            return None
        y, target = (float(one[row].double().flatten()[unit]) for one in (output, loss.target))
        text, value = slope(y, target)
        return Amount(f"{text}/{output.numel()}", value / output.numel(), abs(value) / output.numel())

    return rule


def _square(y: float, target: float) -> tuple[str, float]:
    return f"2·({shown(y)} - {inner(target)})", 2 * (y - target)


def _absolute(y: float, target: float) -> tuple[str, float]:
    sign = float((y > target) - (y < target))
    return f"{inner(sign)}", sign


def _logits(y: float, target: float) -> tuple[str, float]:
    share = float(torch.tensor(y, dtype=torch.float64).sigmoid())
    return f"(sigmoid({shown(y)}) - {inner(target)})", share - target


def _binary(y: float, target: float) -> tuple[str, float]:
    below = max(y * (1 - y), 1e-12)
    return f"({shown(y)} - {inner(target)})/({shown(y)}·(1 - {shown(y)}))", (y - target) / below


Slope = Callable[[Loss, torch.Tensor, int, int], Amount | None]

RULES: Mapping[str, Slope] = {
    "CrossEntropyLoss": cross_entropy,
    "NLLLoss": nll,
    "MSELoss": _each(_square),
    "L1Loss": _each(_absolute),
    "BCEWithLogitsLoss": _each(_logits),
    "BCELoss": _each(_binary),
}
"""The losses whose slope is written out; the others' is PyTorch's number."""
