"""One pass of the network as far as a place asks for it, and the way through it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch
from torch import nn
from torch.autograd.graph import register_multi_grad_hook

from nnbuilder.engine import trace
from nnbuilder.engine.microscope.subject import Subject
from nnbuilder.engine.objective import penalty
from nnbuilder.protocol.microscope import Look, Place, Stage

Gradients = Mapping[str, torch.Tensor]
"""What lies in `.grad`, by the parameters' full names; what has none is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """A pass as far as the place asks for it.

    `gradients` are of this pass alone; `before` is what lay in `.grad` and was added to, by full names.
    """

    forward: trace.Forward
    loss: trace.Loss | None = None
    gradients: tuple[trace.LayerGradients, ...] = ()
    before: Gradients = field(default_factory=dict)


def run(
    subject: Subject,
    network: nn.Sequential,
    x: torch.Tensor,
    target: torch.Tensor | None,
    request: Look,
    *,
    only_loss: bool = False,
    before: Gradients | None = None,
) -> Pass:
    """The pass as far as the place needs it; random layers draw the same numbers each time.

    What lay in `.grad` `before` is added to, by PyTorch.
    """
    stage = request.place.stage
    back = stage in {"backward", "update"} and not only_loss
    if target is None and stage not in {"zero_grad", "forward"}:
        raise trace.TraceError("There is no target: type one, or take rows of the data.")
    torch.manual_seed(subject.project.training.seed)
    network.train(request.train)
    with torch.set_grad_enabled(back):
        forward = trace.forward(network, subject.layers, x)
        loss = None if target is None else _measured(subject, forward, target, stage)
        if not back or loss is None:
            return Pass(forward, loss)
        strength = subject.project.training.l1
        whole = loss.mean + penalty(network.parameters(), strength) if strength else loss.mean
        with _adding(network, before or {}) as own:
            gradients = trace.backward(forward, whole)
    return Pass(forward, loss, _alone(forward, gradients, own), before or {})


def _measured(
    subject: Subject, forward: trace.Forward, target: torch.Tensor, stage: Stage
) -> trace.Loss | None:
    """The loss; on the way to it none where output and target do not fit, which its own stop says."""
    try:
        return trace.measure(subject.loss, forward, target)
    except trace.TraceError:
        if stage not in {"zero_grad", "forward"}:
            raise
        return None


@contextmanager
def _adding(network: nn.Sequential, before: Gradients) -> Iterator[dict[str, torch.Tensor]]:
    """Lets a backward pass add to gradients; gives what it adds, by full names, once it is done."""
    added: dict[str, torch.Tensor] = {}
    hooks = []
    for name, parameter in network.named_parameters() if before else ():
        if parameter.requires_grad:
            if name in before:
                parameter.grad = before[name].clone()
            hooks.append(register_multi_grad_hook((parameter,), _keeper(added, name)))
    yield added
    for hook in hooks:
        hook.remove()


def _keeper(added: dict[str, torch.Tensor], name: str) -> Callable[[Sequence[torch.Tensor | None]], None]:
    """What keeps a gradient under a name as it arrives."""

    def keep(found: Sequence[torch.Tensor | None]) -> None:
        if found[0] is not None:
            added[name] = found[0].detach()

    return keep


def _alone(
    forward: trace.Forward, gradients: tuple[trace.LayerGradients, ...], added: Gradients
) -> tuple[trace.LayerGradients, ...]:
    """The gradients of a pass without what they were added to."""
    if not added:
        return gradients
    return tuple(
        replace(
            one,
            parameters={name: added[f"{layer.name}.{name}"].to_dense().clone() for name in one.parameters},
        )
        for layer, one in zip(forward.layers, gradients, strict=True)
    )


def walk_of(forward: trace.Forward) -> tuple[Place, ...]:
    """The way through a training step."""
    ahead = [Place("forward", layer.node, layer.name, layer.layer) for layer in forward.layers]
    back = [Place("backward", layer.node, layer.name, layer.layer) for layer in reversed(forward.layers)]
    return (Place("zero_grad"), *ahead, Place("loss"), *back, Place("update"))


def stop_at(walk: tuple[Place, ...], asked: Place) -> Place:
    """The stop that is asked for; the first layer forward where there is none such any more."""
    whole = asked.stage in {"zero_grad", "loss", "update"}
    return next(
        (one for one in walk if one.stage == asked.stage and (whole or one.node == asked.node)), walk[1]
    )


def layer_at(forward: trace.Forward, place: Place) -> trace.LayerTrace:
    """The layer at a stop; the first one where the stop has none."""
    found = forward.of(place.node) if place.node is not None else None
    return found or forward.layers[0]
