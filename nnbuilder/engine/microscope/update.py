"""What is seen of a step: the chosen weight's, and the network after as much of it as is applied."""

import copy
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import torch
from torch import nn

from nnbuilder.engine import trace
from nnbuilder.engine.build import trained_parameters
from nnbuilder.engine.explain.numbers import at
from nnbuilder.engine.explain.updates import explain_update
from nnbuilder.engine.microscope.chosen import chosen_parameter
from nnbuilder.engine.microscope.moves import Again
from nnbuilder.engine.microscope.passes import Pass, run
from nnbuilder.engine.microscope.seen import Seen, finite, tensor_of
from nnbuilder.engine.microscope.stepping import Kept, Stepped, mask_of, step
from nnbuilder.engine.microscope.subject import Subject
from nnbuilder.engine.microscope.zero import added
from nnbuilder.engine.objective import penalty
from nnbuilder.engine.weights import encode_weights
from nnbuilder.protocol.microscope import Look, Tensor
from nnbuilder.protocol.worked import Line, Worked
from nnbuilder.runs.weights import store_weights


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What belongs to weights that steps by hand led to: the optimizer's terms, and their count."""

    kept: Kept = field(default_factory=dict)
    steps: int = 0


def see_update(
    subject: Subject, network: nn.Sequential, passed: Pass, request: Look, memory: Memory
) -> tuple[Seen, Memory, nn.Sequential | None]:
    """The step of the chosen weight, applied as far as that is asked; what is kept of it, and the network."""
    chosen = chosen_parameter(passed.forward, request)
    if chosen is None:
        line = Line("This network has no parameters: there is nothing to update.")
        return Seen((Worked("Update", "", (line,)),), ()), memory, None
    training, again = subject.project.training, _again(subject, passed, request)
    stepped = step(network, training, memory.kept, request.lr, again)
    layer, name, place = chosen
    full = f"{layer.name}.{name}"
    if full in stepped.gradients:
        worked = explain_update(stepped.update(full, place))
        worked = msgspec.structs.replace(worked, title=f"{worked.title}: {at(full, place)}")
    else:
        worked = _still(stepped, full)
    sums = added(passed, chosen, request)
    told = (worked,) if sums is None else (worked, sums)
    pairs = _weights(stepped, full, place)
    if not request.reach:
        return Seen(told, pairs), memory, None
    after, terms = stepped.applied(mask_of(network, request.reach, layer.name, full, place))
    sha256 = ""
    if request.runs:
        modules = ((node, after.get_submodule(path)) for node, path in subject.layers)
        sha256 = store_weights(Path(request.runs), encode_weights(modules))
    x, target = passed.forward.x.detach(), _target(passed)
    then = run(subject, copy.deepcopy(after), x, target, request, only_loss=True)
    loss = None if then.loss is None else finite(then.loss.mean)
    later = Memory(memory.kept if request.lr is not None else terms, memory.steps + 1)
    return Seen(told, pairs, loss, sha256), later, after


def _again(subject: Subject, passed: Pass, request: Look) -> Again:
    """What computes the loss of a network on the same rows, with what training adds to it."""
    training, x, target = subject.project.training, passed.forward.x.detach(), _target(passed)

    def loss_of(network: nn.Sequential) -> torch.Tensor:
        if target is None:
            raise trace.TraceError("There is no target: type one, or take rows of the data.")
        torch.manual_seed(training.seed)
        network.train(request.train)
        loss = trace.measure(subject.loss, trace.forward(network, subject.layers, x), target).mean
        return loss + penalty(trained_parameters(network), training.l1) if training.l1 else loss

    return loss_of


def _weights(stepped: Stepped, full: str, place: tuple[int, ...]) -> tuple[tuple[Tensor, torch.Tensor], ...]:
    short = full.rpartition(".")[2]
    shown_ones = [
        tensor_of(f"{short} before", stepped.start.get_parameter(full).detach(), "parameter", place),
        tensor_of(f"{short} after", stepped.network.get_parameter(full).detach(), "parameter", place),
    ]
    if full in stepped.gradients:
        shown_ones.insert(1, tensor_of(f"{short}.grad", stepped.gradients[full], "gradient", place))
    return tuple(shown_ones)


def _still(stepped: Stepped, name: str) -> Worked:
    """Why a step leaves a weight as it is."""
    if not stepped.start.get_parameter(name).requires_grad:
        return Worked(
            "Update", "", (Line(f"{name} is frozen (requires_grad=False): the step leaves it as it is."),)
        )
    return Worked("Update", "", (Line(f"{name} has no gradient, so the step leaves it as it is."),))


def _target(passed: Pass) -> torch.Tensor | None:
    return None if passed.loss is None else passed.loss.target
