"""Steps from running means of the gradient and of its size: Adam and its kin."""

import math

from nnbuilder.engine.explain.numbers import inner, over, shown
from nnbuilder.engine.explain.steps import Steps, Update
from nnbuilder.protocol.worked import Worked


def adam(update: Update, steps: Steps) -> Worked:
    """Adam, and AdamW, whose decay acts on the weights themselves."""
    lr, (one, two), eps = update.setting("lr"), update.group["betas"], update.eps
    start, g = _start(update, steps)
    time = steps.count()
    m, v = steps.mean("exp_avg", one, g), steps.mean("exp_avg_sq", two, g, "²")
    if update.group.get("amsgrad"):
        old = steps.old("max_exp_avg_sq")
        v = steps.term("max_exp_avg_sq", f"max({shown(old)}, {shown(v)})", max(old, v), 0.0)
    first = _corrected(steps, "mean", "exp_avg", m, one, time)
    name = "max_exp_avg_sq" if update.group.get("amsgrad") else "exp_avg_sq"
    second = _corrected(steps, "mean square", name, v, two, time)
    value = start - over(lr * first, math.sqrt(second) + eps)
    text = f"{shown(start)} - {shown(lr)}·{inner(first)}/(√{shown(second)} + {shown(eps)})"
    return steps.done("w - lr·mean/(√(mean square) + eps)", text, value)


def adamax(update: Update, steps: Steps) -> Worked:
    """Adamax: over the largest gradient of late instead of the mean square."""
    w, lr, (one, two), eps = update.weight, update.setting("lr"), update.group["betas"], update.eps
    g = steps.gradient()
    time = steps.count()
    m, old = steps.mean("exp_avg", one, g), steps.old("exp_inf")
    text = f"max({shown(two)}·{shown(old)}, |{shown(g)}| + {shown(eps)})"
    largest = steps.term("exp_inf", text, max(two * old, abs(g) + eps), abs(g))
    mean = _corrected(steps, "mean", "exp_avg", m, one, time)
    text = f"{shown(w)} - {shown(lr)}·{inner(mean)}/{shown(largest)}"
    return steps.done("w - lr·mean/exp_inf", text, w - over(lr * mean, largest))


def nadam(update: Update, steps: Steps) -> Worked:
    """NAdam: Adam that takes a share of the gradient at hand beside its momentum."""
    lr, (one, two), eps = update.setting("lr"), update.group["betas"], update.eps
    start, g = _start(update, steps)
    time, growth = steps.count(), update.setting("momentum_decay")
    now, after = (one * (1 - 0.5 * 0.96 ** (at * growth)) for at in (time, time + 1))
    steps.note(f"momentum of this step = {shown(now)}, of the next = {shown(after)}")
    old = steps.old("mu_product", 1.0)
    product = steps.term("mu_product", f"{shown(old)}·{shown(now)}", old * now, 0.0)
    m, v = steps.mean("exp_avg", one, g), steps.mean("exp_avg_sq", two, g, "²")
    root = math.sqrt(v / (1 - two**time)) + eps
    steps.note(f"root = √(exp_avg_sq/(1 - {shown(two)}^{time:.0f})) + eps = {shown(root)}")
    own, kept = (1 - now) / (1 - product), after / (1 - product * after)
    value = start - over(lr * own * g, root) - over(lr * kept * m, root)
    text = f"{shown(start)} - {shown(lr)}·({shown(own)}·{inner(g)} + {shown(kept)}·{inner(m)})/{shown(root)}"
    formula = "w - lr·((1 - μ)/(1 - Πμ)·g + μ'/(1 - Πμ·μ')·exp_avg)/root, μ' the next step's"
    return steps.done(formula, text, value)


def radam(update: Update, steps: Steps) -> Worked:
    """RAdam: Adam whose first steps go along the mean alone, until the mean square rests on enough."""
    lr, (one, two), eps = update.setting("lr"), update.group["betas"], update.eps
    start, g = _start(update, steps)
    time = steps.count()
    m, v = steps.mean("exp_avg", one, g), steps.mean("exp_avg_sq", two, g, "²")
    mean = _corrected(steps, "mean", "exp_avg", m, one, time)
    most = 2 / (1 - two) - 1
    rho = most - 2 * time * two**time / (1 - two**time)
    if rho <= 5:
        steps.note(f"rho = {shown(rho)}, not above 5: too few steps for a mean square, the mean alone counts")
        text = f"{shown(start)} - {shown(lr)}·{inner(mean)}"
        return steps.done("w - lr·mean", text, start - lr * mean)
    share = math.sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho))
    steps.note(f"rho = {shown(rho)} of at most {shown(most)}: r = {shown(share)}")
    root = (math.sqrt(v) + eps) / math.sqrt(1 - two**time)
    steps.note(f"root = (√exp_avg_sq + eps)/√(1 - {shown(two)}^{time:.0f}) = {shown(root)}")
    text = f"{shown(start)} - {shown(lr)}·{shown(share)}·{inner(mean)}/{shown(root)}"
    return steps.done("w - lr·r·mean/root", text, start - over(lr * share * mean, root))


def _start(update: Update, steps: Steps) -> tuple[float, float]:
    """Where the step begins, and the gradient: decay acts on the weight, or on its gradient."""
    apart = update.optimizer == "AdamW" or bool(update.group.get("decoupled_weight_decay"))
    g = steps.gradient(decay=not apart)
    return (steps.pulled(update.setting("lr")) if apart else update.weight), g


def _corrected(steps: Steps, word: str, name: str, value: float, share: float, time: float) -> float:
    """A running mean over the weight of what it has seen so far, which it began at zero."""
    found: float = value / (1 - share**time)
    steps.note(f"{word} = {name}/(1 - {shown(share)}^{time:.0f}) = {shown(found)}")
    return found
