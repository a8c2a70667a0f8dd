"""What a drawing is told about its groups."""

import msgspec
import pytest
from hypothesis import given

from nnbuilder.graph.edits import Group, SetDisabled
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import orders_of, sound
from nnbuilder.project.check import check_drawing
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import has_errors
from nnbuilder.project.project import Project
from tests.graph.drawn import ENDS, drawn
from tests.strategies import nested_chains

G, H = NodeId("g"), NodeId("h")


def around(inside: str, *, disabled: bool = False) -> Project:
    """Input, a group with these layers in shorthand, Loss."""
    outside, inner = drawn("i>g>l", {**ENDS, "g": GROUP}), drawn(inside)
    children = {key: msgspec.structs.replace(node, parent=G) for key, node in inner.nodes.items()}
    graph = Graph({**outside.nodes, **children}, (*outside.edges, *inner.edges))
    return Project(SetDisabled((G,), disabled=True).apply(graph) if disabled else graph)


@given(nested_chains())
def test_groups_of_chains_have_no_problem(graph: Graph) -> None:
    assert check_drawing(Project(graph)) == ()


@pytest.mark.parametrize(
    ("inside", "found"),
    [
        ("", ""),
        ("a", ""),
        ("a>b>c", ""),
        ("a b", "broken-group:g broken-group:a broken-group:b"),
        ("a>b c", "broken-group:g broken-group:a broken-group:c"),
        ("a>b a>c", "branched:a broken-group:g"),
        ("a>c b>c", "joined:c broken-group:g broken-group:a broken-group:b"),
        ("a>b>a", "cyclic:a cyclic:b broken-group:g"),
        ("a:x>b:x", "duplicate-name:a duplicate-name:b"),
        ("a:1>b", "duplicate-name:a"),
    ],
)
def test_what_is_no_chain_is_named(inside: str, found: str) -> None:
    problems = check_drawing(around(inside))
    assert " ".join(f"{problem.code}:{problem.node}" for problem in problems) == found
    assert all(problem.severity == "error" for problem in problems)


@pytest.mark.parametrize("inside", ["a b", "a>b c", "a b>c d", "a>b c>d"])
def test_every_fix_makes_one_chain(inside: str) -> None:
    project = around(inside)
    problem = next(one for one in check_drawing(project) if one.code == "broken-group")
    assert problem.fixes
    for fix in problem.fixes:
        after = project
        for edit in fix.edits:
            after = apply_edit(after, edit)
        assert not has_errors(check_drawing(after))
        assert sound(after.graph, orders_of(after.graph))


def test_pieces_are_connected_as_they_lie() -> None:
    project = around("a b")
    nodes = dict(project.graph.nodes)
    nodes[NodeId("a")] = msgspec.structs.replace(nodes[NodeId("a")], x=50.0)
    graph = msgspec.structs.replace(project.graph, nodes=nodes)
    problem = next(one for one in check_drawing(Project(graph)) if one.code == "broken-group")
    after = apply_edit(Project(graph), problem.fixes[0].edits[0])
    assert after.graph.edges[-1] == Edge(NodeId("b"), NodeId("a"))


@pytest.mark.parametrize("inside", ["a b", "a>b>a", "a:x>b:x"])
def test_a_disabled_group_hinders_nobody(inside: str) -> None:
    problems = check_drawing(around(inside, disabled=True))
    assert problems
    assert not any(problem.severity == "error" for problem in problems if problem.code == "broken-group")


def test_only_a_disabled_layers_own_errors_are_milder() -> None:
    bad = Node(NodeId("a"), "Linear", {"out_features": 0}, name="x", disabled=True)
    graph = drawn("i>a>b:x>l", ENDS)
    project = Project(msgspec.structs.replace(graph, nodes={**graph.nodes, bad.id: bad}))
    found = {(problem.code, problem.node): problem.severity for problem in check_drawing(project)}
    assert found == {
        ("bad-argument", "a"): "warning",
        ("duplicate-name", "a"): "error",
        ("duplicate-name", "b"): "error",
    }


def test_names_are_unique_among_siblings_only() -> None:
    graph = Group((NodeId("a"),), Node(G, GROUP)).apply(drawn("i>a:x>b:x>l", ENDS))
    assert check_drawing(Project(graph)) == ()
