"""Answers looks into a pass: runs it, finds the place, works it out, and steps where that is asked."""

import copy
from pathlib import Path

import msgspec
from torch import nn

from nnbuilder.engine.given import read_given
from nnbuilder.engine.microscope.back import see_backward
from nnbuilder.engine.microscope.carried import Carrier
from nnbuilder.engine.microscope.chosen import chosen_parameter, owners_of, parameters_of
from nnbuilder.engine.microscope.forth import see_forward, see_loss
from nnbuilder.engine.microscope.passes import Gradients, Pass, run, stop_at, walk_of
from nnbuilder.engine.microscope.seen import Array, Seen, array_of, finite
from nnbuilder.engine.microscope.subject import Subject, standing_at, subject_of, target_of
from nnbuilder.engine.microscope.update import Memory, see_update
from nnbuilder.engine.microscope.zero import see_zero_grad
from nnbuilder.project.project import Project
from nnbuilder.protocol.microscope import Look, Looked, Place


class Scope:
    """Looks into passes of a project's network; what the optimizer keeps belongs to the weights it led to."""

    def __init__(self) -> None:
        self._asked: tuple[object, ...] | None = None
        self._subject: Subject | None = None
        self._memories: dict[str, Memory] = {}
        self._left: Subject | None = None
        self._carrier = Carrier()

    def look(self, request: Look) -> tuple[Looked, tuple[Array, ...]]:
        """The answer with its arrays; raises what keeps the pass from being done."""
        subject = self._of(request)
        base = Path(request.base) if request.base else None
        given = read_given(request.rows, subject.project, subject.kind, base)
        target = target_of(subject, given, request.targets)
        network = copy.deepcopy(subject.network)
        before = self._carrier.of(request, lambda weights: self._standing_at(weights, request))
        passed = run(subject, network, given.x, target, request, before=before if request.accumulate else {})
        if passed.gradients:
            self._carrier.remember(request, network, request.carried if request.accumulate else ())
        walk = walk_of(passed.forward)
        place = stop_at(walk, request.place)
        seen = self._see(subject, network, passed, before, place, request)
        chosen = chosen_parameter(passed.forward, request)
        notes = (*subject.notes, given.note, *seen.notes)
        answer = Looked(
            request.request_id,
            place,
            walk,
            seen.worked,
            tuple(tensor for tensor, _ in seen.tensors),
            parameters_of(chosen),
            len(given.x),
            None if passed.loss is None else finite(passed.loss.mean),
            seen.loss_after,
            seen.sha256,
            self._memory(subject).steps,
            tuple(note for note in notes if note),
            tuple(layer.node for layer in owners_of(passed.forward)),
            None if chosen is None else chosen[0].node,
            "" if chosen is None else chosen[1],
        )
        return answer, tuple(array_of(tensor) for _, tensor in seen.tensors)

    def _see(
        self,
        subject: Subject,
        network: nn.Sequential,
        passed: Pass,
        before: Gradients,
        place: Place,
        request: Look,
    ) -> Seen:
        """What there is at a place."""
        match place.stage:
            case "zero_grad":
                return see_zero_grad(passed, before, request)
            case "forward":
                return see_forward(subject, passed, place, request)
            case "loss":
                return see_loss(subject, passed, request)
            case "backward":
                return see_backward(passed, place, request)
            case "update":
                seen, later, after = see_update(subject, network, passed, request, self._memory(subject))
                if seen.sha256 and after is not None:
                    self._memories[seen.sha256] = later
                    self._left = None if subject.notes else standing_at(subject, seen.sha256, after)
                return seen

    def _memory(self, subject: Subject) -> Memory:
        return self._memories.get(subject.weights, Memory())

    def _standing_at(self, weights: str | None, request: Look) -> Subject:
        """The network with weights that the project stands at or stood at before."""
        if weights == request.project.weights:
            return self._of(request)
        project = msgspec.structs.replace(request.project, weights=weights)
        base, runs = (Path(path) if path else None for path in (request.base, request.runs))
        return subject_of(project, base, runs)

    def _of(self, request: Look) -> Subject:
        asked = (request.project, request.base, request.runs)
        if self._subject is None or asked != self._asked:
            left = self._left if self._asked is not None and self._goes_on(request, self._asked) else None
            self._subject = self._left = None
            base, runs = (Path(path) if path else None for path in (request.base, request.runs))
            self._subject, self._asked = left or subject_of(request.project, base, runs), asked
        return self._subject

    def _goes_on(self, request: Look, asked: tuple[object, ...]) -> bool:
        """Whether nothing but the weights is another, and they are those that the last step led to."""
        if self._left is None or request.project.weights != self._left.weights:
            return False
        before = asked[0]
        return (
            asked[1:] == (request.base, request.runs)
            and isinstance(before, Project)
            and (msgspec.structs.replace(before, weights=request.project.weights) == request.project)
        )
