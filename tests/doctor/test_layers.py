"""Layers that undo, repeat or disturb the one next to them; torch shows that they do."""

import math

import pytest
import torch
from torch import nn

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.edits import Group, SetDisabled
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.edits import apply_edit
from tests.doctor.patients import advice, codes, cured, linear, only
from tests.engine.drawings import IRIS, Drawn, fixed, project

LAST = linear(3)
ROWS = DataProfile("rows", "classification", (3, 5), 64, 64, 0, 0, "", classes=("a", "b", "c"))
TWICE = "linear-after-linear"


def test_two_linear_are_one() -> None:
    subject = project(linear(16), LAST)
    problem = only(advice(subject), TWICE)
    assert problem.message == (
        "Linear and Linear follow each other directly: together they are one Linear from 4 to 3."
    )
    assert (problem.severity, problem.node) == ("warning", NodeId("n2"))
    assert list(cured(subject, TWICE)) == ["Insert ReLU before Linear", "Leave out Linear"]
    first, second = nn.Linear(4, 16), nn.Linear(16, 3)
    one = nn.Linear(4, 3)
    with torch.no_grad():
        one.weight.copy_(second.weight @ first.weight)
        one.bias.copy_(second.weight @ first.bias + second.bias)
        x = torch.randn(32, 4, generator=torch.Generator().manual_seed(0))
        torch.testing.assert_close(nn.Sequential(first, second)(x), one(x))
        bent = nn.Sequential(first, nn.ReLU(), second)
        assert not torch.allclose(bent(x) + bent(-x), 2 * bent(0 * x), atol=1e-3)  # no Linear bends so


@pytest.mark.parametrize("between", ["Identity", "Flatten"])
def test_layers_that_hand_on_everything_are_looked_through(between: str) -> None:
    assert codes(advice(project(linear(8), between, LAST))) == [TWICE]


@pytest.mark.parametrize("between", ["ReLU", "Tanh", "LayerNorm", "Dropout", "LeakyReLU"])
def test_anything_else_between_them_is_something(between: str) -> None:
    assert TWICE not in codes(advice(project(linear(8), between, LAST)))


def test_a_disabled_activation_is_none() -> None:
    subject = apply_edit(project(linear(8), "ReLU", LAST), SetDisabled((NodeId("n2"),), disabled=True))
    assert codes(advice(subject)) == [TWICE]
    assert len(cured(subject, TWICE)) == 2


def test_groups_are_opened() -> None:
    plain = project(linear(8), LAST, "ReLU", LAST)
    grouped = apply_edit(plain, Group((NodeId("n2"), NodeId("n3")), Node(NodeId("g"), GROUP)))
    assert codes(advice(grouped)) == [TWICE]
    assert len(cured(grouped, TWICE)) == 2


def test_a_narrow_one_between_them_is_of_low_rank_and_may_be_meant() -> None:
    [problem] = [one for one in advice(project(linear(2), LAST)) if one.code == TWICE]
    assert problem.message.endswith("together they are one Linear from 4 to 3 of rank 2.")
    assert [fix.title for fix in problem.fixes] == ["Insert ReLU before Linear"]
    weight = nn.Linear(2, 3).weight @ nn.Linear(4, 2).weight
    assert torch.linalg.matrix_rank(weight) == 2


def test_a_width_that_is_pinned_is_let_go_when_they_become_one() -> None:
    subject = project(linear(16), linear(3, in_features=16))
    changed = cured(subject, TWICE)["Leave out Linear"]
    assert changed.graph.nodes[NodeId("n2")].args == {"out_features": 3}


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax", "Softmin"])
def test_softmax_without_dim(name: str) -> None:
    subject = project((name, {}), LAST)
    problem = only(advice(subject), "softmax-dim")
    assert problem.message == (
        f"{name} has no dim: PyTorch guesses which values are to sum to one, and warns."
    )
    assert (problem.node, problem.arg) == (NodeId("n1"), "dim")
    assert list(cured(subject, "softmax-dim")) == ["Set dim to -1 (the last dimension)"]
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        getattr(nn, name)()(torch.zeros(2, 3))


@pytest.mark.parametrize("dim", [0, -2])
def test_softmax_over_the_samples(dim: int) -> None:
    subject = project(("Softmax", {"dim": dim}), LAST)
    assert f"Softmax has dim = {dim}, the samples" in only(advice(subject), "softmax-dim").message
    cured(subject, "softmax-dim")
    one, two = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 2.0], [5.0, 5.0]])
    assert not torch.equal(nn.Softmax(dim)(one)[0], nn.Softmax(dim)(two)[0])


@pytest.mark.parametrize("name", ["Softmax", "LogSoftmax", "Softmin"])
def test_without_dim_samples_of_three_dimensions_are_mixed(name: str) -> None:
    layer = getattr(nn, name)
    x = torch.randn(4, 3, 5, generator=torch.Generator().manual_seed(0))
    with pytest.warns(UserWarning, match="Implicit dimension choice"):
        assert not torch.allclose(layer()(x)[0], layer()(x[:1])[0])
    for dim in (1, -1):
        torch.testing.assert_close(layer(dim)(x)[0], layer(dim)(x[:1])[0])


@pytest.mark.parametrize(
    ("layers", "shape", "dim"),
    [
        ((("Conv2d", {"out_channels": 4, "kernel_size": 3}),), (3, 8, 8), 1),
        ((("Conv1d", {"out_channels": 4, "kernel_size": 3}),), (3, 8), 1),
        ((), (3, 8, 8), 1),
        ((("Flatten", {}),), (3, 8, 8), -1),
        ((("Linear", {"out_features": 4}),), (5, 8), -1),
        ((("LSTM", {"hidden_size": 4, "batch_first": True}),), (5, 8), -1),
    ],
)
@pytest.mark.parametrize("given", [{}, {"dim": 0}])
def test_images_share_among_channels_and_features_among_themselves(
    layers: tuple[Drawn, ...], shape: tuple[int, ...], dim: int, given: dict[str, int]
) -> None:
    subject = project(*layers, ("Softmax", given), "Flatten", LAST, shape=shape)
    [fix] = only(advice(subject, None), "softmax-dim").fixes
    words = "the channels" if dim == 1 else "the last dimension"
    assert fix.title == f"Set dim to {dim} ({words})"
    changed = fixed(subject, fix)
    assert "softmax-dim" not in codes(advice(changed, None))
    scores = torch.randn(2, 4, 6, 6, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(nn.Softmax(1)(scores), nn.Softmax2d()(scores))  # what PyTorch has for images


def test_softmax_of_images_over_the_samples() -> None:
    subject = project("Softmax2d", "Flatten", LAST, shape=(3, 8))
    problem = only(advice(subject, None), "softmax-dim")
    assert problem.message == (
        "Softmax2d takes N×3×8 for a single image, and its samples for channels: what one sample gets then "
        "depends on the others."
    )
    [fix] = problem.fixes
    assert fix.title == "Use Softmax instead of Softmax2d"
    changed = fixed(subject, fix)
    assert changed.graph.nodes[NodeId("n1")].args == {"dim": 1}
    assert "softmax-dim" not in codes(advice(changed, None))
    assert "softmax-dim" not in codes(advice(project("Softmax2d", "Flatten", LAST, shape=(3, 8, 8)), None))
    x = torch.randn(4, 3, 8)
    torch.testing.assert_close(nn.Softmax2d()(x), nn.Softmax(0)(x))
    torch.testing.assert_close(nn.Softmax(1)(x)[0], nn.Softmax(1)(x[:1])[0])


def test_softmax_over_another_dimension_is_a_choice() -> None:
    assert codes(advice(project(("Softmax", {"dim": -2}), "Flatten", LAST, shape=(2, 2)))) == []


@pytest.mark.parametrize("between", [(), ("ReLU",), ("Identity",)])
def test_dropout_before_batch_norm(between: tuple[Drawn, ...]) -> None:
    subject = project(linear(8, bias=False), "ReLU", "Dropout", *between, "BatchNorm1d", LAST)
    assert only(advice(subject), "dropout-before-batch-norm").severity == "warning"
    titles = ["Move Dropout behind BatchNorm1d", "Remove Dropout"]
    assert list(cured(subject, "dropout-before-batch-norm")) == titles


def test_dropout_behind_batch_norm_or_far_before_it_is_usual() -> None:
    block = (linear(8, bias=False), "BatchNorm1d", "ReLU", "Dropout")
    assert codes(advice(project(*block, *block, LAST))) == []
    assert codes(advice(project(linear(8), ("Dropout", {"p": 0.0}), "BatchNorm1d", "ReLU", LAST))) == []
    assert codes(advice(project(linear(8), "ReLU", "Dropout", "LayerNorm", LAST))) == []


def test_dropout_makes_batch_norm_expect_more_variance_than_there_is() -> None:
    torch.manual_seed(0)
    x = torch.randn(20_000, 4) + 2
    wrong = nn.Sequential(nn.Dropout(0.5), nn.BatchNorm1d(4, momentum=None, affine=False))
    right = nn.Sequential(nn.BatchNorm1d(4, momentum=None, affine=False), nn.Dropout(0.5))
    for model in (wrong, right):
        model.train()(x)
    assert wrong.eval()(x).std() < 0.5  # (1 + p / (1 - p) * 5) ** -0.5, and not 1
    assert math.isclose(right.eval()(x).std().item(), 1, rel_tol=0.01)


def test_a_bias_before_batch_norm_gets_no_gradient() -> None:
    subject = project(linear(8), "BatchNorm1d", "ReLU", LAST)
    problem = only(advice(subject), "bias-before-batch-norm")
    assert (problem.severity, problem.node, problem.arg) == ("note", NodeId("n1"), "bias")
    changed = cured(subject, problem.code)["Switch off the bias of Linear"]
    assert changed.graph.nodes[NodeId("n1")].args["bias"] is False
    layer = nn.Linear(4, 8)
    x = torch.randn(16, 4, generator=torch.Generator().manual_seed(0))
    nn.BatchNorm1d(8)(layer(x)).square().pow(1.5).sum().backward()
    assert layer.bias.grad is not None
    assert layer.weight.grad is not None
    assert layer.bias.grad.abs().max() < 1e-4 * layer.weight.grad.abs().max()


def test_a_bias_that_batch_norm_does_not_take_away() -> None:
    assert codes(advice(project(linear(8), "LayerNorm", "ReLU", LAST))) == []
    assert codes(advice(project(linear(8, bias=False), "BatchNorm1d", "ReLU", LAST))) == []
    rows = project(linear(8), "BatchNorm1d", "Flatten", LAST)  # normalizes 3 rows, each with 8 biases
    assert codes(advice(rows, ROWS)) == []
    layer = nn.Linear(5, 8)
    nn.BatchNorm1d(3)(layer(torch.randn(16, 3, 5))).square().pow(1.5).sum().backward()
    assert layer.bias.grad is not None
    assert layer.bias.grad.abs().max() > 1e-3
    assert IRIS.shape == (4,)
