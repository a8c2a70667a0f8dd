"""Every number of random networks is worked out as PyTorch has it, in passes that draw at random, too."""

from collections.abc import Callable

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.explain.case import Case, place_of
from nnbuilder.engine.explain.layers import explain_layer
from nnbuilder.engine.modules import construct
from nnbuilder.engine.trace import forward
from nnbuilder.graph.graph import NodeId
from tests.conftest import SOAK

Make = Callable[[tuple[int, ...]], nn.Module]
"""A layer for what comes in, by its sizes behind the batch."""


def recurrent(name: str) -> Make:
    """A recurrent layer of two with dropout between them, as it is drawn."""
    spec = LAYERS[name]

    def make(shape: tuple[int, ...]) -> nn.Module:
        args = {arg.name: arg.default for arg in spec.args}
        own = {
            "input_size": shape[-1],
            "hidden_size": 5,
            "num_layers": 2,
            "batch_first": True,
            "dropout": 0.3,
        }
        return construct(spec, {**args, **own}, "cpu")

    return make


ANY: tuple[Make, ...] = (
    lambda _shape: nn.ReLU(),
    lambda _shape: nn.Tanh(),
    lambda _shape: nn.Dropout(0.4),
    lambda _shape: nn.AlphaDropout(0.3),
    nn.LayerNorm,
    lambda shape: nn.Linear(shape[-1], 4),
    lambda _shape: nn.Softmax(dim=-1),
    lambda _shape: nn.RReLU(),
)

PICTURES: tuple[Make, ...] = (
    lambda shape: nn.Conv2d(shape[0], 4, 3, padding=1),
    lambda shape: nn.BatchNorm2d(shape[0]),
    lambda shape: nn.PReLU(shape[0]),
    lambda shape: nn.ConvTranspose2d(shape[0], 3, 2, stride=2),
    lambda _shape: nn.MaxPool2d(2, ceil_mode=True),
    lambda _shape: nn.FractionalMaxPool2d(1, output_size=3),
    lambda _shape: nn.Dropout2d(0.4),
    lambda _shape: nn.ReflectionPad2d(1),
    lambda _shape: nn.Upsample(scale_factor=1.5, mode="bilinear"),
)

SEQUENCES: tuple[Make, ...] = (
    recurrent("LSTM"),
    recurrent("GRU"),
    lambda shape: nn.TransformerEncoderLayer(shape[-1], 1, 6, dropout=0.3, batch_first=True),
    lambda shape: nn.Conv1d(shape[0], 3, 2, padding=1),
)


@settings(max_examples=200 if SOAK else 12, deadline=None)
@given(
    data=st.data(),
    seed=st.integers(0, 10**6),
    picture=st.booleans(),
    train=st.booleans(),
    many=st.integers(1, 6),
)
def test_networks(data: st.DataObject, seed: int, picture: bool, train: bool, many: int) -> None:
    torch.manual_seed(seed)
    shape: tuple[int, ...] = (2, 6, 6) if picture else (5, 4)
    kinds = st.sampled_from((*ANY, *(PICTURES if picture else SEQUENCES)))
    x = torch.randn(3, *shape)
    network = nn.Sequential()
    for _ in range(many):
        network.append(data.draw(kinds)(shape))
        shape = tuple(network(x).shape[1:])
    network.train(train)
    passed = forward(network, [(NodeId(key), key) for key, _ in network.named_children()], x)
    for layer in passed.layers:
        place = place_of(layer.output, data.draw(st.integers(0, 2)), data.draw(st.integers(0, 200)))
        worked = explain_layer(Case(layer.module, layer.input, layer.output, place, layer.random))
        assert worked.agrees, worked
        assert any(line.torch for line in worked.lines)
