"""What one step of an optimizer does to one weight: its rule with its numbers, and the terms that it keeps.

The rules restate those of the torch.optim documentation; every result and every term kept is held against
the optimizer's own.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nnbuilder.engine.explain.numbers import Amount, inner, line, shown
from nnbuilder.protocol.worked import Line, Worked

State = Mapping[str, float]
"""What an optimizer keeps for one weight, by its own names; empty before the first step."""


@dataclass(frozen=True, slots=True)
class Update:
    """One weight before and after a step, with its gradient; `group` are the optimizer's settings."""

    optimizer: str
    group: Mapping[str, Any]
    weight: float
    gradient: float
    before: State
    after: float
    state: State


def explain_update(update: Update) -> Worked:
    """The step of one weight; an optimizer without a rule here shows the step alone."""
    rule = _RULES.get(update.optimizer)
    if rule is None:
        change = update.after - update.weight
        text = f"w = {shown(update.weight)} {'+' if change >= 0 else '-'} {shown(abs(change))}"
        lines = (Line(f"{text} = {shown(update.after)}", shown(update.after)),)
        notes = (f"PyTorch's {update.optimizer} is not worked out number by number.",)
        return Worked(f"One step of {update.optimizer}", "", lines, notes)
    return rule(update, _Steps(update))


class _Steps:
    """Collects lines; `term` holds what is kept for the next step against PyTorch's own."""

    def __init__(self, update: Update) -> None:
        self._update = update
        self.lines: list[Line] = []

    def gradient(self, *, decay: bool = True) -> float:
        """The gradient as the rule takes it: turned round to climb, pulled by weight decay."""
        update, group = self._update, self._update.group
        sign = -1.0 if group.get("maximize") else 1.0
        g, pull = sign * update.gradient, float(group.get("weight_decay", 0.0)) if decay else 0.0
        if not pull:
            self.lines.append(Line(f"g = {shown(g)}"))
            return g
        text = f"{shown(g)} + {shown(pull)}·{inner(update.weight)}"
        self.lines.append(Line(f"g = gradient + weight_decay·w = {text} = {shown(g + pull * update.weight)}"))
        return g + pull * update.weight

    def old(self, name: str) -> float:
        """A term as it was before."""
        return self._update.before.get(name, 0.0)

    def term(self, name: str, text: str, value: float, size: float) -> float:
        """A term that is kept, under the optimizer's own name."""
        kept = self._update.state.get(name)
        worked = Amount(text, value, size)
        self.lines.append(
            Line(f"{name} = {text} = {shown(value)}") if kept is None else line(name, worked, kept)
        )
        return value

    def note(self, text: str) -> None:
        """A line between, with no number of PyTorch's to compare with."""
        self.lines.append(Line(text))

    def done(self, formula: str, text: str, value: float, weight: float) -> Worked:
        """The last line: the weight after."""
        size = abs(weight) + abs(value - weight)
        self.lines.append(line("w", Amount(text, value, size), self._update.after))
        return Worked(f"One step of {self._update.optimizer}", formula, tuple(self.lines))


def _sgd(update: Update, steps: _Steps) -> Worked:
    group, w = update.group, update.weight
    lr, momentum = float(group["lr"]), float(group["momentum"])
    g = step = steps.gradient()
    formula = "w - lr·g"
    if momentum:
        first = "momentum_buffer" not in update.before
        keep = 1.0 if first else 1 - float(group["dampening"])
        old = steps.old("momentum_buffer")
        text = "g" if first else f"{shown(momentum)}·{inner(old)} + {shown(keep)}·{inner(g)}"
        kept = g if first else momentum * old + keep * g
        step = steps.term("momentum_buffer", text, kept, abs(momentum * old) + abs(g))
        formula = "w - lr·buffer, buffer = momentum·buffer + g"
        if group["nesterov"]:
            step = g + momentum * kept
            steps.note(
                f"ahead = g + momentum·buffer = {shown(g)} + {shown(momentum)}·{inner(kept)} = {shown(step)}"
            )
            formula = "w - lr·(g + momentum·buffer)"
    return steps.done(formula, f"{shown(w)} - {shown(lr)}·{inner(step)}", w - lr * step, w)


def _adam(update: Update, steps: _Steps) -> Worked:
    group, w = update.group, update.weight
    lr, (one, two), eps = float(group["lr"]), group["betas"], float(group["eps"])
    decay = float(group["weight_decay"])
    decoupled = bool(group.get("decoupled_weight_decay")) or update.optimizer == "AdamW"
    g = steps.gradient(decay=not decoupled)
    start = w
    if decoupled and decay:
        start = w * (1 - lr * decay)
        steps.note(f"w pulled towards zero: {inner(w)}·(1 - {shown(lr)}·{shown(decay)}) = {shown(start)}")
    time = update.before.get("step", 0.0) + 1
    steps.term("step", f"{time - 1:.0f} + 1", time, 0.0)
    old = steps.old("exp_avg")
    m = steps.term("exp_avg", _mixed(one, old, g), one * old + (1 - one) * g, abs(old) + abs(g))
    old = steps.old("exp_avg_sq")
    v = steps.term("exp_avg_sq", _mixed(two, old, g, "²"), two * old + (1 - two) * g * g, abs(old) + g * g)
    if group.get("amsgrad"):
        old = steps.old("max_exp_avg_sq")
        v = steps.term("max_exp_avg_sq", f"max({shown(old)}, {shown(v)})", max(old, v), 0.0)
    first, second = m / (1 - one**time), v / (1 - two**time)
    steps.note(f"mean = exp_avg/(1 - {shown(one)}^{time:.0f}) = {shown(first)}")
    steps.note(f"mean square = exp_avg_sq/(1 - {shown(two)}^{time:.0f}) = {shown(second)}")
    value = start - lr * first / (math.sqrt(second) + eps)
    text = f"{shown(start)} - {shown(lr)}·{inner(first)}/(√{shown(second)} + {shown(eps)})"
    return steps.done("w - lr·mean/(√(mean square) + eps)", text, value, w)


def _rmsprop(update: Update, steps: _Steps) -> Worked:
    group, w = update.group, update.weight
    lr, alpha, eps = float(group["lr"]), float(group["alpha"]), float(group["eps"])
    g = steps.gradient()
    old = steps.old("square_avg")
    square = steps.term(
        "square_avg", _mixed(alpha, old, g, "²"), alpha * old + (1 - alpha) * g * g, abs(old) + g * g
    )
    if group["centered"]:
        old = steps.old("grad_avg")
        mean = steps.term("grad_avg", _mixed(alpha, old, g), alpha * old + (1 - alpha) * g, abs(old) + abs(g))
        steps.note(f"variance = square_avg - grad_avg² = {shown(square - mean * mean)}")
        square -= mean * mean
    step = g / (math.sqrt(max(square, 0.0)) + eps)
    steps.note(f"step = g/(√{shown(square)} + {shown(eps)}) = {shown(step)}")
    momentum = float(group["momentum"])
    if momentum:
        old = steps.old("momentum_buffer")
        text = f"{shown(momentum)}·{inner(old)} + {inner(step)}"
        step = steps.term("momentum_buffer", text, momentum * old + step, abs(momentum * old) + abs(step))
    return steps.done(
        "w - lr·g/(√(mean square) + eps)", f"{shown(w)} - {shown(lr)}·{inner(step)}", w - lr * step, w
    )


def _adagrad(update: Update, steps: _Steps) -> Worked:
    group, w = update.group, update.weight
    g = steps.gradient()
    time = update.before.get("step", 0.0) + 1
    steps.term("step", f"{time - 1:.0f} + 1", time, 0.0)
    lr = float(group["lr"]) / (1 + (time - 1) * float(group["lr_decay"]))
    old = update.before.get("sum", float(group["initial_accumulator_value"]))
    whole = steps.term("sum", f"{shown(old)} + {inner(g)}²", old + g * g, old + g * g)
    value = w - lr * g / (math.sqrt(whole) + float(group["eps"]))
    text = f"{shown(w)} - {shown(lr)}·{inner(g)}/(√{shown(whole)} + {shown(float(group['eps']))})"
    return steps.done("w - lr·g/(√(sum of squares) + eps)", text, value, w)


def _mixed(share: float, old: float, new: float, power: str = "") -> str:
    return f"{shown(share)}·{inner(old)} + {shown(1 - share)}·{inner(new)}{power}"


_RULES: Mapping[str, Callable[[Update, _Steps], Worked]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adam,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
}
