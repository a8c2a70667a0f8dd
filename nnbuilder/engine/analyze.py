"""Torch's answer about a drawing, in slices that grow: shapes, counts, cost, problems with their fixes."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from nnbuilder.catalog.spec import LayerSpec
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.costs import Costs
from nnbuilder.engine.ends import end_problems
from nnbuilder.engine.fixes import case_of, guesses_for, layer_problem
from nnbuilder.engine.infer import Outcome
from nnbuilder.engine.judge import Bench
from nnbuilder.engine.means import device_problems, memory_problems, optimizer_problems, room_problems
from nnbuilder.engine.mending.case import Guess
from nnbuilder.engine.mending.trying import Judge, settled, tried
from nnbuilder.engine.needs import Needs
from nnbuilder.engine.settings import setting_problems
from nnbuilder.engine.sparse import sparse_problems
from nnbuilder.engine.subject import Subject, waits_for_data
from nnbuilder.engine.traps import input_problems, lonely_problems, name_problems
from nnbuilder.engine.walk import Inference, Probe, Step, silent
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.graph import ArgValue, Node
from nnbuilder.project.check import check_drawing
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project

FIRST_SLICE_S = 0.03
SLICE_S = 0.15
"""How long layers are collected before the first and before each later slice."""


MOST_DRAWN = 24
"""So many problems of the drawing itself have their fixes tried; whoever has more begins with these."""

NO_DATA = frozenset({"no-data-file", "no-target"})
"""Problems that say already why the Input does not know its shape."""


class Slice(msgspec.Struct, frozen=True):
    """What is known so far; problems are complete only when `final`."""

    analysis: Analysis
    problems: tuple[Problem, ...] = ()
    final: bool = False


class _Draft(msgspec.Struct, frozen=True):
    """A problem whose fixes are still to be found among guesses."""

    problem: Problem
    guesses: Iterable[Guess]
    judge: Judge


class Analyzer:
    """Analyzes drawings one after the other and remembers layers from one to the next."""

    def __init__(self) -> None:
        self._inference = Inference()
        self._needs = Needs()
        self._costs = Costs()

    @property
    def asked(self) -> int:
        """How many layers torch has really been asked about."""
        return self._inference.asked

    def infer(self, spec: LayerSpec, args: Mapping[str, ArgValue], kind: TensorType) -> Outcome:
        """What torch says of one layer, from memory where it was asked before."""
        return self._inference.outcome(spec, args, kind, lambda: None)

    def analyze(
        self, project: Project, profile: DataProfile | None, on_probe: Probe = silent
    ) -> Iterator[Slice]:
        """Slices of growing completeness, the last one `final`; `on_probe` gets each layer torch is asked.

        Problems come before their fixes where finding those takes longer than a slice.
        """
        waits = waits_for_data(project, profile)
        subject = Subject.of(project, None if waits else profile)
        steps: list[Step] = []
        due = time.monotonic() + FIRST_SLICE_S
        for step in subject.steps(self._inference, on_probe):
            steps.append(self._costs.added(step))
            if time.monotonic() >= due:
                yield Slice(subject.analysis(steps))
                due = time.monotonic() + SLICE_S
        analysis = subject.analysis(steps)
        drafts = list(self._drafts(subject, steps, analysis))
        if waits:
            drafts += input_problems(project.graph, subject.order, profile, analysis, waits=True)
        found = [draft.problem if isinstance(draft, _Draft) else draft for draft in drafts]
        for place, draft in enumerate(drafts):
            if not isinstance(draft, _Draft):
                continue
            for answer in tried(project, draft.guesses, draft.judge):
                if answer is not None:
                    found[place] = msgspec.structs.replace(draft.problem, fixes=answer)
                elif time.monotonic() >= due:
                    yield Slice(analysis, tuple(found))
                    due = time.monotonic() + SLICE_S
        needing = self._with_needs(subject, steps)
        yield Slice(subject.analysis(needing), tuple(found), final=True)

    def _drafts(
        self, subject: Subject, steps: Sequence[Step], analysis: Analysis
    ) -> Iterator[Problem | _Draft]:
        project, profile, order = subject.project, subject.profile, subject.order
        bench = Bench(profile, self._inference)
        drawn = check_drawing(project)
        failed = next((index for index, step in enumerate(steps) if step.failed), None)
        yield from _choices(drawn, bench, failing=failed is not None)
        if not any(problem.code in NO_DATA for problem in drawn):
            yield from input_problems(project.graph, order, profile, analysis)
        yield from name_problems(project.graph, subject.orders)
        yield from lonely_problems(project, profile, analysis, self._inference)
        case = case_of(subject, steps[: failed + 1], self._needs) if failed is not None else None
        if failed is not None and case is not None:
            problem = layer_problem(case, steps[failed], self._needs)
            yield _Draft(problem, guesses_for(case), bench.layer_judge(subject, case.node.id))

        def verify(guesses: Iterable[Guess], code: str) -> tuple[Fix, ...]:
            return settled(tried(project, guesses, bench.end_judge(code)))

        yield from end_problems(project.graph, order, subject.layers, profile, analysis, verify)
        yield from memory_problems(project, analysis)
        yield from room_problems(project, profile, analysis)
        yield from device_problems(project.training)
        yield from optimizer_problems(project.training)
        yield from setting_problems(project, profile)
        yield from sparse_problems(project, analysis)

    def _with_needs(self, subject: Subject, steps: Sequence[Step]) -> list[Step]:
        """The steps, and of layers without output what they expect."""
        nodes = {node.id: node for node in subject.layers}
        return [self._needing(step, nodes[step.analysis.id]) for step in steps]

    def _needing(self, step: Step, node: Node) -> Step:
        need = self._needs.of(node) if step.analysis.output is None else None
        if need is None:
            return step
        return msgspec.structs.replace(step, analysis=msgspec.structs.replace(step.analysis, needs=need))


def _choices(drawn: Iterable[Problem], bench: Bench, *, failing: bool) -> Iterator[Problem | _Draft]:
    """Problems of the drawing, the fixes of each tried as guesses in the order in which they came."""
    for place, problem in enumerate(drawn):
        if problem.fixes and place < MOST_DRAWN:
            guesses = tuple(Guess(fix) for fix in problem.fixes)
            bare = msgspec.structs.replace(problem, fixes=())
            yield _Draft(bare, guesses, bench.drawing_judge(problem, failing=failing))
        else:
            yield problem
