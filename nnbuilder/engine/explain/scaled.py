"""Steps over the usual size of the gradient: RMSprop, Adagrad, Adadelta and Adafactor."""

import math

import torch

from nnbuilder.engine.explain.numbers import inner, over, shown
from nnbuilder.engine.explain.steps import Steps, Update
from nnbuilder.protocol.worked import Worked


def rmsprop(update: Update, steps: Steps) -> Worked:
    """RMSprop: over a running mean of the gradient's size."""
    w, lr, alpha, eps = update.weight, update.setting("lr"), update.setting("alpha"), update.eps
    g = steps.gradient()
    steps.count()
    square = steps.mean("square_avg", alpha, g, "²")
    if update.group["centered"]:
        mean = steps.mean("grad_avg", alpha, g)
        steps.note(f"variance = square_avg - grad_avg² = {shown(square - mean * mean)}")
        square -= mean * mean
    step = over(g, math.sqrt(max(square, 0.0)) + eps)
    steps.note(f"step = g/(√{shown(square)} + {shown(eps)}) = {shown(step)}")
    momentum = update.setting("momentum")
    if momentum:
        old = steps.old("momentum_buffer")
        text = f"{shown(momentum)}·{inner(old)} + {inner(step)}"
        step = steps.term("momentum_buffer", text, momentum * old + step, abs(momentum * old) + abs(step))
    return steps.done(
        "w - lr·g/(√(mean square) + eps)", f"{shown(w)} - {shown(lr)}·{inner(step)}", w - lr * step
    )


def adagrad(update: Update, steps: Steps) -> Worked:
    """Adagrad: over the root of all squares so far."""
    w, eps = update.weight, update.eps
    g = steps.gradient()
    time, decay, lr = steps.count(), update.setting("lr_decay"), update.setting("lr")
    if decay:
        text = f"{shown(lr)}/(1 + {time - 1:.0f}·{shown(decay)})"
        lr /= 1 + (time - 1) * decay
        steps.note(f"rate = {text} = {shown(lr)}")
    old = steps.old("sum", update.setting("initial_accumulator_value"))
    whole = steps.term("sum", f"{shown(old)} + {inner(g)}²", old + g * g, old + g * g)
    text = f"{shown(w)} - {shown(lr)}·{inner(g)}/(√{shown(whole)} + {shown(eps)})"
    return steps.done("w - lr·g/(√(sum of squares) + eps)", text, w - over(lr * g, math.sqrt(whole) + eps))


def adadelta(update: Update, steps: Steps) -> Worked:
    """Adadelta: as long as the last steps were, over the gradient's usual size."""
    w, lr, rho, eps = update.weight, update.setting("lr"), update.setting("rho"), update.eps
    steps.count()
    g = steps.gradient()
    square, old = steps.mean("square_avg", rho, g, "²"), steps.old("acc_delta")
    step = over(math.sqrt(old + eps), math.sqrt(square + eps)) * g
    text = f"√({shown(old)} + {shown(eps)})/√({shown(square)} + {shown(eps)})·{inner(g)}"
    steps.note(f"delta = {text} = {shown(step)}")
    steps.mean("acc_delta", rho, step, "²")
    formula = "w - lr·delta, delta = √(acc_delta + eps)/√(square_avg + eps)·g"
    return steps.done(formula, f"{shown(w)} - {shown(lr)}·{inner(step)}", w - lr * step)


def adafactor(update: Update, steps: Steps) -> Worked:
    """Adafactor: over a size that is made of the means of the weight's row and column."""
    lr, decay = update.setting("lr"), update.setting("weight_decay")
    least, floor = update.group["eps"]
    weights, sign = update.tensors["weight"].double(), -1.0 if update.group["maximize"] else 1.0
    least = torch.finfo(update.tensors["weight"].dtype).eps if least is None else float(least)
    time = steps.count()
    g = steps.gradient(decay=False)
    start = steps.pulled(lr)
    size, most = _length(weights), min(lr, 1 / math.sqrt(time))
    alpha = max(floor, size) * most
    text = f"max({shown(floor)}, size of all weights {shown(size)})·min({shown(lr)}, 1/√{time:.0f})"
    steps.note(f"rate = {text} = {shown(alpha)}")
    own = update.tensors["gradient"].double() * sign
    square = _estimate(update, steps, own, time ** update.setting("beta2_decay"), least)
    whole = own * square.clamp(min=least * least).rsqrt()
    step, length = float(whole[update.place]), _length(whole)
    estimate = float(square[update.place].clamp(min=least * least))
    steps.note(f"step = {shown(g)}/√{shown(estimate)} = {shown(step)}")
    cut = max(1.0, length / update.setting("d"))
    steps.note(f"cut = max(1, size of all steps {shown(length)}/{shown(update.setting('d'))}) = {shown(cut)}")
    text = f"{shown(start)} - {shown(alpha)}·{inner(step)}/{shown(cut)}"
    word = "" if not decay else ", w pulled first"
    return steps.done(f"w - rate·step/cut, step = g/√(mean square){word}", text, start - alpha * step / cut)


def _estimate(update: Update, steps: Steps, g: torch.Tensor, share: float, least: float) -> torch.Tensor:
    """The mean squares of all numbers: of a matrix from the means of its rows and columns."""
    if g.dim() < 2:
        steps.mean("variance", 1 - share, float(g[update.place]), "²")
        return update.tensors["variance"].double()
    for name, dim, word in (("row_var", -1, "row"), ("col_var", -2, "column")):
        mean = g.square().mean(dim=dim, keepdim=True)
        at = tuple(min(one, size - 1) for one, size in zip(update.place, mean.shape, strict=True))
        new, old = float(mean[at]), steps.old(name)
        text = f"{shown(1 - share)}·{inner(old)} + {shown(share)}·{inner(new)}"
        steps.note(f"mean of g² over its {word} = {shown(new)}")
        steps.term(name, text, (1 - share) * old + share * new, abs(old) + new)
    rows, columns = update.tensors["row_var"].double(), update.tensors["col_var"].double()
    middle = rows.mean(dim=-2, keepdim=True).clamp(min=least)
    found = rows @ columns / middle
    place = (*update.place[:-2], 0, 0)
    text = f"row_var·col_var/mean of all row_var {shown(float(middle[place]))}"
    steps.note(f"mean square = {text} = {shown(float(found[update.place]))}")
    return found


def _length(values: torch.Tensor) -> float:
    """The root of the mean square."""
    return float(values.square().mean().sqrt())
