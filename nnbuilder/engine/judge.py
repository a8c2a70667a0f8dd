"""How far a changed project gets: the measure by which guesses are accepted, and the best of them found."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.ends import end_problems
from nnbuilder.engine.mending.case import Guess
from nnbuilder.engine.mending.trying import WHOLE, Judge
from nnbuilder.engine.subject import Subject
from nnbuilder.engine.traps import input_problems
from nnbuilder.engine.walk import Inference, Step
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import sound
from nnbuilder.project.check import check_drawing
from nnbuilder.project.problem import Fix, Problem, has_errors
from nnbuilder.project.project import Project


class Bench(msgspec.Struct, frozen=True):
    """Where changed projects are tried: the data they get, and the answers of torch so far."""

    profile: DataProfile | None
    inference: Inference

    def layer_judge(self, subject: Subject, key: NodeId) -> Judge:
        """For a layer that fails: whether it and all before it run, and how far the chain gets then."""
        places = {node.id: place for place, node in enumerate(subject.layers)}

        def judge(project: Project) -> int:
            changed = Subject.of(project, self.profile)
            steps = tuple(changed.steps(self.inference))
            if self._off_data(changed, steps):
                return 0
            stopped = next((step.analysis.id for step in steps if step.analysis.output is None), None)
            if stopped is None:
                return self._whole(changed, steps)
            place = places.get(stopped, 0)
            return place if place > places[key] else 0

        return judge

    def end_judge(self, code: str) -> Judge:
        """For a problem at the loss: gone, and no layer fails, nor does the loss fit the data less."""

        def judge(project: Project) -> int:
            changed = Subject.of(project, self.profile)
            steps = tuple(changed.steps(self.inference))
            if any(step.analysis.output is None for step in steps) or not sound(
                project.graph, changed.orders
            ):
                return 0
            found = tuple(self._ends(changed, steps))
            if any(problem.code in {code, "loss-target"} for problem in found):
                return 0
            return WHOLE - has_errors(found)

        return judge

    def drawing_judge(self, problem: Problem, *, failing: bool) -> Judge:
        """For a problem of the drawing: gone, and how few errors are left.

        What is no error must not make a layer fail, unless one is `failing` already.
        """

        def judge(project: Project) -> int:
            left = check_drawing(project)
            if any((one.code, one.node, one.arg) == _place(problem) for one in left):
                return 0
            errors = sum(one.severity == "error" for one in left)
            if errors:
                return WHOLE // (2 + errors)
            changed = Subject.of(project, self.profile)
            steps = tuple(changed.steps(self.inference))
            if any(step.analysis.output is None for step in steps):
                return WHOLE // 2 if failing or problem.severity == "error" else 0
            return self._whole(changed, steps)

        return judge

    def _whole(self, subject: Subject, steps: Sequence[Step]) -> int:
        complete = sound(subject.project.graph, subject.orders)
        return WHOLE if complete and not has_errors(tuple(self._ends(subject, steps))) else WHOLE - 1

    def _ends(self, subject: Subject, steps: Sequence[Step]) -> Iterator[Problem]:
        return end_problems(
            subject.project.graph,
            subject.order,
            subject.layers,
            self.profile,
            subject.analysis(steps),
            _unmended,
        )

    def _off_data(self, subject: Subject, steps: Sequence[Step]) -> bool:
        """Whether the Input no longer agrees with the data."""
        return any(
            input_problems(subject.project.graph, subject.order, self.profile, subject.analysis(steps[:0]))
        )


def _place(problem: Problem) -> tuple[str, NodeId | None, str | None]:
    return problem.code, problem.node, problem.arg


def _unmended(_guesses: Iterable[Guess], _code: str) -> tuple[Fix, ...]:
    return ()
