"""Steps along the gradient: plain, with momentum, averaged, by its sign alone, by guessed curvature."""

from nnbuilder.engine.explain.numbers import Amount, inner, line, shown
from nnbuilder.engine.explain.steps import Steps, Trail, Update
from nnbuilder.protocol.worked import Worked


def sgd(update: Update, steps: Steps) -> Worked:
    """SGD: against the gradient, or along a momentum that gathers gradients."""
    w, lr, momentum = update.weight, update.setting("lr"), update.setting("momentum")
    g = step = steps.gradient()
    formula = "w - lr·g"
    if momentum:
        first = "momentum_buffer" not in update.before
        keep = 1.0 if first else 1 - update.setting("dampening")
        old = steps.old("momentum_buffer")
        text = "g" if first else f"{shown(momentum)}·{inner(old)} + {shown(keep)}·{inner(g)}"
        kept = g if first else momentum * old + keep * g
        step = steps.term("momentum_buffer", text, kept, abs(momentum * old) + abs(g))
        formula = "w - lr·buffer, buffer = momentum·buffer + g"
        if update.group["nesterov"]:
            step = g + momentum * kept
            ahead = f"{shown(g)} + {shown(momentum)}·{inner(kept)} = {shown(step)}"
            steps.note(f"ahead = g + momentum·buffer = {ahead}")
            formula = "w - lr·(g + momentum·buffer)"
    return steps.done(formula, f"{shown(w)} - {shown(lr)}·{inner(step)}", w - lr * step)


def asgd(update: Update, steps: Steps) -> Worked:
    """ASGD: a step that shrinks from step to step, and a mean of the weights kept beside them."""
    w, lr, lambd = update.weight, update.setting("lr"), update.setting("lambd")
    time = steps.count()
    g = steps.gradient()
    eta, mu, mean = steps.old("eta", lr), steps.old("mu", 1.0), steps.old("ax")
    value = w * (1 - lambd * eta) - eta * g
    text = f"{inner(w)}·(1 - {shown(lambd)}·{shown(eta)}) - {shown(eta)}·{inner(g)}"
    if mu == 1:
        steps.term("ax", "w", value, abs(w) + abs(value - w))
    else:
        whole = f"{shown(mean)} + ({shown(value)} - {inner(mean)})·{shown(mu)}"
        steps.term("ax", whole, mean + (value - mean) * mu, abs(mean) + abs(w) + abs(value - w))
    alpha, start = update.setting("alpha"), update.setting("t0")
    shrunk = f"{shown(lr)}/(1 + {shown(lambd)}·{shown(lr)}·{time:.0f})^{shown(alpha)}"
    steps.term("eta", shrunk, lr / (1 + lambd * lr * time) ** alpha, 0.0)
    steps.term("mu", f"1/max(1, {time:.0f} - {shown(start)})", 1 / max(1.0, time - start), 0.0)
    steps.note(f"eta is this step's rate: {shown(eta)}, the new one is the next step's")
    return steps.done("w·(1 - lambd·eta) - eta·g", text, value)


def rprop(update: Update, steps: Steps) -> Worked:
    """Rprop: a step of its own for each weight, longer while the gradient keeps its sign."""
    w, (less, more) = update.weight, update.group["etas"]
    low, high = update.group["step_sizes"]
    steps.count()
    g = steps.gradient()
    old, size = steps.old("prev"), steps.old("step_size", update.setting("lr"))
    both = 0.0 if abs(g * old) < _SMALLEST else g * old
    factor = more if both > 0 else less if both < 0 else 1.0
    word = "kept its sign" if both > 0 else "changed its sign" if both < 0 else "or the last has no sign"
    steps.note(f"last gradient {shown(old)}, this one {word}: times {shown(factor)}")
    text = f"min(max({shown(size)}·{shown(factor)}, {shown(low)}), {shown(high)})"
    size = steps.term("step_size", text, min(max(size * factor, low), high), 0.0)
    used = 0.0 if both < 0 else g
    steps.term("prev", "0, so that the next sign counts as no change" if both < 0 else "g", used, abs(g))
    sign = float((used > 0) - (used < 0))
    return steps.done("w - sign(g)·step_size", f"{shown(w)} - {inner(sign)}·{shown(size)}", w - sign * size)


_SMALLEST = 7e-46
"""Products below it are zero in float32."""


def lbfgs(update: Update, steps: Steps) -> Worked:
    """LBFGS: several moves in a step, of which the first can be worked out for one weight alone."""
    trail, w, lr = update.trail, update.weight, update.setting("lr")
    g = steps.gradient(decay=False)
    if trail is not None and len(trail.weights) > 1:
        _first_move(trail, steps, g, lr)
    count = 0 if trail is None else len(trail.losses)
    if trail is not None:
        steps.note(f"the loss, computed {count} times: {_listed(trail.losses)}")
    change = update.after - w
    text = f"{shown(w)} {'+' if change >= 0 else '-'} {shown(abs(change))}"
    steps.said.append(
        "LBFGS moves all weights at once along a direction made of past gradients: beyond the first move, "
        "what one weight does depends on all others."
    )
    return steps.done("w + t·d, several times", text, w + change)


def _first_move(trail: Trail, steps: Steps, g: float, lr: float) -> None:
    """The first point that a step tries: along the gradient in the first step of all, else along d."""
    w, moved = trail.weights[0], trail.weights[1]
    if trail.moves:
        change = moved - w
        text = f"{shown(w)} {'+' if change >= 0 else '-'} {shown(abs(change))} = {shown(moved)}"
        steps.note(f"first point = {text}, from the gradients of {trail.moves} moves before")
        return
    length = min(1.0, 1.0 / trail.length) * lr if trail.length else lr
    steps.note(f"t = min(1, 1/Σ|g|)·lr = min(1, 1/{shown(trail.length)})·{shown(lr)} = {shown(length)}")
    text = f"{shown(w)} - {shown(length)}·{inner(g)}"
    steps.lines.append(line("first point", Amount(text, w - length * g, abs(w) + abs(length * g)), moved))


def _listed(losses: tuple[float, ...]) -> str:
    if len(losses) <= 5:
        return ", ".join(map(shown, losses))
    return f"{', '.join(map(shown, losses[:3]))} … {shown(losses[-1])}"
