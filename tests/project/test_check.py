"""What a drawing is told before torch is asked."""

import time
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given

from nnbuilder.data.spec import CsvData, DataSpec
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.check import check_drawing
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import Fix, Problem, has_errors
from nnbuilder.project.project import Project, TrainingConfig
from tests.graph.drawn import ENDS, drawn
from tests.project.samples import everything, long_chain, starter
from tests.strategies import chains, projects


def problems_of(drawing: str) -> tuple[Problem, ...]:
    """Problems of a drawing in shorthand."""
    return check_drawing(Project(drawn(drawing, {**ENDS, "j": "Input", "m": "Loss"})))


def applied(project: Project, fix: Fix) -> Project:
    """The project after a fix."""
    for edit in fix.edits:
        project = apply_edit(project, edit)
    return project


def test_the_starter_has_no_problem() -> None:
    assert check_drawing(starter()) == ()


@given(chains())
def test_a_complete_chain_has_no_error_but_of_names(graph: Graph) -> None:
    assert check_drawing(Project(graph)) == ()


@given(projects())
def test_every_project_can_be_checked_and_fixed(project: Project) -> None:
    for problem in check_drawing(project):
        assert problem.message.endswith(".")
        assert problem.node is None or problem.node in project.graph.nodes
        for fix in problem.fixes:
            applied(project, fix)


@pytest.mark.parametrize("drawing", ["a>i b l", "i>a b>l>c>i", "i>a b>l c>i", "b>i>a l>c>b"])
def test_fixes_of_edges_beyond_the_ends_can_be_done(drawing: str) -> None:
    project = Project(drawn(drawing, ENDS))
    for problem in check_drawing(project):
        for fix in problem.fixes:
            applied(project, fix)


@pytest.mark.parametrize(
    ("drawing", "found"),
    [
        ("", "no-input: no-loss:"),
        ("i>a>l", ""),
        ("i>l", ""),
        ("i>a>l b c>d", "unconnected:b unconnected:c unconnected:d"),
        ("a>l", "no-input:"),
        ("i>a", "no-loss:"),
        ("i>a>l j", "two-inputs:i two-inputs:j"),
        ("i>a>l m", "two-losses:l two-losses:m"),
        ("i>a b>l", "broken-chain:a broken-chain:b"),
        ("i>a b>l c", "broken-chain:a broken-chain:b unconnected:c"),
        ("i>a l", "broken-chain:a broken-chain:l"),
        ("i>a>l a>b", "branched:a"),
        ("i>a>l b>a", "joined:a"),
        ("i>a b>c>b l", "cyclic:b cyclic:c broken-chain:a broken-chain:l"),
        ("i>a>l b>c>b", "unconnected:b unconnected:c"),
        ("i>a>l>b", "after-loss:l unconnected:b"),
        ("b>i>a>l", "before-input:i unconnected:b"),
        ("i>a:x>b:x>l", "duplicate-name:a duplicate-name:b"),
        ("i>a>b:0>l", "duplicate-name:b"),
        ("i>a>b:1>l", ""),
        ("a>i b l", "before-input:i broken-chain:i broken-chain:l unconnected:b"),
        ("i>a b>l>c>i", "before-input:i after-loss:l broken-chain:a broken-chain:b"),
    ],
)
def test_problems_of_a_drawing(drawing: str, found: str) -> None:
    assert " ".join(f"{problem.code}:{problem.node or ''}" for problem in problems_of(drawing)) == found


@pytest.mark.parametrize(
    ("drawing", "fixed"),
    [
        ("i>a b>l", True),
        ("i>a l", True),
        ("a>l", True),
        ("i>a", True),
        ("i>a>l j", True),
        ("i>a>l m", True),
        ("i>a>l a>b", True),
        ("i>a>l b>a", True),
        ("i>a>b>c>a c>l", True),
        ("i>a>b>c>l c>b", True),
        ("i>a>b a>c>l", True),
        ("i>a>l b>c>a", True),
        ("i>a>l>b", True),
        ("b>i>a>l", True),
        ("i>a:x>b:x>l", True),
        ("i>a>b:0>l", True),
    ],
)
def test_the_first_fix_mends_the_drawing(drawing: str, fixed: bool) -> None:
    project = Project(drawn(drawing, {**ENDS, "j": "Input", "m": "Loss"}))
    problem = next(problem for problem in check_drawing(project) if problem.fixes)
    after = applied(project, problem.fixes[0])
    assert after != project
    assert has_errors(check_drawing(project))
    assert has_errors(check_drawing(after)) is not fixed


def test_two_candidates_leave_the_choice_to_the_person() -> None:
    found = problems_of("i>a b>l c>m")
    assert all(not problem.fixes for problem in found if problem.code == "broken-chain")


def places(project: Project, **x: float) -> Project:
    """The project with some nodes at these places, left to right."""
    nodes = {
        key: msgspec.structs.replace(node, x=x.get(key, node.x)) for key, node in project.graph.nodes.items()
    }
    return Project(msgspec.structs.replace(project.graph, nodes=nodes))


@pytest.mark.parametrize(("b", "first"), [(2.0, "through"), (9.0, "straight")])
def test_what_lies_between_the_ends_of_a_gap_is_joined_first(b: float, first: str) -> None:
    project = places(Project(drawn("i>a b l", ENDS)), i=0.0, a=1.0, b=b, l=3.0)
    problem = next(one for one in check_drawing(project) if one.code == "broken-chain")
    words = {"straight": "Connect ReLU to Loss", "through": "Connect ReLU to Loss through ReLU"}
    assert problem.fixes[0].title == words[first]
    for fix, chain in zip(
        problem.fixes, ("i>a>b>l", "i>a>l") if first == "through" else ("i>a>l", "i>a>b>l"), strict=True
    ):
        after = applied(project, fix).graph
        assert {(edge.source, edge.target) for edge in after.edges} == _pairs(chain)


def _pairs(chain: str) -> set[tuple[str, str]]:
    keys = chain.split(">")
    return set(pairwise(keys))


def test_a_lone_layer_is_put_into_the_nearest_edge_or_deleted() -> None:
    project = places(Project(drawn("i>a>l b", ENDS)), i=0.0, a=100.0, l=200.0, b=140.0)
    (problem,) = check_drawing(project)
    assert [fix.title for fix in problem.fixes] == ["Put ReLU between ReLU and Loss", "Delete ReLU"]
    used, deleted = (applied(project, fix) for fix in problem.fixes)
    assert {(edge.source, edge.target) for edge in used.graph.edges} == _pairs("i>a>b>l")
    assert check_drawing(used) == check_drawing(deleted) == ()


@pytest.mark.parametrize(
    ("drawn_as", "meant"),
    [("linear", "Linear"), ("LazyLinear", "Linear"), ("Batchnorm1D", "BatchNorm1d"), ("Quantum", None)],
)
def test_an_unknown_layer_may_only_be_misspelt(drawn_as: str, meant: str | None) -> None:
    project = Project(drawn("i>a>l", {**ENDS, "a": drawn_as}))
    (problem,) = check_drawing(project)
    assert [fix.title for fix in problem.fixes] == ([f"Use {meant}"] if meant else [])
    for fix in problem.fixes:
        after = applied(project, fix)
        assert after.graph.nodes[NodeId("a")].type == meant
        assert check_drawing(after) == ()


def test_an_unknown_loss_and_an_unknown_argument_have_fixes() -> None:
    graph = drawn("i>a>l", ENDS)
    nodes = {
        NodeId("a"): Node(NodeId("a"), "Linear", {"out_features": 3, "speed": 4}),
        NodeId("l"): Node(NodeId("l"), "Loss", {"loss": "CrossEntropy"}),
    }
    project = Project(msgspec.structs.replace(graph, nodes={**graph.nodes, **nodes}))
    problems = check_drawing(project)
    assert [fix.title for one in problems for fix in one.fixes] == ["Remove speed", "Use CrossEntropyLoss"]
    for problem in problems:
        project = applied(project, problem.fixes[0])
    assert check_drawing(project) == ()


def test_what_lies_beside_a_complete_chain_is_no_error() -> None:
    graph = drawn("i>a>l b", {**ENDS, "b": "HyperLinear"})
    found = check_drawing(Project(graph))
    assert [(problem.severity, problem.code) for problem in found] == [
        ("note", "unconnected"),
        ("warning", "unknown-layer"),
    ]


def test_an_unknown_layer_in_the_chain_is_an_error() -> None:
    found = check_drawing(Project(drawn("i>a>l", {**ENDS, "a": "HyperLinear"})))
    assert [(problem.severity, problem.code, problem.node) for problem in found] == [
        ("error", "unknown-layer", "a")
    ]


def test_an_argument_that_does_not_fit_is_named_and_reset() -> None:
    graph = drawn("i>a>l", {**ENDS, "a": "Dropout"})
    bad = Node(NodeId("a"), "Dropout", {"p": 1.5})
    project = Project(msgspec.structs.replace(graph, nodes={**graph.nodes, NodeId("a"): bad}))
    (problem,) = check_drawing(project)
    assert (problem.code, problem.node, problem.arg) == ("bad-argument", "a", "p")
    assert problem.path == "graph.nodes.a.args.p"
    assert "not 1.5" in problem.message
    assert check_drawing(applied(project, problem.fixes[0])) == ()


@pytest.mark.parametrize(
    ("training", "path"),
    [
        (TrainingConfig(optimizer="Lion"), "training.optimizer"),
        (TrainingConfig(optimizer_args={"lr": -1.0}), "training.optimizer_args.lr"),
        (TrainingConfig(batch_size=0), "training.batch_size"),
        (TrainingConfig(epochs=0), "training.epochs"),
        (TrainingConfig(threads=0), "training.threads"),
        (TrainingConfig(seed=-1), "training.seed"),
    ],
)
def test_training_is_checked(training: TrainingConfig, path: str) -> None:
    project = msgspec.structs.replace(starter(), training=training)
    assert [problem.path for problem in check_drawing(project)] == [path]
    assert has_errors(check_drawing(project))


def test_a_table_needs_a_file_and_a_target() -> None:
    for source, code in ((CsvData("", ""), "no-data-file"), (CsvData("a.csv", ""), "no-target")):
        project = msgspec.structs.replace(starter(), data=DataSpec(source))
        assert [problem.code for problem in check_drawing(project)] == [code]


def test_everything_unknown_is_told_again() -> None:
    codes = [problem.code for problem in check_drawing(everything())]
    assert codes.count("unknown-key") == 7
    assert "unknown-layer" in codes


def test_a_thousand_layers_are_checked_fast() -> None:
    project = long_chain(1000)
    best = min(_seconds(project) for _ in range(5))
    assert best < 0.05  # about 4 ms on an idle machine


def _seconds(project: Project) -> float:
    start = time.perf_counter()
    check_drawing(project)
    return time.perf_counter() - start


def test_a_fix_may_be_refused_only_by_an_edit() -> None:
    project = Project(drawn("i>a b>l", ENDS))
    fix = check_drawing(project)[0].fixes[0]
    after = applied(project, fix)
    with pytest.raises(EditRefused):
        applied(after, fix)
