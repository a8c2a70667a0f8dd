"""The window that is told of a layer is where PyTorch's own gradient of an output pixel is not zero."""

from collections.abc import Callable, Sequence

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from nnbuilder.engine.explain.case import Case
from nnbuilder.engine.explain.layers import explain_layer

SIDE = 11
Sides = tuple[int, int]


def window_of(
    module: nn.Module, x: torch.Tensor, output: torch.Tensor, place: tuple[int, ...]
) -> tuple[tuple[int, ...], ...]:
    """The window below one number of an output."""
    return explain_layer(Case(module, x, output, place)).window


def reached(module: nn.Module, place: Sequence[int]) -> list[list[int]]:
    """The rows and columns of the input that the output at a place depends on."""
    x = torch.ones(1, 1, SIDE, SIDE + 2, dtype=torch.float64).requires_grad_()
    module(x)[(0, 0, *place)].backward()
    assert x.grad is not None
    found = x.grad[0, 0].nonzero()
    return [sorted(set(column.tolist())) for column in found.T]


def spread(module: nn.Module) -> nn.Module:
    """The same module with weights that no place escapes."""
    for parameter in module.parameters():
        nn.init.ones_(parameter)
    return module.double()


def inside(module: nn.Module, place: Sequence[int]) -> list[list[int]]:
    """Our window without what lies in the padding; where one side is all padding, nothing is left."""
    x = torch.ones(1, 1, SIDE, SIDE + 2, dtype=torch.float64)
    window = window_of(module, x, module(x), (0, 0, *place))
    sizes = x.shape[2:]
    found = [[at for at in places if 0 <= at < size] for places, size in zip(window, sizes, strict=True)]
    return found if all(found) else [[], []]


def pairs(low: int, high: int) -> st.SearchStrategy[Sides]:
    """Two numbers."""
    return st.tuples(st.integers(low, high), st.integers(low, high))


@settings(deadline=None)
@given(pairs(1, 3), pairs(1, 3), pairs(0, 2), pairs(1, 2), st.data())
def test_windows_of_convolutions_are_torchs(
    kernel: Sides, stride: Sides, padding: Sides, dilation: Sides, data: st.DataObject
) -> None:
    made: Sequence[Callable[[], nn.Module]] = (
        lambda: nn.Conv2d(1, 1, kernel, stride, padding, dilation),
        lambda: nn.Conv2d(1, 1, 3, 1, "same", dilation),
        lambda: nn.ConvTranspose2d(1, 1, kernel, stride, padding, dilation=dilation),
        lambda: nn.Upsample(scale_factor=2.0, mode="bilinear"),
    )
    module = spread(data.draw(st.sampled_from(made))())
    sizes = module(torch.ones(1, 1, SIDE, SIDE + 2, dtype=torch.float64)).shape[2:]
    place = [data.draw(st.integers(0, size - 1)) for size in sizes]
    assert inside(module, place) == reached(module, place)


@settings(deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 7), st.data())
def test_windows_of_pools_are_torchs(kernel: int, stride: int, out: int, data: st.DataObject) -> None:
    made: Sequence[nn.Module] = (
        nn.AvgPool2d(kernel, stride, padding=kernel // 2),
        nn.LPPool2d(2, kernel, stride),
        nn.AdaptiveAvgPool2d((out, out + 1)),
    )
    module = data.draw(st.sampled_from(made))
    sizes = module(torch.ones(1, 1, SIDE, SIDE + 2, dtype=torch.float64)).shape[2:]
    place = [data.draw(st.integers(0, size - 1)) for size in sizes]
    assert inside(module, place) == reached(module, place)


@pytest.mark.parametrize("place", [(0, 0), (2, 3), (4, 5)])
def test_the_largest_of_a_max_pool_window_is_its_output(place: Sides) -> None:
    torch.manual_seed(0)
    x = torch.rand(1, 1, SIDE, SIDE + 2)
    for module in (
        nn.MaxPool2d(3, 2, padding=1),
        nn.MaxPool2d(2, dilation=2),
        nn.MaxPool2d(2),
        nn.AdaptiveMaxPool2d((5, 6)),
    ):
        output = module(x)
        rows, columns = window_of(module, x, output, (0, 0, *place))
        seen = [x[0, 0, r, c] for r in rows for c in columns if 0 <= r < SIDE and 0 <= c < SIDE + 2]
        assert output[(0, 0, *place)] == max(seen)


def test_one_dimension_padding_and_layers_without_a_window() -> None:
    x = torch.ones(2, 1, 8)
    module = nn.Conv1d(1, 3, 3, padding=1)
    assert window_of(module, x, module(x), (1, 2, 0)) == ((-1, 0, 1),)
    assert window_of(nn.ReLU(), x, x, (1, 0, 3)) == ()
    flat = torch.ones(2, 4)
    assert window_of(nn.Linear(4, 2), flat, flat, (0, 1)) == ()
    assert window_of(module, x, module(x), ()) == ()
