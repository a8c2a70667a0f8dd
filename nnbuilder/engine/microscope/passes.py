"""One pass of the network as far as a place asks for it, and the way through it."""

from dataclasses import dataclass

import torch
from torch import nn

from nnbuilder.engine import trace
from nnbuilder.engine.microscope.subject import Subject
from nnbuilder.engine.objective import penalty
from nnbuilder.protocol.microscope import Look, Place


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """A pass as far as the place asks for it."""

    forward: trace.Forward
    loss: trace.Loss | None = None
    gradients: tuple[trace.LayerGradients, ...] = ()


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


def stop_at(walk: tuple[Place, ...], asked: Place) -> Place:
    """The stop that is asked for; the first one where there is none such any more."""
    whole = asked.stage in {"loss", "update"}
    return next(
        (one for one in walk if one.stage == asked.stage and (whole or one.node == asked.node)), walk[0]
    )


def layer_at(forward: trace.Forward, place: Place) -> trace.LayerTrace:
    """The layer at a stop; the first one where the stop has none."""
    found = forward.of(place.node) if place.node is not None else None
    return found or forward.layers[0]
