"""The table of rules: told apart, explained, documented; no rule fails on anything that can be drawn."""

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.data.spec import DataProfile
from nnbuilder.doctor.case import Case
from nnbuilder.doctor.evidence import Evidence, Facts, LayerTrial, Targets, Trial
from nnbuilder.doctor.rule import DOCS, TUTORIALS
from nnbuilder.doctor.rules import BY_CODE, MEASURED, MOST, RULES, examine, title_of
from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.project.problem import Problem, heard
from nnbuilder.project.project import Project, TrainingConfig
from tests.doctor.patients import ANALYZER, TRAITS, advice, codes, linear
from tests.engine.drawings import IRIS, LETTER, MOONS, SINE, answer, fixed, project
from tests.strategies import chains, projects, trainings

shares = st.floats(0, 1) | st.none()
trials = st.builds(LayerTrial, shares, shares, shares)
evidences = st.builds(
    Evidence,
    st.none()
    | st.builds(
        Facts,
        targets=st.none()
        | st.builds(
            Targets,
            st.sampled_from(["float32", "int64"]),
            st.sampled_from([(), (1,), (3,), (2, 2)]),
            st.floats(-5, 5),
            st.floats(-5, 5),
        ),
        hot=st.sampled_from([(), ("a", "b")]),
    ),
    st.none()
    | st.builds(
        Trial,
        st.integers(1, 99),
        shares,
        st.dictionaries(st.sampled_from(["n1", "n2", "n3"]).map(NodeId), trials),
    ),
    st.sampled_from(["", "it is too large."]),
)
profiles = st.sampled_from([None, IRIS, MOONS, SINE, LETTER])


@given(projects(), profiles, evidences)
def test_no_rule_fails_on_any_project(
    subject: Project, profile: DataProfile | None, evidence: Evidence
) -> None:
    case = Case.of(subject, answer(subject, profile, ANALYZER).analysis, profile, TRAITS.of, evidence)
    for rule, finding in examine(case):
        problem = rule.problem(finding)
        assert problem.message.endswith(".")
        assert problem.node is None or problem.node in subject.graph.nodes


@settings(max_examples=60)
@given(chains(most=6), trainings(), profiles.filter(bool))
def test_every_fix_can_be_applied_and_breaks_nothing(
    graph: Graph, training: TrainingConfig, profile: DataProfile | None
) -> None:
    subject = Project(graph=graph, training=training)
    before = _errors(answer(subject, profile, ANALYZER).problems)
    for problem in advice(subject, profile):
        for fix in problem.fixes:
            changed = fixed(subject, fix)
            assert _errors(answer(changed, profile, ANALYZER).problems) <= before, (problem.code, fix.title)


def _errors(problems: tuple[Problem, ...]) -> Counter[str]:
    return Counter(problem.code for problem in problems if problem.severity == "error")


@given(chains(most=5), profiles, evidences)
def test_measured_advice_is_what_needs_evidence(
    graph: Graph, profile: DataProfile | None, evidence: Evidence
) -> None:
    subject = Project(graph=graph)
    analysis = answer(subject, profile, ANALYZER).analysis
    plain = set(_said(Case.of(subject, analysis, profile, TRAITS.of)))
    assert not plain & MEASURED
    assert set(_said(Case.of(subject, analysis, profile, TRAITS.of, evidence))) - MEASURED == plain


def _said(case: Case) -> Iterator[str]:
    return (rule.code for rule, _ in examine(case))


def test_a_rule_tells_of_its_first_places() -> None:
    found = codes(advice(project(*(linear(4) for _ in range(MOST + 9)), linear(3))))
    assert found == ["linear-after-linear"] * MOST


def test_codes_are_stable_words_each_once() -> None:
    assert len(BY_CODE) == len(RULES)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.code) for rule in RULES)
    assert len({rule.title for rule in RULES}) == len(RULES)


def test_every_rule_says_why_in_sentences() -> None:
    for rule in RULES:
        assert rule.why.endswith(".")
        assert len(rule.why) > 80
        assert not rule.title.endswith(".")


def test_links_lead_into_pytorchs_documentation() -> None:
    for rule in RULES:
        assert rule.url.startswith((DOCS, TUTORIALS, "https://docs.pytorch.org/docs/stable/")), rule.url
        if rule.url.startswith(DOCS):
            name = rule.url.removeprefix(DOCS + "torch.nn.").removesuffix(".html")
            assert hasattr(torch.nn, name), name


def test_advice_has_a_name_where_nothing_is_wrong_any_more() -> None:
    assert title_of("linear-after-linear") == "Linear directly after Linear"
    assert title_of("of-another-version") == "of-another-version"


def test_only_advice_can_be_silenced() -> None:
    found = advice(project(linear(4), linear(3), "Softmax"))
    assert codes(found) == ["softmax-before-loss", "linear-after-linear"]
    assert codes(heard(found, {"linear-after-linear"})) == ["softmax-before-loss"]
    grave = msgspec.structs.replace(found[0], severity="error")
    plain = msgspec.structs.replace(found[0], why="")
    assert heard((grave, plain), {"softmax-before-loss"}) == (grave, plain)
