"""Lets the rules look at a project, tries their fixes, and gathers evidence in slices."""

from collections.abc import Hashable, Iterator

import msgspec

from nnbuilder.data.load import Recent
from nnbuilder.data.prepare import Prepared
from nnbuilder.data.spec import CsvData, DataProfile
from nnbuilder.doctor.case import Case
from nnbuilder.doctor.evidence import Evidence, Facts, Trial
from nnbuilder.doctor.rule import Finding, Rule
from nnbuilder.doctor.rules import examine
from nnbuilder.engine.analyze import Analyzer, Slice
from nnbuilder.engine.build import BuildError
from nnbuilder.engine.facts import facts_of
from nnbuilder.engine.infer import TORCH_ERRORS
from nnbuilder.engine.mending.trying import applied
from nnbuilder.engine.setup import TrainingError, set_up
from nnbuilder.engine.subject import waits_for_data
from nnbuilder.engine.traits import Traits
from nnbuilder.engine.trial import FLOPS, NUMBERS, PARAMETERS, affordable, trial
from nnbuilder.graph.analysis import Analysis
from nnbuilder.graph.graph import Graph
from nnbuilder.project.problem import Fix, Problem, has_errors
from nnbuilder.project.project import Project

KEPT = 16
"""So many projects' evidence is remembered."""

TRIED = 6
"""So many findings get fixes that torch must be asked about; further ones only those that are sure."""

TRIED_LAYERS = 200
"""In drawings of more layers none does: an edit must stay quick."""

TOO_LARGE = (
    f"the network has more than {PARAMETERS:,} parameters, or two samples need more than {FLOPS:,} floating "
    f"point operations or {NUMBERS:,} numbers."
)


class Doctor:
    """Gives advice on drawings that an analyzer has looked at; evidence is kept while what it shows stays."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._traits = Traits()
        self._evidence: Recent[Evidence] = Recent(KEPT)
        self._facts: Recent[Facts] = Recent(KEPT)

    def advise(self, project: Project, found: Slice, profile: DataProfile | None) -> tuple[Problem, ...]:
        """What the rules find with the evidence there is; `found` is the analyzer's last slice."""
        profile = None if waits_for_data(project, profile) else profile
        evidence = None if profile is None else self._evidence.get(_key(project, found, profile))
        case = Case.of(project, found.analysis, profile, self._traits.of, evidence)
        advice: list[Problem] = []
        left = TRIED if len(case.places) <= TRIED_LAYERS else 0
        for rule, finding in examine(case):
            problem = rule.problem(finding)
            if finding.tried and left:
                left -= 1
                problem = msgspec.structs.replace(problem, fixes=self._with_tried(case, rule, finding))
            advice.append(problem)
        return tuple(advice)

    def knows(self, project: Project, found: Slice, prepared: Prepared) -> bool:
        """Whether there is nothing more to be found out about a project."""
        if waits_for_data(project, prepared.profile):
            return True
        return self._evidence.get(_key(project, found, prepared.profile)) is not None

    def examine(self, project: Project, found: Slice, prepared: Prepared) -> Iterator[None]:
        """Gathers the evidence in slices of a layer each; it is there when no more come."""
        skipped, tried = "", None
        facts = self._facts_of(project, prepared)
        yield
        advice = self.advise(project, found, prepared.profile)
        if found.analysis.output is None or has_errors((*found.problems, *advice)):
            pass  # what does not train is not tried
        elif not (rows := affordable(project, found.analysis, prepared.profile.training)):
            skipped = TOO_LARGE
        else:
            for step in self._trial(project, found.analysis, prepared, rows):
                tried = step
                yield
        self._evidence.put(_key(project, found, prepared.profile), Evidence(facts, tried, skipped))

    def second_look(self, project: Project, found: Slice, prepared: Prepared | None) -> tuple[Problem, ...]:
        """The advice with all evidence, gathered at once."""
        if prepared is None:
            return self.advise(project, found, None)
        if not self.knows(project, found, prepared):
            for _ in self.examine(project, found, prepared):
                pass
        return self.advise(project, found, prepared.profile)

    def _trial(
        self, project: Project, analysis: Analysis, prepared: Prepared, rows: int
    ) -> Iterator[Trial | None]:
        """The pass; None at its end where torch refuses it after all."""
        on_cpu = msgspec.structs.replace(project.training, device="cpu")
        project = msgspec.structs.replace(project, training=on_cpu)
        case = Case.of(project, analysis, prepared.profile, self._traits.of)
        alone = frozenset(
            place.id
            for place in case.places
            if (trait := case.trait_of(place)) is not None and trait.elementwise
        )
        if analysis.input is None:
            return
        try:
            setup = set_up(project, prepared)
            yield from trial(project, setup, analysis.input, rows, self._analyzer.infer, alone)
        except (*TORCH_ERRORS, BuildError, TrainingError):
            yield None

    def _facts_of(self, project: Project, prepared: Prepared) -> Facts:
        order = Case.of(project, Analysis(), prepared.profile, self._traits.of)
        key = (prepared.profile, project.data, project.training.seed, order.loss_name)
        known = self._facts.get(key)
        if known is not None:
            return known
        try:
            on_cpu = msgspec.structs.replace(project.training, device="cpu")
            targets = set_up(msgspec.structs.replace(project, training=on_cpu), prepared).train.y
        except (*TORCH_ERRORS, TrainingError, BuildError):
            targets = None
        return self._facts.put(key, facts_of(prepared, targets))

    def _with_tried(self, case: Case, rule: Rule, finding: Finding) -> tuple[Fix, ...]:
        """The sure fixes, and the first of the others that mends it and breaks nothing."""
        for fix in finding.tried:
            changed = applied(case.project, fix)
            if changed is not None and self._mended(changed, case, rule, finding):
                return (*finding.fixes, fix)
        return finding.fixes

    def _mended(self, changed: Project, case: Case, rule: Rule, finding: Finding) -> bool:
        profile = _left_with(changed, case)
        *_, after = self._analyzer.analyze(changed, profile)
        if after.analysis.output is None and case.analysis.output is not None:
            return False
        if has_errors(after.problems):
            return False
        again = Case.of(changed, after.analysis, profile, self._traits.of)
        return all((one.node, one.arg) != (finding.node, finding.arg) for one in rule.find(again))


def _left_with(changed: Project, case: Case) -> DataProfile | None:
    """The profile of the data without the columns that a change leaves out."""
    before, after = case.project.data.source, changed.data.source
    if case.profile is None or not isinstance(before, CsvData) or not isinstance(after, CsvData):
        return case.profile
    return case.profile.without(tuple(name for name in after.left_out if name not in before.left_out))


def _key(project: Project, found: Slice, profile: DataProfile) -> Hashable:
    """All that a first batch depends on: where nodes stand and what they are called is not of it."""
    training, stopped = project.training, has_errors(found.problems)
    drawing = _computing(project.graph)
    return (drawing, project.data, profile.sha256, training.seed, training.batch_size, stopped)


def _computing(graph: Graph) -> Hashable:
    nodes = tuple(
        (node.id, node.type, tuple(sorted(node.args.items())), node.parent, node.disabled)
        for node in graph.nodes.values()
    )
    return nodes, graph.edges
