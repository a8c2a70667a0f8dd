"""Torch's answer about a drawing, in slices that grow: shapes, counts, cost, problems with their fixes."""

import time
from collections.abc import Iterator, Sequence

import msgspec

from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.ends import end_problems
from nnbuilder.engine.fixes import layer_problem, verified
from nnbuilder.engine.means import memory_problems, optimizer_problems
from nnbuilder.engine.traps import dim_problems, input_problems, lonely_problems, name_problems
from nnbuilder.engine.walk import Inference, Probe, Step, assembled, input_of, silent, walk
from nnbuilder.graph.analysis import Analysis, TensorType
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.graph.order import Order, Orders, flat_layers, orders_of, sound
from nnbuilder.project.check import check_drawing
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project

FIRST_SLICE_S = 0.03
SLICE_S = 0.15
"""How long layers are collected before the first and before each later slice."""


NO_DATA = frozenset({"no-data-file", "no-target"})
"""Problems that say already why the Input does not know its shape."""


class Slice(msgspec.Struct, frozen=True):
    """What is known so far; problems are complete only when `final`."""

    analysis: Analysis
    problems: tuple[Problem, ...] = ()
    final: bool = False


class _Subject(msgspec.Struct, frozen=True):
    """A project with what is read off it once: its orders, its layers and the type of its input."""

    project: Project
    profile: DataProfile | None
    orders: Orders
    layers: tuple[Node, ...]
    kind: TensorType | None

    @property
    def order(self) -> Order:
        """The order of the top."""
        return self.orders[None]

    @classmethod
    def of(cls, project: Project, profile: DataProfile | None) -> "_Subject":
        orders = orders_of(project.graph)
        layers = tuple(node for node, _ in flat_layers(project.graph, orders))
        return cls(project, profile, orders, layers, input_of(project.graph, orders[None], profile))

    def analysis(self, steps: Sequence[Step]) -> Analysis:
        """The answer as far as these steps go."""
        layers = assembled(self.project.graph, self.orders, steps, self.kind)
        whole = len(layers) == len(self.order.layers) and len(steps) == len(self.layers)
        return Analysis(layers, self.kind, (layers[-1].output if layers else self.kind) if whole else None)


class Analyzer:
    """Analyzes drawings one after the other and remembers layers from one to the next."""

    def __init__(self) -> None:
        self._inference = Inference()

    @property
    def asked(self) -> int:
        """How many layers torch has really been asked about."""
        return self._inference.asked

    def analyze(
        self, project: Project, profile: DataProfile | None, on_probe: Probe = silent
    ) -> Iterator[Slice]:
        """Slices of growing completeness, the last one `final`; `on_probe` gets each layer torch is asked."""
        subject = _Subject.of(project, profile)
        steps: list[Step] = []
        due = time.monotonic() + FIRST_SLICE_S
        for step in self._walk(subject, on_probe):
            steps.append(step)
            if time.monotonic() >= due:
                yield Slice(subject.analysis(steps))
                due = time.monotonic() + SLICE_S
        yield Slice(subject.analysis(steps), tuple(self._problems(subject, steps)), final=True)

    def _walk(self, subject: _Subject, probe: Probe = silent) -> Iterator[Step]:
        return walk(subject.project.graph, subject.orders, subject.kind, self._inference, probe)

    def _problems(self, subject: _Subject, steps: Sequence[Step]) -> Iterator[Problem]:
        project, profile, order = subject.project, subject.profile, subject.order
        analysis = subject.analysis(steps)
        drawn = check_drawing(project)
        yield from drawn
        if not any(problem.code in NO_DATA for problem in drawn):
            yield from input_problems(project.graph, order, profile, analysis)
        yield from name_problems(project.graph, subject.orders)
        yield from dim_problems(subject.layers, analysis)
        yield from lonely_problems(project, profile, analysis, self._inference)
        failed = next((index for index, step in enumerate(steps) if step.failed), None)
        if failed is not None:
            key = steps[failed].analysis.id
            yield layer_problem(
                project, order, steps[: failed + 1], lambda other: self._passes(other, profile, key)
            )

        def verify(candidates: Iterator[Fix], code: str) -> tuple[Fix, ...]:
            return verified(project, candidates, lambda other: self._without(other, profile, code))

        yield from end_problems(project.graph, order, subject.layers, profile, analysis, verify)
        yield from memory_problems(project, analysis)
        yield from optimizer_problems(project.training)

    def _passes(self, project: Project, profile: DataProfile | None, key: NodeId) -> bool:
        """Whether a layer and all before it run."""
        for step in self._walk(_Subject.of(project, profile)):
            if step.analysis.output is None:
                return False
            if step.analysis.id == key:
                return True
        return False

    def _without(self, project: Project, profile: DataProfile | None, code: str) -> bool:
        """Whether no layer fails, and the ends are free of this problem and the loss fits the data."""
        subject = _Subject.of(project, profile)
        steps = tuple(self._walk(subject))
        if not sound(project.graph, subject.orders) or any(step.analysis.output is None for step in steps):
            return False
        found = end_problems(
            project.graph,
            subject.order,
            subject.layers,
            profile,
            subject.analysis(steps),
            lambda _fixes, _code: (),
        )
        return not any(problem.code in {code, "loss-target"} for problem in found)
