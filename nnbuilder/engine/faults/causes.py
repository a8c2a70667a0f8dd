"""Names the likely cause of a value that is not finite, from what stood around it."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from nnbuilder.engine.faults.replay import Evidence
from nnbuilder.engine.faults.witness import largest
from nnbuilder.engine.trainer import Trainer

GROWN = 100.0
"""Weights so many times as large as at the start have run away."""

HUGE = 1e6
"""Data with numbers above this are not scaled."""

TINY = 1e-30
"""Smaller numbers under a root or in a denominator are as good as zero."""

RATE = 10.0
"""Steps with a learning rate above this leave no weight as it was."""

NORMALIZING = ("BatchNorm", "LayerNorm", "GroupNorm", "InstanceNorm", "RMSNorm")


@dataclass(frozen=True, slots=True)
class Cause:
    """A stable code and one sentence."""

    code: str
    words: str


def likely_cause(trainer: Trainer, evidence: Evidence) -> Cause:
    """The first rule that fits what was seen; at last that torch gives no hint."""
    case = _Case(trainer, evidence)
    for rule in _RULES:
        cause = rule(case)
        if cause is not None:
            return cause
    return Cause("unknown", "Nothing that is known explains it: smaller steps are worth a try.")


class _Case:
    """What the rules ask for."""

    def __init__(self, trainer: Trainer, evidence: Evidence) -> None:
        self.trainer = trainer
        self.evidence = evidence
        self.sight = evidence.sight
        self.config = trainer.config
        self.layer: nn.Module | None = None
        for node, layer in trainer.setup.modules(trainer.model):
            if node == self.sight.node:
                self.layer = layer

    @property
    def kind(self) -> str:
        """The type of the layer or of the loss."""
        module = self.trainer.loss if self.sight.place == "loss" else self.layer
        return type(module).__name__

    @property
    def rate(self) -> float:
        """The learning rate of the optimizer, 0 where it has none."""
        rate = self.trainer.optimizer.param_groups[0].get("lr", 0.0)
        return float(rate)

    @property
    def grown(self) -> bool:
        """Whether the weights have run away."""
        return self.evidence.growth >= GROWN

    def option(self, name: str) -> object:
        """An argument of the optimizer as torch has it."""
        return self.trainer.optimizer.param_groups[0].get(name)


Rule = Callable[[_Case], Cause | None]


def _data(case: _Case) -> Cause | None:
    if case.sight.place != "batch" or case.trainer.batch is None:
        return None
    x = case.trainer.batch[0]
    rows = x.reshape(len(x), -1)
    bad = (~rows.isfinite()).any(dim=0).nonzero().reshape(-1).tolist()
    names = case.trainer.prepared.profile.features
    where = [names[place] if place < len(names) else f"number {place}" for place in bad[:3]]
    more = f" and {len(bad) - 3} more" if len(bad) > 3 else ""
    return Cause("data", f"The data themselves are not finite, in {', '.join(where)}{more}.")


def _target(case: _Case) -> Cause | None:
    if case.sight.place != "target":
        return None
    name = case.trainer.prepared.profile.target or "the target"
    return Cause("target", f"The values to predict, {name}, are not finite in the data themselves.")


def _weights(case: _Case) -> Cause | None:
    if case.sight.place != "weight" or case.evidence.step != 1:
        return None
    if case.trainer.project.weights is not None:
        return Cause("stored-weights", "The weights that training starts from hold it already.")
    return Cause("initial-weights", "The weights hold it before the first step.")


def _divided(case: _Case) -> Cause | None:
    """Normalization of numbers that do not vary, with nothing added below the line."""
    eps = getattr(case.layer, "eps", None)
    if case.sight.place != "output" or not case.kind.startswith(NORMALIZING):
        return None
    if not isinstance(eps, float) or eps > TINY or not case.sight.nans:
        return None
    return Cause(
        "divided-by-zero",
        f"{case.kind} divides by the spread of its input, which is 0 here, and eps = {eps:g} adds nothing.",
    )


def _half(case: _Case) -> Cause | None:
    if case.sight.dtype != torch.float16:
        return None
    most = torch.finfo(torch.float16).max
    return Cause("half-overflow", f"A float16 number ends at {most:,.0f}, and what was computed is larger.")


def _maximize(case: _Case) -> Cause | None:
    if not case.option("maximize"):
        return None
    return Cause("maximize", f"{case.config.optimizer} has maximize on: each step makes the loss larger.")


def _optimizer(case: _Case) -> Cause | None:
    if case.sight.place != "update" or case.option("eps") != 0:
        return None
    return Cause(
        "optimizer-eps",
        f"{case.config.optimizer} divides each gradient by its usual size; where that is 0, eps = 0 adds "
        "nothing, and 0 / 0 is NaN.",
    )


def _ignored(case: _Case) -> Cause | None:
    """A mean over nothing: no target of the batch counts."""
    weight, target = getattr(case.trainer.loss, "weight", None), case.evidence.target
    if case.sight.place != "loss" or target is None or target.is_floating_point() or not case.sight.nans:
        return None
    if isinstance(weight, torch.Tensor) and float(weight[target.reshape(-1)].sum()) == 0:
        text = "Every class in this batch has weight 0, so the loss is a mean over nothing: 0 / 0."
        return Cause("weighted-by-zero", text)
    return None


def _root(case: _Case) -> Cause | None:
    """A power that is no even number, of numbers below zero."""
    fed = case.evidence.fed
    if case.sight.place != "output" or not case.kind.startswith("LPPool") or fed is None:
        return None
    if not case.sight.nans or float(fed.min()) >= 0:
        return None
    text = f"{case.kind} takes a root, and what is under it is below 0: the powers of negative inputs are."
    return Cause("root-of-negative", text)


def _decay(case: _Case) -> Cause | None:
    """A weight decay that turns each weight around and makes it larger: w - lr · decay · w."""
    decay = case.option("weight_decay")
    if not isinstance(decay, float | int) or case.rate * decay <= 2 or not case.grown:
        return None
    text = (
        f"weight_decay {decay:g} is too large for lr {case.rate:g}: each step takes {case.rate * decay:.3g} "
        "times each weight away, which turns it around and makes it larger."
    )
    return Cause("weight-decay", text)


def _rate(case: _Case) -> Cause | None:
    """Steps that made the weights run away."""
    if case.evidence.step == 1 and case.sight.place != "update":
        return None
    if not case.grown and case.rate < RATE:
        return None
    if case.grown:
        what = f"the largest weight is {_times(case.evidence.growth)} times what it was at the start"
    else:
        what = "a step moves each weight by far more than its size"
    return Cause("learning-rate", f"The learning rate {case.rate:g} is too large: {what}.")


def _huge_data(case: _Case) -> Cause | None:
    if case.evidence.entered < HUGE:
        return None
    most = case.evidence.entered
    return Cause("huge-data", f"The data are not scaled: their largest number here is {most:.3g}.")


def _huge_target(case: _Case) -> Cause | None:
    target = case.evidence.target
    if target is None or not target.is_floating_point() or largest(target) < HUGE:
        return None
    most = largest(target)
    return Cause("huge-target", f"The values to predict are not scaled: the largest here is {most:.3g}.")


def _log(case: _Case) -> Cause | None:
    if case.sight.place != "loss" or case.kind not in ("CrossEntropyLoss", "NLLLoss"):
        return None
    fed = largest(case.evidence.fed) if case.evidence.fed is not None else math.inf
    return Cause(
        "log-of-zero",
        f"The outputs lie so far apart (up to {fed:.3g}) that the right class has probability 0, and the "
        "logarithm of 0 is infinite.",
    )


def _squared(case: _Case) -> Cause | None:
    if case.sight.place != "loss" or case.evidence.fed is None:
        return None
    most = largest(case.evidence.fed)
    return Cause(
        "loss-overflow", f"The outputs are finite (up to {most:.3g}), but {case.kind} of them is not."
    )


def _exploding(case: _Case) -> Cause | None:
    """Numbers that grow from layer to layer before anything was learned."""
    numbers = [passed.largest for passed in case.evidence.trail if passed.largest > 0]
    if case.sight.place == "gradient":
        return Cause(
            "exploding-gradient",
            "Going back through the layers the gradient became larger and larger until it was not finite.",
        )
    if case.sight.place != "output" or not numbers:
        return None
    factor = max(max(numbers) / max(case.evidence.entered, TINY), 1.0)
    each = factor ** (1 / len(numbers))
    if each < 2:
        return None
    where = "its weights are too large from the start" if len(numbers) < 3 else "the weights are too large"
    return Cause(
        "exploding-start", f"Numbers become about {_times(each)} times as large in each layer: {where}."
    )


def _overflow(case: _Case) -> Cause | None:
    if case.sight.place == "update":
        return Cause("update-overflow", "The gradient is finite, but the optimizer's step with it is not.")
    if case.sight.place == "weight":
        return Cause("weights", "An earlier step left it there; that step is too long ago to be repeated.")
    if case.sight.place == "output" and case.sight.infinities:
        most = torch.finfo(case.sight.dtype).max
        return Cause("overflow", f"What was computed is larger than the largest number there is, {most:.3g}.")
    return None


_RULES: tuple[Rule, ...] = (
    _data,
    _target,
    _weights,
    _divided,
    _half,
    _maximize,
    _optimizer,
    _ignored,
    _root,
    _decay,
    _rate,
    _huge_data,
    _huge_target,
    _log,
    _squared,
    _exploding,
    _overflow,
)


def _times(factor: float) -> str:
    return f"{factor:,.0f}" if factor < 1e6 else f"{factor:.1e}"
