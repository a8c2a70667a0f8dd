"""The gradient of every parameter of every layer is worked out, and is torch's, wherever one looks."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.explain.case import place_of
from nnbuilder.engine.explain.chain_rule import Way, explain_gradient, explain_slope
from nnbuilder.engine.modules import construct
from nnbuilder.engine.trace import Forward, LayerGradients, Loss, backward, forward, measure
from nnbuilder.graph.graph import ArgValue, NodeId

Shape = tuple[int, ...]

CASES: tuple[tuple[str, dict[str, ArgValue], Shape], ...] = (
    ("Linear", {"in_features": 4, "out_features": 3}, (3, 2, 4)),
    ("PReLU", {}, (3, 4)),
    ("PReLU", {"num_parameters": 3}, (2, 3, 4)),
    ("Conv1d", {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "groups": 2, "padding": 1}, (2, 4, 7)),
    (
        "Conv2d",
        {"in_channels": 2, "out_channels": 3, "kernel_size": (3, 2), "stride": 2, "padding_mode": "circular"},
        (2, 2, 6, 5),
    ),
    ("Conv3d", {"in_channels": 1, "out_channels": 2, "kernel_size": 2, "dilation": 2}, (2, 1, 4, 3, 3)),
    ("ConvTranspose1d", {"in_channels": 4, "out_channels": 6, "kernel_size": 3, "groups": 2}, (2, 4, 4)),
    (
        "ConvTranspose2d",
        {
            "in_channels": 2,
            "out_channels": 3,
            "kernel_size": (3, 2),
            "stride": 2,
            "padding": 1,
            "dilation": 2,
        },
        (2, 2, 4, 4),
    ),
    (
        "ConvTranspose3d",
        {"in_channels": 1, "out_channels": 2, "kernel_size": 2, "output_padding": 1, "stride": 2},
        (1, 1, 2, 2, 3),
    ),
    ("BatchNorm1d", {"num_features": 3}, (5, 3)),
    ("BatchNorm2d", {"num_features": 3, "track_running_stats": False}, (3, 3, 2, 2)),
    ("BatchNorm3d", {"num_features": 2}, (3, 2, 2, 2, 2)),
    ("InstanceNorm1d", {"num_features": 3, "affine": True}, (4, 3, 5)),
    ("InstanceNorm2d", {"num_features": 3, "affine": True, "track_running_stats": True}, (2, 3, 3, 2)),
    ("InstanceNorm3d", {"num_features": 2, "affine": True}, (2, 2, 2, 2, 2)),
    ("GroupNorm", {"num_groups": 2, "num_channels": 4}, (3, 4, 5)),
    ("LayerNorm", {"normalized_shape": (3, 4)}, (2, 3, 4)),
    ("RMSNorm", {"normalized_shape": (4,)}, (2, 3, 4)),
    ("Embedding", {"num_embeddings": 5, "embedding_dim": 3}, (4, 3)),
    (
        "Embedding",
        {"num_embeddings": 5, "embedding_dim": 2, "padding_idx": 1, "scale_grad_by_freq": True},
        (4, 3),
    ),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 2, "mode": "mean", "padding_idx": 2}, (4, 6)),
    (
        "EmbeddingBag",
        {"num_embeddings": 5, "embedding_dim": 2, "mode": "sum", "scale_grad_by_freq": True},
        (4, 3),
    ),
    ("EmbeddingBag", {"num_embeddings": 5, "embedding_dim": 2, "mode": "max", "padding_idx": 2}, (4, 3)),
    (
        "EmbeddingBag",
        {
            "num_embeddings": 5,
            "embedding_dim": 2,
            "mode": "mean",
            "scale_grad_by_freq": True,
            "padding_idx": 1,
        },
        (4, 3),
    ),
    ("RNN", {"input_size": 3, "hidden_size": 2, "nonlinearity": "relu", "batch_first": True}, (2, 4, 3)),
    (
        "RNN",
        {"input_size": 3, "hidden_size": 2, "num_layers": 2, "bidirectional": True, "dropout": 0.5},
        (4, 2, 3),
    ),
    ("GRU", {"input_size": 3, "hidden_size": 2, "bias": False}, (4, 3)),
    (
        "GRU",
        {
            "input_size": 3,
            "hidden_size": 2,
            "num_layers": 2,
            "bidirectional": True,
            "batch_first": True,
            "output": "last",
        },
        (2, 4, 3),
    ),
    ("LSTM", {"input_size": 3, "hidden_size": 2, "batch_first": True}, (2, 4, 3)),
    (
        "LSTM",
        {
            "input_size": 3,
            "hidden_size": 4,
            "num_layers": 3,
            "proj_size": 2,
            "dropout": 0.3,
            "bidirectional": True,
        },
        (4, 2, 3),
    ),
    (
        "TransformerEncoderLayer",
        {"d_model": 4, "nhead": 2, "dim_feedforward": 5, "batch_first": True},
        (2, 3, 4),
    ),
    (
        "TransformerEncoderLayer",
        {"d_model": 4, "nhead": 2, "dim_feedforward": 5, "bias": False, "norm_first": True},
        (3, 2, 4),
    ),
    ("TransformerEncoderLayer", {"d_model": 4, "nhead": 1, "dim_feedforward": 3, "dropout": 0.0}, (3, 4)),
    (
        "TransformerEncoder",
        {"d_model": 4, "nhead": 2, "dim_feedforward": 5, "num_layers": 2, "batch_first": True},
        (2, 3, 4),
    ),
)

WHOLE = frozenset({"Embedding", "EmbeddingBag"})


def made(name: str, args: dict[str, ArgValue]) -> nn.Module:
    """A layer as it is drawn, its parameters random."""
    spec = LAYERS[name]
    whole = {arg.name: args.get(arg.name, arg.default) for arg in spec.args}
    layer = construct(spec, whole, "cpu")
    for parameter in layer.parameters():
        nn.init.normal_(parameter, std=0.7)
    return layer


def passed(
    layer: nn.Module, x: torch.Tensor, *, train: bool
) -> tuple[Forward, tuple[LayerGradients, ...], Loss]:
    """A pass of a network that begins with the layer and goes on to two classes."""
    network = nn.Sequential(layer.train(train), nn.Tanh(), nn.Flatten())
    with torch.no_grad():
        width = network(x).shape[1]
    network.append(nn.Linear(width, 2))
    way = forward(network, [(NodeId(key), key) for key, _ in network.named_children()], x)
    loss = measure(nn.CrossEntropyLoss(), way, torch.randint(2, (len(way.output),)))
    return way, backward(way, loss.mean), loss


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(("name", "args", "shape"), CASES)
@settings(deadline=None, max_examples=6)
@given(seed=st.integers(0, 10**6), train=st.booleans(), row=st.integers(0, 9))
def test_every_parameter(
    name: str, args: dict[str, ArgValue], shape: Shape, seed: int, train: bool, row: int
) -> None:
    torch.manual_seed(seed)
    layer = made(name, args)
    x = torch.randint(5, shape) if name in WHOLE else torch.randn(shape)
    way, gradients, loss = passed(layer, x, train=train)
    for own, value in gradients[0].parameters.items():
        flat = int(torch.randint(value.numel(), ()))
        place = tuple(int(one) for one in torch.unravel_index(torch.tensor(flat), value.shape))
        worked = explain_gradient(Way(way.layers, gradients, loss), own, place, row)
        assert worked.formula, (own, worked)
        assert worked.lines[0].torch
        assert worked.agrees, (own, place, worked)
    unit = int(torch.randint(way.layers[0].input[0].numel(), ()))
    left = explain_slope(way.layers[0], gradients[0], place_of(way.layers[0].input, row, unit))
    assert (left is None) == (name in WHOLE)
    assert left is None or left.agrees, left


def test_every_layer_with_parameters_is_among_them() -> None:
    own = {name for name in LAYERS if hasattr(getattr(nn, name), "reset_parameters")}
    inside = {name for name, spec in LAYERS.items() if spec.group == "Transformer"}
    assert {name for name, _, _ in CASES} == own | inside


def test_an_untouched_row_of_an_embedding_says_so() -> None:
    layer = made("Embedding", {"num_embeddings": 5, "embedding_dim": 2})
    way, gradients, loss = passed(layer, torch.tensor([[1, 1], [0, 3]]), train=True)
    worked = explain_gradient(Way(way.layers, gradients, loss), "weight", (1, 0), 1)
    assert "row 1 does not use it" in [line.text for line in worked.lines]
    worked = explain_gradient(Way(way.layers, gradients, loss), "weight", (4, 0), 1)
    assert worked.lines[0].text == "∂loss/∂weight[4, 0] = 0"
    assert worked.notes == ("Row 4 of the weight was picked 0 times.",)


def test_the_zeros_of_a_long_sum_are_left_out_and_counted() -> None:
    layer = made("Linear", {"in_features": 2, "out_features": 3})
    x = torch.zeros(20, 2)
    x[3], x[11] = torch.tensor([2.0, 1.0]), torch.tensor([-1.0, 1.0])
    way, gradients, loss = passed(layer, x, train=False)
    worked = explain_gradient(Way(way.layers, gradients, loss), "weight", (0, 1), 3)
    assert worked.agrees
    assert worked.lines[0].text.count("·") == 2
    assert worked.notes == ("18 of 20 products are 0 and not written.",)


BACK: dict[str, tuple[Callable[[], nn.Module], Shape]] = {
    "MaxPool2d": (lambda: nn.MaxPool2d(2), (2, 2, 4, 4)),
    "AvgPool1d": (lambda: nn.AvgPool1d(2), (2, 2, 4)),
    "Softmax": (lambda: nn.Softmax(dim=1), (3, 4)),
    "Dropout": (lambda: nn.Dropout(0.5), (3, 4)),
    "Flatten": (nn.Flatten, (2, 3, 2)),
    "BatchNorm1d": (lambda: nn.BatchNorm1d(3), (4, 3)),
    "FractionalMaxPool2d": (lambda: nn.FractionalMaxPool2d(2, output_size=3), (2, 2, 5, 5)),
    "CrossMapLRN2d": (lambda: nn.CrossMapLRN2d(3), (2, 4, 2, 2)),
    "Upsample": (lambda: nn.Upsample(scale_factor=2, mode="bicubic"), (1, 2, 3, 3)),
    "ReflectionPad1d": (lambda: nn.ReflectionPad1d(2), (2, 2, 4)),
    "PixelShuffle": (lambda: nn.PixelShuffle(2), (1, 4, 2, 2)),
}


@pytest.mark.parametrize("name", BACK)
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_way_back_through_layers_without_parameters(name: str) -> None:
    make, shape = BACK[name]
    for seed in range(5):
        torch.manual_seed(seed)
        network = nn.Sequential(nn.PReLU(), make())
        way = forward(network.train(), [(NodeId(key), key) for key in "01"], torch.randn(shape))
        loss = measure(nn.MSELoss(), way, torch.randn(way.output.shape))
        gradients = backward(way, loss.mean)
        unit = int(torch.randint(way.layers[1].input[0].numel(), ()))
        left = explain_slope(way.layers[1], gradients[1], place_of(way.layers[1].input, 0, unit))
        assert left is not None
        assert left.agrees, left
        assert any(line.torch for line in left.lines)
        worked = explain_gradient(Way(way.layers, gradients, loss), "weight", (0,), 0)
        assert worked.agrees, worked


def test_a_normalization_that_divides_by_zero_is_no_failure() -> None:
    """The only number of a row has no variance, and this eps is 0 in single precision."""
    network = nn.Sequential(nn.LayerNorm(1, eps=1e-300))
    way = forward(network, [(NodeId("0"), "0")], torch.tensor([[0.5], [2.0]]))
    loss = measure(nn.MSELoss(), way, torch.zeros(2, 1))
    gradients = backward(way, loss.mean)
    left = explain_slope(way.layers[0], gradients[0], (0, 0))
    assert left is not None
    assert left.lines[0].torch == "nan"
