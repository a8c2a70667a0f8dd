"""A recorded pass holds what torch's own forward, loss and backward give, bit for bit."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.trace import TraceError, backward, forward, measure
from nnbuilder.graph.graph import NodeId

ACTIVATIONS = ("ReLU", "Tanh", "Sigmoid", "GELU", "LeakyReLU", "Softplus")


def names_of(network: nn.Sequential) -> list[tuple[NodeId, str]]:
    """Nodes n0, n1, ... for the layers of a flat network."""
    return [(NodeId(f"n{name}"), name) for name, _ in network.named_children()]


def _inputs(network: nn.Sequential) -> int:
    first = network[0]
    assert isinstance(first, nn.Linear)
    return first.in_features


def _grad(tensor: torch.Tensor) -> torch.Tensor:
    assert tensor.grad is not None
    return tensor.grad


@st.composite
def networks(draw: st.DrawFn) -> nn.Sequential:
    """Linear layers of random widths with activations between them, from a random seed."""
    torch.manual_seed(draw(st.integers(0, 10**6)))
    widths = draw(st.lists(st.integers(1, 6), min_size=2, max_size=4))
    layers: list[nn.Module] = []
    for before, after in zip(widths, [*widths[1:], 3], strict=True):
        layers.append(nn.Linear(before, after, bias=draw(st.booleans())))
        layers.append(getattr(nn, draw(st.sampled_from(ACTIVATIONS)))())
    return nn.Sequential(*layers[:-1])


@settings(deadline=None, max_examples=40)
@given(networks(), st.integers(1, 5))
def test_a_pass_is_torchs_own(network: nn.Sequential, rows: int) -> None:
    x, y = torch.randn(rows, _inputs(network)), torch.randint(3, (rows,))
    passed = forward(network, names_of(network), x)
    loss = measure(nn.CrossEntropyLoss(), passed, y)
    gradients = backward(passed, loss.mean)
    ours = {name: _grad(parameter) for name, parameter in network.named_parameters()}
    network.zero_grad()

    taken = x.clone().requires_grad_()
    given_to, plain = taken, []
    for module in network:
        given_to = module(given_to)
        given_to.retain_grad()
        plain.append(given_to)
    expected = nn.functional.cross_entropy(given_to, y)
    torch.autograd.backward(expected)
    assert torch.equal(loss.mean, expected)
    assert torch.equal(loss.rows, nn.functional.cross_entropy(given_to, y, reduction="none"))
    for layer, gradient, output in zip(passed.layers, gradients, plain, strict=True):
        assert torch.equal(layer.output, output)
        assert gradient.arriving is not None
        assert torch.equal(gradient.arriving, _grad(output))
        for name, own in gradient.parameters.items():
            assert torch.equal(own, _grad(layer.module.get_parameter(name)))
    assert gradients[0].leaving is not None
    assert torch.equal(gradients[0].leaving, _grad(taken))
    assert all(torch.equal(ours[name], _grad(own)) for name, own in network.named_parameters())


def test_a_layer_in_place_leaves_what_it_was_given() -> None:
    network = nn.Sequential(nn.Linear(2, 3), nn.ReLU(inplace=True))
    passed = forward(network, names_of(network), torch.randn(4, 2))
    assert torch.equal(passed.layers[0].output, passed.layers[1].input)
    assert bool((passed.layers[1].input < 0).any())


def test_a_layer_can_draw_the_same_again() -> None:
    network = nn.Sequential(nn.Linear(2, 9), nn.Dropout(0.5), nn.Dropout(0.5))
    passed = forward(network, names_of(network), torch.randn(4, 2))
    for layer in passed.layers[1:]:
        assert layer.random is not None
        torch.set_rng_state(layer.random)
        assert torch.equal(layer.module(layer.input), layer.output)


def test_whole_numbers_have_no_gradient() -> None:
    network = nn.Sequential(nn.Embedding(5, 3, sparse=True), nn.Flatten(), nn.Linear(6, 2))
    passed = forward(network, names_of(network), torch.tensor([[1, 4], [0, 4]]))
    loss = measure(nn.CrossEntropyLoss(), passed, torch.tensor([0, 1]))
    first, *_ = backward(passed, loss.mean)
    assert first.leaving is None
    assert first.parameters["weight"].shape == (5, 3)
    assert not first.parameters["weight"][2].any()
    assert first.parameters["weight"][4].any()


def test_class_weights_weigh_the_rows() -> None:
    weight = torch.tensor([1.0, 3.0])
    network = nn.Sequential(nn.Linear(2, 2))
    passed = forward(network, names_of(network), torch.randn(3, 2))
    target = torch.tensor([0, 1, 1])
    loss = measure(nn.CrossEntropyLoss(weight=weight), passed, target)
    torch.testing.assert_close(loss.mean, loss.rows.sum() / weight[target].sum())


REFUSED: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"x": torch.zeros(1, 3)}, r"Layer 0 \(Linear\) cannot take \(1, 3\) float32: mat1 and mat2"),
    ({"y": torch.tensor([7])}, r"7 is no class here: .* 0 to 1\. PyTorch says: Target 7 is out of bounds"),
    ({"y": torch.zeros(1, 5)}, r"the output is \(1, 2\), the target \(1, 5\)"),
)


@pytest.mark.parametrize(("bad", "said"), REFUSED)
def test_a_refusal_names_the_place(bad: Mapping[str, Any], said: str) -> None:
    network = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(TraceError, match=said):
        measure(
            nn.CrossEntropyLoss(),
            forward(network, names_of(network), bad.get("x", torch.zeros(1, 2))),
            bad.get("y", torch.tensor([1])),
        )


@pytest.mark.parametrize("word", [5, -1])
def test_a_number_without_a_row_of_an_embedding_is_named(word: int) -> None:
    network = nn.Sequential(nn.Embedding(5, 3))
    wanted = (
        rf"\(Embedding\): {word} names no row of its weight, which has the rows 0 to 4\. PyTorch says: index"
    )
    with pytest.raises(TraceError, match=wanted):
        forward(network, names_of(network), torch.tensor([[1, word]]))


def test_nothing_to_learn_is_said() -> None:
    network = nn.Sequential(nn.Linear(2, 2).requires_grad_(False))
    passed = forward(network, names_of(network), torch.ones(1, 2))
    assert (
        backward(passed, measure(nn.CrossEntropyLoss(), passed, torch.tensor([1])).mean)[0].parameters == {}
    )
    with torch.no_grad():
        passed = forward(network, names_of(network), torch.ones(1, 2))
    with pytest.raises(TraceError, match="no way back"):
        backward(passed, measure(nn.CrossEntropyLoss(), passed, torch.tensor([1])).mean)
