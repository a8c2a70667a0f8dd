"""What is seen of `.grad` between passes: what `zero_grad()` does away with, and what adds up without it."""

import torch

from nnbuilder.engine.explain.numbers import Amount, at, inner, line, shown
from nnbuilder.engine.microscope.chosen import Chosen, chosen_parameter
from nnbuilder.engine.microscope.passes import Gradients, Pass
from nnbuilder.engine.microscope.seen import Seen, tensor_of
from nnbuilder.protocol.microscope import Carried, Look
from nnbuilder.protocol.worked import Line, Worked

TITLE = "optimizer.zero_grad()"


def see_zero_grad(passed: Pass, before: Gradients, request: Look) -> Seen:
    """The gradients that lie there from before, and what becomes of them."""
    chosen = chosen_parameter(passed.forward, request)
    if chosen is None:
        return Seen((Worked(TITLE, "", (Line("This network has no parameters, so no gradients."),)),), ())
    layer, name, place = chosen
    own = layer.module.get_parameter(name).detach()
    tensors = [tensor_of(name, own, "parameter", place)]
    lies = before.get(f"{layer.name}.{name}")
    if lies is not None:
        tensors.append(tensor_of(f"{name}.grad from before", lies.to_dense(), "gradient", place))
    lines, notes = _told(chosen, lies, request)
    return Seen((Worked(TITLE, "", lines, notes),), tuple(tensors))


def added(passed: Pass, chosen: Chosen, request: Look) -> Worked | None:
    """How a gradient is added to what lay there; None where nothing did."""
    layer, name, place = chosen
    full = f"{layer.name}.{name}"
    now = layer.module.get_parameter(name).grad
    own = next((one.parameters for one in passed.gradients if one.node == layer.node), {}).get(name)
    if full not in passed.before or now is None or own is None:
        return None
    old, new = float(_at(passed.before[full], place)), float(own[place])
    worked = Amount(f"{inner(old)} + {inner(new)}", old + new, abs(old) + abs(new))
    lines = (line(at(f"{name}.grad", place), worked, float(_at(now, place))),)
    return Worked(
        "Without zero_grad() gradients add up",
        ".grad before + gradient of this batch = .grad now",
        lines,
        _why_not(len(request.carried)) if request.place.stage == "backward" else (),
    )


def _told(
    chosen: Chosen, lies: torch.Tensor | None, request: Look
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """What is there, and what becomes of it, in lines and sentences."""
    _, name, place = chosen
    label = at(f"{name}.grad", place)
    if lies is None:
        note = "No backward pass has been done yet, so there is nothing to set back."
        return (Line(f"{name}.grad = None"),), (note,)
    value = shown(float(_at(lies, place)))
    where = f"{_passes(request.carried)}, left there by loss.backward()."
    if request.accumulate:
        return (Line(f"{label} = {value}: it stays"),), (f"From {where}", *_why_not(len(request.carried)))
    lines = (Line(f"before: {label} = {value}"), Line(f"after: {name}.grad = None"))
    why = "loss.backward() adds to .grad: set back to None, the next gradient is this batch's alone."
    return lines, (f"The old gradient is that of {where}", why)


def _passes(carried: tuple[Carried, ...]) -> str:
    """How many passes have added up, in words."""
    return "the pass before" if len(carried) == 1 else f"the {len(carried)} passes before"


def _why_not(passes: int) -> tuple[str, ...]:
    """Why the line is not to be left out, and when it is."""
    old = "an old gradient" if passes == 1 else f"{passes} old gradients"
    return (
        f"Why not: the step follows {old} too, of other rows and weights: steps grow and overshoot.",
        "On purpose it makes one large batch of small ones: n times backward, each loss / n, then one step.",
    )


def _at(tensor: torch.Tensor, place: tuple[int, ...]) -> torch.Tensor:
    return tensor.detach().to_dense()[place]
