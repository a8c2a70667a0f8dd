"""What is written of a layer's number is torch's number, on random layers, inputs and places."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.explain.activations import FUNCTIONS
from nnbuilder.engine.explain.case import Case, place_of
from nnbuilder.engine.explain.layers import explain_layer

Make = Callable[[], tuple[nn.Module, torch.Tensor]]


def image(*shape: int) -> torch.Tensor:
    """Random numbers."""
    return torch.randn(*shape)


MADE: dict[str, Make] = {
    "Linear": lambda: (nn.Linear(5, 3), image(4, 5)),
    "Linear of a sequence": lambda: (nn.Linear(5, 3, bias=False), image(2, 4, 5)),
    "Linear of many": lambda: (nn.Linear(784, 3), image(4, 784)),
    "Conv1d": lambda: (nn.Conv1d(4, 6, 3, groups=2, padding=1), image(2, 4, 9)),
    "Conv2d": lambda: (nn.Conv2d(2, 3, (3, 2), stride=2, dilation=2, padding=(2, 1)), image(2, 2, 9, 8)),
    "Conv2d same": lambda: (nn.Conv2d(1, 2, 3, padding="same"), image(2, 1, 6, 6)),
    "Conv2d circular": lambda: (nn.Conv2d(1, 2, 3, padding=2, padding_mode="circular"), image(2, 1, 6, 6)),
    "Conv3d": lambda: (nn.Conv3d(1, 2, 2, bias=False), image(2, 1, 4, 3, 3)),
    "ConvTranspose1d": lambda: (nn.ConvTranspose1d(2, 4, 3, stride=2, groups=2), image(2, 2, 5)),
    "ConvTranspose2d": lambda: (
        nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1, output_padding=1, dilation=2),
        image(2, 2, 4, 4),
    ),
    "ConvTranspose3d": lambda: (nn.ConvTranspose3d(1, 1, 2), image(1, 1, 3, 3, 3)),
    "BatchNorm1d": lambda: (nn.BatchNorm1d(3), image(5, 3)),
    "BatchNorm2d": lambda: (nn.BatchNorm2d(3, affine=False), image(5, 3, 2, 2)),
    "BatchNorm3d": lambda: (nn.BatchNorm3d(2, track_running_stats=False), image(3, 2, 2, 2, 2)),
    "InstanceNorm1d": lambda: (nn.InstanceNorm1d(3, affine=True), image(4, 3, 5)),
    "InstanceNorm2d": lambda: (nn.InstanceNorm2d(3, track_running_stats=True), image(4, 3, 5, 2)),
    "InstanceNorm3d": lambda: (nn.InstanceNorm3d(2), image(2, 2, 2, 2, 2)),
    "GroupNorm": lambda: (nn.GroupNorm(2, 4), image(3, 4, 5)),
    "LayerNorm": lambda: (nn.LayerNorm((3, 4)), image(2, 3, 4)),
    "RMSNorm": lambda: (nn.RMSNorm(6), image(2, 3, 6)),
    "MaxPool1d": lambda: (nn.MaxPool1d(3, padding=1, dilation=2), image(2, 2, 9)),
    "MaxPool2d": lambda: (nn.MaxPool2d((3, 2), stride=1, padding=1, ceil_mode=True), image(2, 2, 7, 6)),
    "MaxPool3d": lambda: (nn.MaxPool3d(2), image(1, 1, 4, 4, 4)),
    "AvgPool1d": lambda: (nn.AvgPool1d(3, padding=1, ceil_mode=True), image(2, 2, 8)),
    "AvgPool1d of whole numbers": lambda: (nn.AvgPool1d(3), torch.randint(-9, 9, (2, 2, 9))),
    "AvgPool2d": lambda: (nn.AvgPool2d(3, padding=1, count_include_pad=False), image(2, 2, 7, 7)),
    "AvgPool2d divisor": lambda: (nn.AvgPool2d(2, divisor_override=3), image(1, 1, 4, 4)),
    "AvgPool3d": lambda: (nn.AvgPool3d(2, padding=1), image(1, 1, 4, 4, 4)),
    "AdaptiveAvgPool1d": lambda: (nn.AdaptiveAvgPool1d(3), image(2, 2, 7)),
    "AdaptiveAvgPool2d": lambda: (nn.AdaptiveAvgPool2d((3, 2)), image(2, 2, 7, 5)),
    "AdaptiveAvgPool3d": lambda: (nn.AdaptiveAvgPool3d(2), image(1, 1, 3, 4, 5)),
    "AdaptiveMaxPool1d": lambda: (nn.AdaptiveMaxPool1d(3), image(2, 2, 7)),
    "AdaptiveMaxPool2d": lambda: (nn.AdaptiveMaxPool2d((3, 2)), image(2, 2, 7, 5)),
    "AdaptiveMaxPool3d": lambda: (nn.AdaptiveMaxPool3d(2), image(1, 1, 3, 4, 5)),
    "Dropout": lambda: (nn.Dropout(0.4), image(4, 6)),
    "Dropout1d": lambda: (nn.Dropout1d(0.4), image(4, 6, 2)),
    "Dropout2d": lambda: (nn.Dropout2d(0.4), image(4, 6, 2, 2)),
    "Dropout3d": lambda: (nn.Dropout3d(1.0), image(2, 2, 2, 2, 2)),
    "Embedding": lambda: (nn.Embedding(7, 3), torch.randint(7, (4, 5))),
    "EmbeddingBag": lambda: (nn.EmbeddingBag(7, 3), torch.randint(7, (4, 5))),
    "EmbeddingBag sum": lambda: (nn.EmbeddingBag(7, 3, mode="sum"), torch.randint(7, (4, 5))),
    "EmbeddingBag max": lambda: (nn.EmbeddingBag(7, 3, mode="max"), torch.randint(7, (4, 5))),
    "EmbeddingBag padded": lambda: (nn.EmbeddingBag(7, 3, padding_idx=2), torch.randint(7, (4, 5))),
    "Identity": lambda: (nn.Identity(), image(3, 2)),
    "Flatten": lambda: (nn.Flatten(), image(3, 2, 4)),
    "Unflatten": lambda: (nn.Unflatten(1, (2, 3)), image(3, 6)),
    "PReLU": lambda: (nn.PReLU(), image(4, 5)),
    "PReLU of channels": lambda: (nn.PReLU(3, init=0.4), image(4, 3, 5)),
    "RReLU": lambda: (nn.RReLU(), image(4, 5)),
    "GLU": lambda: (nn.GLU(), image(4, 6)),
    "Softmax": lambda: (nn.Softmax(dim=-1), image(4, 5)),
    "Softmax of many": lambda: (nn.Softmax(dim=1), image(2, 40)),
    "LogSoftmax": lambda: (nn.LogSoftmax(dim=1), image(4, 5, 2)),
    "Softmin": lambda: (nn.Softmin(dim=0), image(4, 5)),
    "Softmax2d": lambda: (nn.Softmax2d(), image(2, 3, 2, 2)),
    "GELU tanh": lambda: (nn.GELU("tanh"), image(4, 5)),
}


def _activation(name: str) -> nn.Module:
    module = getattr(nn, name)(*((0.1, 20.0) if name == "Threshold" else ()))
    assert isinstance(module, nn.Module)
    return module


def _made(name: str) -> tuple[nn.Module, torch.Tensor]:
    return MADE[name]() if name in MADE else (_activation(name), image(4, 5) * 3)


@pytest.mark.parametrize("name", [*MADE, *FUNCTIONS])
@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10**6), train=st.booleans(), row=st.integers(0, 9), unit=st.integers(0, 10**4))
def test_the_arithmetic_is_torchs(name: str, seed: int, train: bool, row: int, unit: int) -> None:
    torch.manual_seed(seed)
    module, x = _made(name)
    for parameter in module.parameters():
        nn.init.normal_(parameter)
    with torch.no_grad():
        module.train()(x.clone())  # so that running means are no longer zero
        y = module.train(train)(x.clone())
    place = place_of(y, row, unit % max(y[0].numel(), 1))
    worked = explain_layer(Case(module, x, y, place))
    compared = [line for line in worked.lines if line.torch]
    assert compared, worked
    assert worked.agrees, (worked, place)


@settings(deadline=None, max_examples=40)
@given(st.sampled_from(sorted(FUNCTIONS)), st.floats(-60, 60, width=32))
def test_activations_far_out(name: str, z: float) -> None:
    x = torch.tensor([[z]])
    module = _activation(name)
    worked = explain_layer(Case(module, x, module(x.clone()), (0, 0)))
    assert worked.agrees, worked
    assert worked.curve is not None
    assert worked.curve.marks[0] == (z, float(module(x.clone())))
    for one, other in zip(worked.curve.x, worked.curve.y, strict=True):
        assert module(torch.tensor([one])).item() == pytest.approx(other, rel=1e-4, abs=1e-5)


def test_a_wrong_number_is_seen() -> None:
    module, x = nn.Linear(3, 2), torch.randn(1, 3)
    y = module(x).detach() + 0.01
    assert not explain_layer(Case(module, x, y, (0, 1))).agrees


def test_a_short_sum_is_written_whole() -> None:
    module = nn.Linear(2, 1)
    with torch.no_grad():
        module.weight.copy_(torch.tensor([[0.5, -0.25]]))
        module.bias.fill_(0.12)
    x = torch.tensor([[2.0, 3.0]])
    (line,) = explain_layer(Case(module, x, module(x), (0, 0))).lines
    assert line.text == "y[0, 0] = 2·0.5 + 3·(-0.25) + 0.12 = 0.37"
    assert line.torch == "0.37"


class Doubled(nn.Module):
    """A layer that nobody can draw."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Twice what came in."""
        return 2 * x


def test_a_layer_of_nobody_says_so() -> None:
    module, x = Doubled(), torch.randn(1, 4)
    worked = explain_layer(Case(module, x, module(x), (0, 0)))
    assert "not worked out" in worked.lines[0].text


def test_nothing_is_said() -> None:
    x = torch.zeros(0, 3)
    (line,) = explain_layer(Case(nn.Identity(), x, x, ())).lines
    assert line.text == "No number came out of this layer."


def test_rows_that_are_taken_for_channels_are_said() -> None:
    module, x = nn.MaxPool2d(2), torch.randn(3, 4, 4)
    worked = explain_layer(Case(module, x, module(x), (2, 1, 0)))
    assert worked.agrees
    assert (
        worked.notes[-1]
        == "The input has 3 dimensions only: PyTorch takes its 3 rows for parts of one sample."
    )
