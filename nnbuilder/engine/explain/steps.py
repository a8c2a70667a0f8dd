"""A step of an optimizer for one weight, and the lines that tell of it.

The rules restate those of the torch.optim documentation; every result and every term kept is held against
the optimizer's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch

from nnbuilder.engine.explain.numbers import Amount, inner, line, shown
from nnbuilder.protocol.worked import Line, Worked

State = Mapping[str, float]
"""What an optimizer keeps for one weight, by its own names; empty before the first step."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How a gradient was made smaller before the step.

    `raw` is what it was, `length` that of all gradients together after each number was clipped at `value`.
    """

    raw: float
    value: float | None
    norm: float | None
    length: float


@dataclass(frozen=True, slots=True)
class Trail:
    """What an optimizer saw that computes the loss several times in a step: each loss, the weight's first.

    `weights` are those at the first two of them, `length` is the sum of all absolute gradients at the first,
    and `moves` counts the moves of earlier steps.
    """

    losses: tuple[float, ...]
    weights: tuple[float, ...]
    length: float
    moves: int


@dataclass(frozen=True, slots=True, eq=False)
class Update:
    """One weight before and after a step, with its gradient; `group` are the optimizer's settings.

    `tensors` are the whole parameter before (`weight`), its `gradient` and what is kept of it, for rules
    that look at more than one number; `place` is where in them the weight is. `l1` is the strength of the
    penalty that is part of the gradient, `schedule` the name of what changes the rate in training.
    """

    optimizer: str
    group: Mapping[str, Any]
    weight: float
    gradient: float
    before: State
    after: float
    state: State
    place: tuple[int, ...] = ()
    tensors: Mapping[str, torch.Tensor] = field(default_factory=dict)
    limits: Limits | None = None
    l1: float = 0.0
    schedule: str = ""
    trail: Trail | None = None

    def setting(self, name: str) -> float:
        """One of the optimizer's settings that is a number."""
        return float(self.group[name])

    @property
    def eps(self) -> float:
        """What keeps a step from dividing by zero, as exact as the weight is in PyTorch."""
        weight, eps = self.tensors.get("weight"), self.setting("eps")
        return eps if weight is None else float(torch.tensor(eps, dtype=weight.dtype))


class Steps:
    """Collects lines, and sentences `said`; `term` holds what is kept for the next step against PyTorch's."""

    def __init__(self, update: Update) -> None:
        self._update = update
        self.lines: list[Line] = []
        self.said: list[str] = []

    def gradient(self, *, decay: bool = True) -> float:
        """The gradient as the rule takes it: made smaller, turned round to climb, pulled by weight decay."""
        update, group = self._update, self._update.group
        self._penalty()
        self._clipped()
        climbs = bool(group.get("maximize"))
        g, pull = update.gradient, float(group.get("weight_decay", 0.0)) if decay else 0.0
        if climbs:
            g = -g
            self.note(f"maximize turns the gradient round: {shown(g)}")
        if not pull:
            self.note(f"g = {shown(g)}")
            return g
        text = f"{shown(g)} + {shown(pull)}·{inner(update.weight)}"
        self.note(f"g = gradient + weight_decay·w = {text} = {shown(g + pull * update.weight)}")
        return g + pull * update.weight

    def pulled(self, rate: float) -> float:
        """The weight after decay that acts on it and not on its gradient."""
        w, decay = self._update.weight, self._update.setting("weight_decay")
        if not decay:
            return w
        pulled = w * (1 - rate * decay)
        self.note(f"w pulled towards zero: {inner(w)}·(1 - {shown(rate)}·{shown(decay)}) = {shown(pulled)}")
        return pulled

    def count(self) -> float:
        """How many steps there are with this one."""
        before = self.old("step")
        return self.term("step", f"{before:.0f} + 1", before + 1, 0.0)

    def old(self, name: str, start: float = 0.0) -> float:
        """A term as it was before; `start` is where it begins."""
        return self._update.before.get(name, start)

    def term(self, name: str, text: str, value: float, size: float) -> float:
        """A term that is kept, under the optimizer's own name."""
        kept = self._update.state.get(name)
        worked = Amount(text, value, size)
        self.lines.append(
            Line(f"{name} = {text} = {shown(value)}") if kept is None else line(name, worked, kept)
        )
        return value

    def mean(self, name: str, share: float, new: float, power: str = "") -> float:
        """A running mean that is kept: so much of the old, the rest of the new, or of its square."""
        old, own = self.old(name), new * new if power else new
        text = f"{shown(share)}·{inner(old)} + {shown(1 - share)}·{inner(new)}{power}"
        return self.term(name, text, share * old + (1 - share) * own, abs(old) + abs(own))

    def note(self, text: str) -> None:
        """A line between, with no number of PyTorch's to compare with."""
        self.lines.append(Line(text))

    def done(self, formula: str, text: str, value: float) -> Worked:
        """The last line: the weight after."""
        weight, update = self._update.weight, self._update
        size = abs(weight) + abs(value - weight)
        self.lines.append(line("w", Amount(text, value, size), update.after))
        if update.schedule:
            rate = shown(update.setting("lr"))
            self.said.append(
                f"Steps by hand are taken at lr = {rate}; {update.schedule} acts in training only."
            )
        return Worked(f"One step of {update.optimizer}", formula, tuple(self.lines), tuple(self.said))

    def _penalty(self) -> None:
        strength, weight = self._update.l1, self._update.weight
        if strength:
            sign = float((weight > 0) - (weight < 0))
            text = f"{shown(strength)}·{inner(sign)} = {shown(strength * sign)}"
            self.note(f"the gradient holds l1·sign(w) = {text}")

    def _clipped(self) -> None:
        limits = self._update.limits
        if limits is None:
            return
        value, text = limits.raw, shown(limits.raw)
        if limits.value is not None:
            value = min(max(value, -limits.value), limits.value)
            text = f"min(max({text}, {shown(-limits.value)}), {shown(limits.value)})"
        if limits.norm is not None:
            share = min(1.0, limits.norm / (limits.length + 1e-6))
            value *= share
            self.note(f"all gradients together are {shown(limits.length)} long, at most {shown(limits.norm)}")
            text = f"{text}·min(1, {shown(limits.norm)}/{shown(limits.length)})"
        self.lines.append(line("gradient clipped", Amount(text, value, abs(value)), self._update.gradient))
