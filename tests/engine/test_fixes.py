"""Problems of layers: sentence, code and PyTorch's text; and every fix that is offered really mends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.mending.trying import MOST
from nnbuilder.graph.graph import Graph, Node, NodeId
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, LETTER, MOONS, SINE, Drawn, answer, fixed, found, project
from tests.strategies import chains

N1, N2 = NodeId("n1"), NodeId("n2")
profiles: st.SearchStrategy[DataProfile | None] = st.sampled_from([IRIS, MOONS, SINE, LETTER, None])


@given(chains(most=5), profiles)
def test_every_fix_mends_its_problem(graph: Graph, profile: DataProfile | None) -> None:
    subject = Project(graph=graph)
    for problem in answer(subject, profile).problems:
        assert len(problem.fixes) <= MOST
        assert len({fix.title for fix in problem.fixes}) == len(problem.fixes)
        for fix in problem.fixes:
            after = answer(fixed(subject, fix), profile).problems
            same = [one for one in after if (one.code, one.node, one.arg) == _place(problem)]
            assert same == [], fix.title


def _place(problem: object) -> tuple[object, object, object]:
    return getattr(problem, "code", ""), getattr(problem, "node", ""), getattr(problem, "arg", "")


@given(chains(most=5), profiles)
def test_every_problem_is_a_sentence_at_a_place(graph: Graph, profile: DataProfile | None) -> None:
    problems = answer(Project(graph=graph), profile).problems
    for problem in problems:
        assert problem.message.endswith(".")
        assert problem.message[0].isupper() or problem.message[0].isdigit()
        assert "  " not in problem.message
        assert len(problem.message) < 260
        assert problem.node in graph.nodes
        assert problem.path.startswith(("graph.nodes.", "training."))
    places = [(one.code, one.node, one.arg) for one in problems]
    assert len(places) == len(set(places))


def test_a_pinned_size_that_does_not_fit() -> None:
    subject = project(
        Node(N1, "Linear", {"out_features": 8}, name="first"),
        ("Linear", {"in_features": 9, "out_features": 3}),
    )
    problem = found(subject, "shape-mismatch")
    assert problem.message == "Linear has in_features = 9, but the layer before it gives 8 (shape N×8)."
    assert problem.torch == "mat1 and mat2 shapes cannot be multiplied (2x8 and 9x3)"
    assert (problem.severity, problem.node, problem.arg) == ("error", N2, "in_features")
    assert problem.path == "graph.nodes.n2.args.in_features"
    assert [fix.title for fix in problem.fixes] == [
        "Set in_features to 8",
        "Let in_features follow the layer before (auto)",
        "Set out_features of the Linear first before it to 9",
    ]


@pytest.mark.parametrize(
    ("layer", "title"),
    [
        (("BatchNorm1d", {"num_features": 9}), "Set num_features to 4"),
        (("LayerNorm", {"normalized_shape": (9,)}), "Set normalized_shape to 4"),
        (("PReLU", {"num_parameters": 9}), "Reset num_parameters to 1"),
        (("Softmax", {"dim": 7}), "Set dim to -1"),
        (("Flatten", {"end_dim": 7}), "Reset end_dim to -1"),
    ],
)
def test_what_else_does_not_fit_has_a_fix(layer: Drawn, title: str) -> None:
    subject = project(layer, ("Linear", {"out_features": 3}))
    (problem,) = [one for one in answer(subject).problems if one.torch]
    assert problem.code == "shape-mismatch"
    assert problem.fixes[0].title == title


def test_an_image_before_batchnorm_is_flattened() -> None:
    subject = project("BatchNorm1d", shape=(2, 3, 4))
    problem = found(subject, "shape-mismatch", None)
    assert problem.torch == "expected 2D or 3D input (got 4D input)"
    assert problem.message == "BatchNorm1d needs an input of shape N×C, but gets N×2×3×4."
    assert (problem.got, problem.wanted) == ("N×2×3×4", "N×C")
    assert "Insert Flatten before BatchNorm1d" in [fix.title for fix in problem.fixes]


@pytest.mark.parametrize(
    ("wide", "first"), [(24, "Insert Flatten before Linear"), (23, "Set in_features to 4")]
)
def test_flatten_is_best_where_a_layer_counts_all_numbers_of_a_sample(wide: int, first: str) -> None:
    subject = project(("Linear", {"in_features": wide, "out_features": 3}), shape=(2, 3, 4))
    assert found(subject, "shape-mismatch", None).fixes[0].title == first


@pytest.mark.parametrize("dtype", ["float64", "int64"])
def test_a_dtype_that_a_layer_does_not_take(dtype: str) -> None:
    problem = found(project(("Linear", {"out_features": 3}), dtype=dtype), "dtype-mismatch")
    assert problem.message == (
        f"Linear computes with float32 numbers, but the numbers that reach it are {dtype}."
    )
    assert (problem.got, problem.wanted) == (dtype, "float32")
    assert "must have the same dtype" in (problem.torch or "")
    assert [fix.title for fix in problem.fixes] == ["Set the Input's dtype to float32"]


def test_a_dtype_that_a_large_layer_does_not_take() -> None:
    subject = project(
        ("Linear", {"out_features": 2000}), ("Linear", {"out_features": 3}), shape=(5000,), dtype="int64"
    )
    assert "Long and Float" in (found(subject, "dtype-mismatch", None).torch or "")


def test_a_dtype_of_the_data_is_mended_on_the_input() -> None:
    whole = DataProfile(
        "counts", "classification", (4,), 9, 9, 0, 0, "", classes=("a", "b", "c"), dtype="int64"
    )
    problem = found(project(("Linear", {"out_features": 3})), "dtype-mismatch", whole)
    assert [fix.title for fix in problem.fixes] == ["Set the Input's dtype to float32"]


def test_flatten_that_merges_the_batch() -> None:
    subject = project(("Flatten", {"start_dim": 0}), ("Linear", {"out_features": 3}))
    problem = found(subject, "batch-merged")
    assert problem.message == (
        "Flatten merges the samples of a batch into one: "
        "the first dimension must stay one entry for each sample."
    )
    assert [fix.title for fix in problem.fixes] == ["Reset start_dim to 1"]


def test_a_layer_that_cannot_follow() -> None:
    subject = project(("Flatten", {"start_dim": 0}), "Linear", shape=(1,))
    problem = found(subject, "cannot-follow", None)
    assert problem.message == (
        "in_features of Linear cannot follow the layer before it, which gives N: there is no such dimension."
    )
    assert problem.torch is None
    assert problem.node == N2
