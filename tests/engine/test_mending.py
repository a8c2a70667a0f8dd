"""Every layer of the catalogue on inputs that it may refuse: what is said, and that each fix mends."""

import pytest
import torch

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine import analyze as module
from nnbuilder.engine.analyze import Analyzer
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.edits import RemoveNodes, SetArg
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, Drawn, answer, fixed, found, project

SHAPES = ((4,), (8, 8), (3, 8, 8), (2, 4, 4, 4))
N1, N2 = NodeId("n1"), NodeId("n2")
ANALYZER = Analyzer()


def failure(subject: Project) -> Problem | None:
    """The problem of the layer that fails, if one does."""
    problems = answer(subject, None, ANALYZER).problems
    own = [one for one in problems if one.torch or one.code in {"cannot-follow", "batch-merged"}]
    return own[0] if own else None


@pytest.mark.parametrize("dtype", ["float32", "int64"])
@pytest.mark.parametrize("name", LAYERS)
def test_whatever_a_layer_refuses_has_a_fix_and_every_fix_mends(name: str, dtype: str) -> None:
    for shape in SHAPES:
        subject = project(name, shape=shape, dtype=dtype)
        problem = failure(subject)
        if problem is None:
            continue
        assert problem.node == N1
        assert problem.fixes, (shape, problem.message)
        assert problem.message.startswith(("A sample", name, "in_", "num_", "d_model", "input_size"))
        for fix in problem.fixes:
            after = failure(fixed(subject, fix))
            assert after is None, (shape, fix.title, after)


@pytest.mark.parametrize(
    ("layer", "shape", "first"),
    [
        ("Conv2d", (4,), "Use Linear instead"),
        ("LSTM", (3, 8, 8), "Insert Flatten of dimensions 2 to the last before LSTM"),
        ("ChannelShuffle", (4,), "Set the Input's shape to (4, 1)"),
        (
            ("Fold", {"output_size": 9, "kernel_size": 2}),
            (8, 16),
            "Set output_size to 5 and kernel_size to 2",
        ),
        (
            ("Upsample", {"scale_factor": 2.0, "mode": "bilinear"}),
            (3, 8),
            "Set the Input's shape to (1, 3, 8)",
        ),
    ],
)
def test_rarer_mistakes(layer: Drawn, shape: tuple[int, ...], first: str) -> None:
    problem = failure(project(layer, shape=shape))
    assert problem is not None
    assert [fix.title for fix in problem.fixes][:1] == [first]


@pytest.mark.parametrize(
    ("layer", "shape", "order"),
    [
        (("Conv1d", {"in_channels": 3, "out_channels": 4, "kernel_size": 1}), (5, 3), (0, 2, 1)),
        (("Conv2d", {"in_channels": 3, "out_channels": 4, "kernel_size": 1}), (5, 6, 3), (0, 3, 1, 2)),
        (("LSTM", {"input_size": 3, "batch_first": True}), (3, 5), (0, 2, 1)),
        (("Linear", {"in_features": 3, "out_features": 4}), (3, 5, 6), (0, 2, 3, 1)),
    ],
)
def test_channels_are_really_moved(layer: Drawn, shape: tuple[int, ...], order: tuple[int, ...]) -> None:
    subject = project(layer, shape=shape)
    problem = failure(subject)
    assert problem is not None
    [fix] = [one for one in problem.fixes if one.title.startswith("Move the channels")]
    network = build_sequential(fixed(subject, fix).graph, TensorType((None, *shape)))
    x = torch.rand(2, *shape)
    assert torch.equal(network[0](x), x.permute(order))


@pytest.mark.parametrize(
    ("output", "kernel", "stride", "shape", "changes"),
    [
        (8, 2, 2, (16, 4, 4), ""),
        (4, 2, 1, (8, 5, 3), ", and set output_size to (6, 4)"),
        (4, 3, 1, (8, 5, 3), ", and set kernel_size to 2 and output_size to (6, 4)"),
    ],
)
def test_blocks_of_a_picture_are_laid_in_a_row_to_be_folded(
    output: int, kernel: int, stride: int, shape: tuple[int, ...], changes: str
) -> None:
    args = {"output_size": output, "kernel_size": kernel, "stride": stride}
    subject = project(("Fold", args), shape=shape)
    problem = failure(subject)
    assert problem is not None
    assert problem.fixes[0].title == f"Insert Flatten of dimensions 2 to the last before Fold{changes}"
    changed = fixed(subject, problem.fixes[0])
    assert changed.graph.nodes[N1].args["stride"] == stride
    network, x = build_sequential(changed.graph, TensorType((None, *shape))), torch.rand(2, *shape)
    size = (8, 8) if stride == 2 else (6, 4)
    assert torch.equal(network(x), torch.nn.Fold(size, 2, stride=stride)(x.flatten(2)))
    if stride == 2:
        torch.testing.assert_close(network(x), torch.nn.PixelShuffle(2)(x))


def test_two_mistakes_of_one_layer_are_mended_together() -> None:
    subject = project(("BatchNorm2d", {}), shape=(4,), dtype="int64")
    problem = failure(subject)
    assert problem is not None
    assert problem.fixes[0].title == "Use BatchNorm1d instead, and set the Input's dtype to float32"
    assert failure(fixed(subject, problem.fixes[0])) is None


def test_a_layer_is_removed_only_where_nothing_else_mends() -> None:
    stuck = failure(project("Fold", shape=(3, 7, 5)))
    assert stuck is not None
    assert [type(edit) for fix in stuck.fixes for edit in fix.edits] == [RemoveNodes]


def test_fixes_of_independent_mistakes_do_not_wait_for_each_other() -> None:
    subject = project(
        ("Linear", {"in_features": 9, "out_features": 8}), ("Linear", {"in_features": 7, "out_features": 3})
    )
    problem = found(subject, "shape-mismatch")
    assert problem.node == N1
    assert problem.fixes[0].edits == (SetArg(N1, "in_features", 4),)
    after = found(fixed(subject, problem.fixes[0]), "shape-mismatch")
    assert (after.node, after.fixes[0].edits) == (N2, (SetArg(N2, "in_features", 8),))


def test_the_problem_comes_before_its_fixes_where_these_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_SLICE_S", 0.0)
    monkeypatch.setattr(module, "SLICE_S", 0.0)
    subject = project(("Linear", {"in_features": 9, "out_features": 3}))
    slices = [part for part in Analyzer().analyze(subject, IRIS) if part.problems]
    assert [part.final for part in slices] == [False] * (len(slices) - 1) + [True]
    first, last = slices[0].problems[0], slices[-1].problems[0]
    assert len(slices) > 1
    assert first.fixes == ()
    assert last.fixes
    assert (first.message, first.torch) == (last.message, last.torch)


@pytest.mark.parametrize(
    ("name", "args", "shape"),
    [
        ("MaxPool2d", {"kernel_size": 10**9}, (1, 8, 8)),
        ("Conv2d", {"out_channels": 4, "kernel_size": 10**6}, (1, 8, 8)),
        ("Conv3d", {"out_channels": 4, "kernel_size": 60}, (1, 4, 4, 4)),
        ("GroupNorm", {"num_groups": 2**31 - 1}, (16, 8)),
        ("ReflectionPad2d", {"padding": 2**31 - 1}, (1, 8, 8)),
    ],
)
def test_monstrous_arguments_are_mended_too(
    name: str, args: dict[str, ArgValue], shape: tuple[int, ...]
) -> None:
    problem = failure(project((name, args), shape=shape))
    assert problem is not None
    assert problem.fixes
