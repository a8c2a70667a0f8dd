"""Answers looks into a pass: runs it, finds the place, works it out, and steps where that is asked."""

import copy
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.engine import trace
from nnbuilder.engine.explain.case import Case, place_of
from nnbuilder.engine.explain.chain_rule import Way, explain_gradient, explain_slope
from nnbuilder.engine.explain.layers import explain_layer
from nnbuilder.engine.explain.losses import explain_loss
from nnbuilder.engine.explain.numbers import shown
from nnbuilder.engine.explain.updates import explain_update
from nnbuilder.engine.given import read_given
from nnbuilder.engine.microscope.stepping import Kept, Stepped, mask_of, step
from nnbuilder.engine.microscope.subject import Subject, subject_of, target_of
from nnbuilder.engine.objective import penalty
from nnbuilder.engine.weights import encode_weights
from nnbuilder.protocol.microscope import Look, Looked, Parameter, Place, Role, Tensor
from nnbuilder.protocol.worked import Line, Worked
from nnbuilder.runs.weights import store_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NUMBERS = 65_536
"""Numbers of a tensor that are sent at most, in whole rows."""

_SMALL = 1e-3
_LARGE = 1e3
"""Lengths of gradients against the middle one at which they vanish or explode."""

Array = NDArray[np.generic]

Chosen = tuple[trace.LayerTrace, str, tuple[int, ...]]
"""The layer, the parameter in it and the place of the chosen weight."""


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """A pass as far as the place asks for it."""

    forward: trace.Forward
    loss: trace.Loss | None = None
    gradients: tuple[trace.LayerGradients, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is to be told of a place."""

    worked: tuple[Worked, ...]
    tensors: tuple[tuple[Tensor, torch.Tensor], ...]
    loss_after: float | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()


class Scope:
    """Looks into passes of a project's network; what the optimizer keeps belongs to the weights it led to."""

    def __init__(self) -> None:
        self._asked: tuple[object, ...] | None = None
        self._subject: Subject | None = None
        self._kept: dict[str, tuple[Kept, int]] = {}

    def look(self, request: Look) -> tuple[Looked, tuple[Array, ...]]:
        """The answer with its arrays; raises what keeps the pass from being done."""
        subject = self._of(request)
        base = Path(request.base) if request.base else None
        given = read_given(request.rows, subject.project, subject.kind, base)
        target = target_of(subject, given, request.targets)
        network = copy.deepcopy(subject.network)
        passed = run(subject, network, given.x, target, request)
        walk = walk_of(passed.forward)
        place = _found(walk, request.place)
        tell: Mapping[str, Callable[[], Seen]] = {
            "forward": lambda: _forward(passed, place, request),
            "loss": lambda: _loss(subject, passed, request),
            "backward": lambda: _backward(passed, place, request),
            "update": lambda: self._update(subject, network, passed, request),
        }
        seen = tell[place.stage]()
        chosen = chosen_parameter(passed.forward, request)
        notes = (*subject.notes, given.note, *seen.notes)
        answer = Looked(
            request.request_id,
            place,
            walk,
            seen.worked,
            tuple(tensor for tensor, _ in seen.tensors),
            _parameters(chosen),
            len(given.x),
            None if passed.loss is None else _finite(passed.loss.mean),
            seen.loss_after,
            seen.sha256,
            self._kept.get(subject.weights, ({}, 0))[1],
            tuple(note for note in notes if note),
            tuple(layer.node for layer in _owners(passed.forward)),
            None if chosen is None else chosen[0].node,
            "" if chosen is None else chosen[1],
        )
        return answer, tuple(_array(tensor) for _, tensor in seen.tensors)

    def _of(self, request: Look) -> Subject:
        asked = (request.project, request.base, request.runs)
        if self._subject is None or asked != self._asked:
            self._subject = None
            base, runs = (Path(path) if path else None for path in (request.base, request.runs))
            self._subject, self._asked = subject_of(request.project, base, runs), asked
        return self._subject

    def _update(self, subject: Subject, network: nn.Sequential, passed: Pass, request: Look) -> Seen:
        """The step of the chosen weight, applied as far as that is asked."""
        kept, steps = self._kept.get(subject.weights, ({}, 0))
        stepped = step(network, subject.project.training, kept, request.lr)
        chosen = chosen_parameter(passed.forward, request)
        if chosen is None:
            line = Line("This network has no parameters: there is nothing to update.")
            return Seen((Worked("Update", "", (line,)),), ())
        layer, name, place = chosen
        full = f"{layer.name}.{name}"
        worked = (
            (explain_update(stepped.update(full, place)),) if full in stepped.gradients else (_frozen(full),)
        )
        pairs = _weights_shown(stepped, full, place)
        if not request.reach:
            return Seen(worked, pairs)
        after, terms = stepped.applied(mask_of(network, request.reach, layer.name, full, place))
        sha256 = ""
        if request.runs:
            modules = ((node, after.get_submodule(path)) for node, path in subject.layers)
            sha256 = store_weights(Path(request.runs), encode_weights(modules))
            self._kept[sha256] = (kept if request.lr is not None else terms, steps + 1)
        again = run(
            subject, copy.deepcopy(after), passed.forward.x.detach(), _target(passed), request, only_loss=True
        )
        loss = None if again.loss is None else _finite(again.loss.mean)
        return Seen(worked, pairs, loss, sha256)


def run(
    subject: Subject,
    network: nn.Sequential,
    x: torch.Tensor,
    target: torch.Tensor | None,
    request: Look,
    *,
    only_loss: bool = False,
) -> Pass:
    """The pass as far as the place needs it; random layers draw the same numbers each time."""
    stage = request.place.stage
    back = stage in {"backward", "update"} and not only_loss
    if target is None and stage != "forward":
        raise trace.TraceError("There is no target: type one, or take rows of the data.")
    torch.manual_seed(subject.project.training.seed)
    network.train(request.train)
    with torch.set_grad_enabled(back):
        forward = trace.forward(network, subject.layers, x)
        loss = None if target is None else trace.measure(subject.loss, forward, target)
        if not back or loss is None:
            return Pass(forward, loss)
        strength = subject.project.training.l1
        whole = loss.mean + penalty(network.parameters(), strength) if strength else loss.mean
        return Pass(forward, loss, trace.backward(forward, whole))


def walk_of(forward: trace.Forward) -> tuple[Place, ...]:
    """The way through a training step."""
    ahead = [Place("forward", layer.node, layer.name, layer.layer) for layer in forward.layers]
    back = [Place("backward", layer.node, layer.name, layer.layer) for layer in reversed(forward.layers)]
    return (*ahead, Place("loss"), *back, Place("update"))


def _found(walk: tuple[Place, ...], asked: Place) -> Place:
    """The stop that is asked for; the first one where there is none such any more."""
    whole = asked.stage in {"loss", "update"}
    return next(
        (one for one in walk if one.stage == asked.stage and (whole or one.node == asked.node)), walk[0]
    )


def chosen_parameter(forward: trace.Forward, request: Look) -> Chosen | None:
    """What is chosen of the parameters; a weight of the first layer that has any where none is named."""
    owners = _owners(forward)
    layer = next((one for one in owners if one.node == request.place.node), next(iter(owners), None))
    if layer is None:
        return None
    own = dict(layer.module.named_parameters())
    name = request.parameter if request.parameter in own else next(iter(own))
    flat = min(max(request.weight, 0), own[name].numel() - 1)
    place = torch.unravel_index(torch.tensor(flat), own[name].shape)
    return layer, name, tuple(int(one) for one in place)


def _owners(forward: trace.Forward) -> list[trace.LayerTrace]:
    """The layers that have parameters."""
    return [layer for layer in forward.layers if any(True for _ in layer.module.parameters())]


def _forward(passed: Pass, place: Place, request: Look) -> Seen:
    layer = _layer(passed.forward, place)
    at = place_of(layer.output, request.row, request.unit)
    worked = explain_layer(Case(layer.module, layer.input, layer.output, at))
    tensors = [
        _tensor("Input", layer.input, "input", (at[0],) if at else ()),
        _tensor("Output", layer.output, "output", at),
    ]
    tensors += [_tensor(name, own.detach(), "parameter", ()) for name, own in layer.module.named_parameters()]
    return Seen((worked,), tuple(tensors))


def _loss(subject: Subject, passed: Pass, request: Look) -> Seen:
    if passed.loss is None:
        raise trace.TraceError("There is no target: type one, or take rows of the data.")
    worked = explain_loss(passed.forward, passed.loss, request.row, subject.classes)
    row = min(max(request.row, 0), len(passed.loss.rows) - 1)
    tensors = (
        _tensor("Output", passed.forward.output, "output", (row,)),
        _tensor("Loss of each row", passed.loss.rows, "rows", (row,)),
        _tensor("Target", passed.loss.target, "rows", (row,)),
    )
    return Seen(worked, tensors)


def _backward(passed: Pass, place: Place, request: Look) -> Seen:
    layer = _layer(passed.forward, place)
    index = passed.forward.layers.index(layer)
    gradients = passed.gradients[index]
    tensors = []
    if gradients.arriving is not None:
        at = place_of(gradients.arriving, request.row, request.unit)
        tensors.append(_tensor("Arrives: ∂loss/∂output", gradients.arriving, "gradient", at))
    if gradients.leaving is not None:
        tensors.append(_tensor("Leaves: ∂loss/∂input", gradients.leaving, "gradient", ()))
    chosen = chosen_parameter(passed.forward, request)
    worked = []
    for name, own in gradients.parameters.items():
        mine = chosen is not None and chosen[0] is layer and chosen[1] == name
        tensors.append(_tensor(f"{name}.grad", own, "parameter", chosen[2] if mine and chosen else ()))
    if chosen is not None and chosen[0] is layer and chosen[1] in gradients.parameters:
        way = Way(passed.forward.layers[index:], passed.gradients[index:])
        worked.append(explain_gradient(way, chosen[1], chosen[2], request.row, _pull(layer, chosen, request)))
    slope = explain_slope(layer, gradients, place_of(layer.output, request.row, request.unit))
    worked += [] if slope is None else [slope]
    return Seen((*worked, _lengths(passed)), tuple(tensors))


def _pull(layer: trace.LayerTrace, chosen: Chosen, request: Look) -> tuple[float, ...]:
    """What the penalty on weights adds to a gradient."""
    strength = request.project.training.l1
    own = layer.module.get_parameter(chosen[1])[chosen[2]]
    return (strength * float(own.detach().sign()),) if strength else ()


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


def _weights_shown(
    stepped: Stepped, full: str, place: tuple[int, ...]
) -> tuple[tuple[Tensor, torch.Tensor], ...]:
    short = full.rpartition(".")[2]
    shown_ones = [
        _tensor(f"{short} before", stepped.start.get_parameter(full).detach(), "parameter", place),
        _tensor(f"{short} after", stepped.network.get_parameter(full).detach(), "parameter", place),
    ]
    if full in stepped.gradients:
        shown_ones.insert(1, _tensor(f"{short}.grad", stepped.gradients[full], "gradient", place))
    return tuple(shown_ones)


def _frozen(name: str) -> Worked:
    return Worked("Update", "", (Line(f"{name} has no gradient, so the step leaves it as it is."),))


def _layer(forward: trace.Forward, place: Place) -> trace.LayerTrace:
    found = forward.of(place.node) if place.node is not None else None
    return found or forward.layers[0]


def _target(passed: Pass) -> torch.Tensor | None:
    return None if passed.loss is None else passed.loss.target


def _parameters(chosen: Chosen | None) -> tuple[Parameter, ...]:
    if chosen is None:
        return ()
    return tuple(Parameter(name, tuple(own.shape)) for name, own in chosen[0].module.named_parameters())


def _tensor(
    title: str, tensor: torch.Tensor, role: Role, chosen: tuple[int, ...]
) -> tuple[Tensor, torch.Tensor]:
    dtype = str(tensor.dtype).removeprefix("torch.")
    return Tensor(title, tuple(tensor.shape), dtype, chosen, role), tensor.detach()


def _array(tensor: torch.Tensor) -> Array:
    """The numbers that are sent: whole rows, as many as fit."""
    if tensor.dim() and tensor.numel() > NUMBERS:
        tensor = tensor[: max(1, NUMBERS // max(tensor[0].numel(), 1))]
    if tensor.dtype not in (torch.float32, torch.float64, torch.int64):
        tensor = tensor.float()
    found: Array = tensor.contiguous().numpy()
    return found


def _finite(value: torch.Tensor) -> float | None:
    plain = float(value.detach())
    return plain if math.isfinite(plain) else None
