"""The factors of a gradient multiply to torch's own `.grad`, for random networks and weights."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.explain.chain_rule import Way, explain_gradient
from nnbuilder.engine.explain.numbers import shown
from nnbuilder.engine.trace import backward, forward, measure
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.worked import Worked

ACTIVATIONS = ("ReLU", "Tanh", "Sigmoid", "SiLU", "LeakyReLU", "Identity")


def worked_at(network: nn.Sequential, x: torch.Tensor, layer: int, name: str, unit: int, row: int) -> Worked:
    """The gradient of one number of a layer's parameter, with cross entropy on random classes."""
    network.zero_grad()
    passed = forward(network, [(NodeId(key), key) for key, _ in network.named_children()], x)
    target = torch.randint(passed.output.shape[1], (len(x),))
    gradients = backward(passed, measure(nn.CrossEntropyLoss(), passed, target).mean)
    own = network[layer].get_parameter(name)
    place = tuple(int(one) for one in torch.unravel_index(torch.tensor(unit % own.numel()), own.shape))
    return explain_gradient(Way(passed.layers[layer:], gradients[layer:]), name, place, row)


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10**6),
    st.lists(st.integers(1, 5), min_size=2, max_size=3),
    st.sampled_from(ACTIVATIONS),
    st.sampled_from(["weight", "bias"]),
    st.integers(0, 100),
    st.integers(1, 4),
    st.data(),
)
def test_dense_networks(
    seed: int, widths: list[int], activation: str, name: str, unit: int, rows: int, data: st.DataObject
) -> None:
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    for before, after in zip(widths, [*widths[1:], 3], strict=True):
        layers += [nn.Linear(before, after), getattr(nn, activation)()]
    network = nn.Sequential(*layers[: data.draw(st.sampled_from([-1, None]))])
    layer = data.draw(st.sampled_from(range(0, len(network), 2)))
    row = data.draw(st.integers(0, rows - 1))
    worked = worked_at(network, torch.randn(rows, widths[0]), layer, name, unit, row)
    assert worked.agrees, worked
    assert len([line for line in worked.lines if line.torch]) >= 2


@pytest.mark.parametrize("unit", range(0, 36, 5))
@pytest.mark.parametrize("name", ["weight", "bias"])
def test_convolutions(name: str, unit: int) -> None:
    torch.manual_seed(unit)
    network = nn.Sequential(
        nn.Conv2d(2, 4, (3, 2), stride=2, padding=1, groups=2),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.LazyLinear(3),
    )
    x = torch.randn(3, 2, 5, 5)
    network(x)
    assert worked_at(network, x, 0, name, unit, 0).agrees
    assert worked_at(network, x, 1, "bias", unit, 0).agrees


def test_the_rows_of_an_embedding() -> None:
    network = nn.Sequential(nn.Embedding(4, 3), nn.Flatten(), nn.Linear(6, 2))
    x = torch.tensor([[1, 1], [0, 1], [2, 0]])
    for unit in range(12):
        worked = worked_at(network, x, 0, "weight", unit, 0)
        assert worked.agrees
        assert worked.lines[0].torch


def test_the_factors_of_one_row_are_the_whole_gradient() -> None:
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    worked = worked_at(network, torch.randn(1, 2), 0, "weight", 3, 0)
    whole, words, factors, behind = worked.lines
    assert words.text == "row 0: x[0, 1] · slope of 1 (Tanh) · what arrives behind it"
    assert whole.torch == factors.torch
    assert behind.text.startswith("what arrives = Σ what arrives at 2 · its weights = ")
    assert len(factors.text.split("=")[1].split("·")) == 3


def test_the_way_from_the_loss_is_worked_out() -> None:
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(2, 3))
    target = torch.tensor([2, 0])
    passed = forward(network, [(NodeId("0"), "0")], torch.randn(2, 2))
    loss = measure(nn.CrossEntropyLoss(), passed, target)
    gradients = backward(passed, loss.mean)
    worked = explain_gradient(Way(passed.layers, gradients, loss), "bias", (2,), 0)
    share = shown(float(passed.output[0].detach().double().softmax(0)[2]))
    assert worked.lines[-1].text.startswith(f"what arrives from the loss = ({share} - 1)/2 = ")
    assert worked.agrees


def test_a_chain_of_single_numbers_is_one_product_up_to_the_loss() -> None:
    torch.manual_seed(3)
    network = nn.Sequential(nn.Linear(1, 1), nn.Sigmoid(), nn.Linear(1, 1), nn.Tanh())
    passed = forward(network, [(NodeId(key), key) for key in "0123"], torch.tensor([[0.7]]))
    loss = measure(nn.MSELoss(), passed, torch.tensor([[0.5]]))
    gradients = backward(passed, loss.mean)
    worked = explain_gradient(Way(passed.layers, gradients, loss), "weight", (0, 0), 0)
    whole, words, product, end = worked.lines
    assert words.text == (
        "row 0: x[0, 0] · slope of 1 (Sigmoid) · slope of 2 (Linear) · slope of 3 (Tanh)"
        " · what arrives behind it"
    )
    assert product.torch == whole.torch
    assert end.torch == shown(2 * (passed.output.item() - 0.5))
    assert worked.agrees
