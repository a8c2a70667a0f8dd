"""What is seen on the way back: the gradients at a layer, and how those of its weights come about."""

import math

from nnbuilder.engine import trace
from nnbuilder.engine.explain.case import place_of
from nnbuilder.engine.explain.chain_rule import Way, explain_gradient, explain_slope
from nnbuilder.engine.explain.numbers import shown
from nnbuilder.engine.microscope.chosen import Chosen, chosen_parameter
from nnbuilder.engine.microscope.passes import Pass, layer_at
from nnbuilder.engine.microscope.seen import Seen, tensor_of
from nnbuilder.engine.microscope.zero import added
from nnbuilder.protocol.microscope import Look, Place
from nnbuilder.protocol.worked import Line, Worked

_SMALL = 1e-3
_LARGE = 1e3
"""Lengths of gradients against the middle one at which they vanish or explode."""


def see_backward(passed: Pass, place: Place, request: Look) -> Seen:
    """What arrives at a layer, what leaves it, and the gradients of its parameters."""
    layer = layer_at(passed.forward, place)
    index = passed.forward.layers.index(layer)
    gradients = passed.gradients[index]
    tensors = []
    if gradients.arriving is not None:
        at = place_of(gradients.arriving, request.row, request.unit)
        tensors.append(tensor_of("Arrives: ∂loss/∂output", gradients.arriving, "gradient", at))
    if gradients.leaving is not None:
        at = place_of(gradients.leaving, request.row, request.unit)
        tensors.append(tensor_of("Leaves: ∂loss/∂input", gradients.leaving, "gradient", at))
    chosen = chosen_parameter(passed.forward, request)
    worked = []
    for name, own in gradients.parameters.items():
        mine = chosen is not None and chosen[0] is layer and chosen[1] == name
        at = chosen[2] if mine and chosen else ()
        kept = passed.before.get(f"{layer.name}.{name}")
        tensors.append(tensor_of(f"{name}.grad", own if kept is None else kept + own, "parameter", at))
        if kept is not None:
            tensors.append(tensor_of(f"{name} gradient of this pass", own, "parameter", at))
    if chosen is not None and chosen[0] is layer and chosen[1] in gradients.parameters:
        way = Way(passed.forward.layers[index:], passed.gradients[index:], passed.loss)
        worked.append(explain_gradient(way, chosen[1], chosen[2], request.row, _pull(layer, chosen, request)))
        sums = added(passed, chosen, request)
        worked += [] if sums is None else [sums]
    worked += _frozen(layer)
    slope = explain_slope(layer, gradients, place_of(layer.input, request.row, request.unit))
    worked += [] if slope is None else [slope]
    return Seen((*worked, _lengths(passed)), tuple(tensors))


def _pull(layer: trace.LayerTrace, chosen: Chosen, request: Look) -> tuple[float, ...]:
    """What the penalty on weights adds to a gradient."""
    strength = request.project.training.l1
    own = layer.module.get_parameter(chosen[1])[chosen[2]]
    return (strength * float(own.detach().sign()),) if strength else ()


def _frozen(layer: trace.LayerTrace) -> list[Worked]:
    """What is said of a layer whose parameters get no gradients though gradients go through it."""
    own = list(layer.module.parameters())
    if not own or any(parameter.requires_grad for parameter in own):
        return []
    text = f"{layer.name} is frozen (requires_grad=False): its parameters get no .grad, what arrives goes on."
    return [Worked("Frozen", "", (Line(text),))]


def _lengths(passed: Pass) -> Worked:
    """How long the gradient is that arrives at each layer; what vanishes or explodes is marked."""
    found = [
        (layer, float(one.arriving.double().norm()))
        for layer, one in zip(passed.forward.layers, passed.gradients, strict=True)
        if one.arriving is not None
    ]
    last = found[-1][1] if found else 0.0
    lines = [Line(f"{layer.name} ({layer.layer}): {shown(size)}{_mark(size, last)}") for layer, size in found]
    return Worked(
        "The gradient on its way back", "length of what arrives at each layer", tuple(reversed(lines))
    )


def _mark(size: float, last: float) -> str:
    if not math.isfinite(size) or size > _LARGE * last > 0:
        return ": explodes"
    return ": vanishes" if size < _SMALL * last else ""
