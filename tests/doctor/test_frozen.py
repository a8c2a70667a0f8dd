"""Advice about frozen layers."""

import msgspec

from nnbuilder.graph.edits import Group, SetFrozen
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from tests.doctor.patients import advice, codes, linear
from tests.engine.drawings import fixed, project

N1, N2, N3, G = NodeId("n1"), NodeId("n2"), NodeId("n3"), NodeId("g")
RANDOM, STATISTICS = "frozen-at-random", "frozen-statistics"


def frozen(*nodes: NodeId) -> Project:
    """A network with these layers frozen."""
    plain = project(linear(8), "BatchNorm1d", "ReLU", linear(3))
    return apply_edit(plain, SetFrozen(nodes, frozen=True)) if nodes else plain


def test_nothing_is_said_where_nothing_is_frozen() -> None:
    assert not {RANDOM, STATISTICS} & set(codes(advice(frozen())))


def test_layers_frozen_at_the_seed_are_unfrozen_by_a_button() -> None:
    [problem] = [one for one in advice(frozen(N1)) if one.code == RANDOM]
    assert problem.message.startswith("Linear is frozen at the seed's random numbers")
    assert [fix.title for fix in problem.fixes] == ["Unfreeze it"]
    assert RANDOM not in codes(advice(fixed(frozen(N1), problem.fixes[0])))


def test_a_frozen_group_is_what_is_unfrozen() -> None:
    grouped = apply_edit(frozen(), Group((N1, N2), Node(G, GROUP)))
    subject = apply_edit(grouped, SetFrozen((G,), frozen=True))
    [problem] = [one for one in advice(subject) if one.code == RANDOM]
    assert "and 1 more are frozen" in problem.message
    assert problem.fixes[0].edits == (SetFrozen((G,), frozen=False),)


def test_own_weights_are_a_reason_to_freeze() -> None:
    own = msgspec.structs.replace(frozen(N1), weights="0" * 64)
    assert RANDOM not in codes(advice(own))


def test_running_statistics_go_on() -> None:
    [problem] = [one for one in advice(frozen(N2)) if one.code == STATISTICS]
    assert (problem.node, problem.severity) == (N2, "note")
    assert STATISTICS not in codes(advice(frozen(N1)))
