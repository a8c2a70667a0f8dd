"""What lies in `.grad` from passes before: worked out from what went in then, so that nothing is lost."""

import copy
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import torch
from torch import nn

from nnbuilder.data.load import Recent
from nnbuilder.engine.build import clip_gradients
from nnbuilder.engine.given import read_given
from nnbuilder.engine.microscope.passes import Gradients, run
from nnbuilder.engine.microscope.subject import Subject, target_of
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.microscope import Carried, Look, Place

_KEPT = 6
"""Sums of gradients that are kept: the next look mostly goes on from one of the last."""

NetworkAt = Callable[[str | None], Subject]
"""The network with its weights of then."""


class Carrier:
    """Adds up the gradients of passes, as PyTorch does where `zero_grad()` is left out."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._known: Recent[Gradients] = Recent(_KEPT)

    def of(self, request: Look, at: NetworkAt) -> Gradients:
        """What lies in `.grad` before the pass that is looked at."""
        self._heed(request.project)
        return self._sum(request.carried, request, at)

    def remember(self, request: Look, network: nn.Sequential, before: Sequence[Carried]) -> None:
        """Keeps the gradients that a pass has left in its network, as they are and as a step leaves them."""
        self._heed(request.project)
        own = Carried(request.rows, request.targets, request.train, request.project.weights)
        left = _gradients(network)
        self._known.put((*before, own), left)
        own = msgspec.structs.replace(own, stepped=True)
        self._known.put((*before, own), clipped(network, request.project.training))

    def _heed(self, project: Project) -> None:
        """Forgets the sums of another project; weights are told apart by the passes."""
        project = msgspec.structs.replace(project, weights=None)
        if project != self._project:
            self._project, self._known = project, Recent(_KEPT)

    def _sum(self, passes: tuple[Carried, ...], request: Look, at: NetworkAt) -> Gradients:
        """The sum over passes, from the longest beginning of them that is known."""
        first = next(
            (end for end in range(len(passes), 0, -1) if self._known.get(passes[:end]) is not None), 0
        )
        found = self._known.get(passes[:first]) or {}
        for end in range(first, len(passes)):
            found = _added(passes[end], found, request, at)
            self._known.put(passes[: end + 1], found)
        return found


def clipped(network: nn.Sequential, config: TrainingConfig) -> Gradients:
    """What a step leaves in `.grad`: the gradients, clipped where training clips."""
    if not config.clips:
        return _gradients(network)
    copied = copy.deepcopy(network)
    parameters = list(copied.parameters())
    for own, other in zip(parameters, network.parameters(), strict=True):
        own.grad = None if other.grad is None else other.grad.clone()
    clip_gradients(config, parameters)
    return _gradients(copied)


def _added(one: Carried, before: Gradients, request: Look, at: NetworkAt) -> Gradients:
    """The sum after one more pass, which is done again with its own weights."""
    subject = at(one.weights)
    network = copy.deepcopy(subject.network)
    base = Path(request.base) if request.base else None
    given = read_given(one.rows, subject.project, subject.kind, base)
    then = msgspec.structs.replace(
        request, rows=one.rows, targets=one.targets, train=one.train, place=Place("backward")
    )
    run(subject, network, given.x, target_of(subject, given, one.targets), then, before=before)
    return clipped(network, subject.project.training) if one.stepped else _gradients(network)


def _gradients(network: nn.Sequential) -> dict[str, torch.Tensor]:
    return {
        name: parameter.grad.detach().clone()
        for name, parameter in network.named_parameters()
        if parameter.grad is not None
    }
