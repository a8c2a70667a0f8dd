"""Receptive fields, held against gradients: which inputs move one output."""

import functools
import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.build import build_sequential
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.report.receptive import fields
from tests.engine.drawings import Drawn, chain, project
from tests.graph.report.networks import asked, group, layer

SIDE = 64
"""Large enough for the fields below to lie inside."""


def conv(kernel: Any, stride: Any = 1, dilation: Any = 1, dims: int = 2, padding: Any = 0) -> Drawn:
    """A convolution to one channel."""
    args = {
        "out_channels": 1,
        "kernel_size": kernel,
        "stride": stride,
        "dilation": dilation,
        "padding": padding,
    }
    return (f"Conv{dims}d", args)


def pool(kind: str, kernel: Any, **args: Any) -> Drawn:
    """A pooling layer."""
    return (kind, {"kernel_size": kernel, **args})


def seen(layers: tuple[Drawn, ...], sides: tuple[int, ...]) -> tuple[int, ...]:
    """How far the inputs reach that move an output in the middle; the widest of some neighbours."""
    kind = TensorType((None, 1, *sides))
    model = build_sequential(chain(*layers, shape=kind.shape[1:]), kind).eval()
    for weight in model.parameters():
        nn.init.constant_(weight, 0.5)
    x = torch.rand((1, 1, *sides)).add(0.5).requires_grad_()
    y = model(x)
    middle = [size // 2 for size in y.shape[2:]]
    found = [_extent(x, y, [spot + step for spot in middle]) for step in range(-2, 3)]
    return tuple(max(extent[place] for extent in found) for place in range(len(sides)))


def _extent(x: torch.Tensor, y: torch.Tensor, spot: list[int]) -> tuple[int, ...]:
    spot = [min(max(place, 0), size - 1) for place, size in zip(spot, y.shape[2:], strict=True)]
    (gradient,) = torch.autograd.grad(y[(0, 0, *spot)], x, retain_graph=True)
    touched = gradient[0, 0].nonzero()
    extent = touched.amax(0) - touched.amin(0) + 1
    return tuple(int(size) for size in extent)


def said(layers: tuple[Drawn, ...], sides: tuple[int, ...]) -> tuple[int, ...]:
    """What the report says of the last layer."""
    analysis = asked(*layers, shape=(1, *sides))
    return fields(analysis.layers, analysis.input)[analysis.layers[-1].id].sizes


EXACT: dict[str, tuple[tuple[Drawn, ...], int]] = {
    "kernels": ((conv(3), conv(5), conv((1, 7))), 2),
    "strides": ((conv(3, 2), conv(3, 2), conv(3)), 2),
    "dilations": ((conv(3, 1, 2), conv(3, 1, 3), conv(3, 2, (1, 2))), 2),
    "pooling": ((conv(5), pool("AvgPool2d", 2), conv(5), pool("AvgPool2d", 2), conv(3)), 2),
    "overlapping pooling": (
        (pool("AvgPool2d", 3, stride=2), conv(3), pool("AvgPool2d", (2, 3), stride=1)),
        2,
    ),
    "power pooling": ((conv(3), pool("LPPool2d", 2, norm_type=2.0), conv(3)), 2),
    "padding": (
        (
            ("ZeroPad2d", {"padding": 2}),
            conv(3, padding="same"),
            ("ConstantPad2d", {"padding": 1, "value": 0.0}),
        ),
        2,
    ),
    "elementwise": ((conv(3), "Sigmoid", "Softplus", "Dropout", "BatchNorm2d", conv(3)), 2),
    "one dimension": ((conv(4, 2, 2, 1), pool("AvgPool1d", 3, stride=2), conv(3, 1, 4, 1)), 1),
    "three dimensions": ((conv((1, 2, 3), 1, 2, 3), pool("AvgPool3d", 2), conv(2, 1, 1, 3)), 3),
    "adaptive": ((conv(3), ("AdaptiveAvgPool2d", {"output_size": (31, 1)})), 2),
    "transposed": ((conv(3, 2), ("ConvTranspose2d", {"out_channels": 1, "kernel_size": 4, "stride": 2})), 2),
    "transposed, dilated": (
        (("ConvTranspose2d", {"out_channels": 1, "kernel_size": 3, "stride": 1, "dilation": 2}), conv(3)),
        2,
    ),
    "upsampled": ((("Upsample", {"scale_factor": 2.0}), conv(3)), 2),
    "upsampled smoothly": ((("Upsample", {"scale_factor": 2.0, "mode": "bilinear"}),), 2),
    "unshuffled": ((("PixelUnshuffle", {"downscale_factor": 2}), conv(3)), 2),
}


@pytest.mark.parametrize("name", EXACT)
def test_fields_are_what_gradients_reach(name: str) -> None:
    layers, dims = EXACT[name]
    sides = (24 if dims == 3 else SIDE,) * dims
    assert said(layers, sides) == seen(layers, sides)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Conv1d", "AvgPool1d"]), st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_stack_of_convolutions_and_pools(steps: list[tuple[str, int, int, int]]) -> None:
    layers: tuple[Drawn, ...] = tuple(
        conv(kernel, stride, dilation, 1) if kind == "Conv1d" else pool(kind, kernel, stride=stride)
        for kind, kernel, stride, dilation in steps
    )
    assert said(layers, (400,)) == seen(layers, (400,))


def test_behind_a_flatten_a_linear_sees_everything() -> None:
    analysis = asked(conv(3), "Flatten", "ReLU", ("Linear", {"out_features": 2}), "Tanh", shape=(1, 8, 8))
    found = fields(analysis.layers, analysis.input)
    assert [found[one.id].label() for one in analysis.layers] == ["3×3", "3×3", "3×3", "all", "all"]
    assert found[analysis.layers[-1].id].sizes == ()


def test_a_linear_over_an_image_sees_whole_lines() -> None:
    layers: tuple[Drawn, ...] = (conv(3), ("Linear", {"out_features": 5}))
    assert said(layers, (12, 12)) == seen(layers, (12, 12)) == (3, 12)


@pytest.mark.parametrize("dim", [1, 2, -1])
def test_a_softmax_sees_the_line_along_which_it_computes(dim: int) -> None:
    layers: tuple[Drawn, ...] = (conv(3), ("Softmax", {"dim": dim}))
    expected = {1: (3, 3), 2: (12, 3), -1: (3, 12)}[dim]
    assert said(layers, (12, 12)) == expected
    if dim != 1:  # over one channel it is a constant, which nothing moves
        assert seen(layers, (12, 12)) == expected


def test_lenet_and_vgg_as_published() -> None:
    lenet = (conv(5), pool("AvgPool2d", 2), conv(5), pool("AvgPool2d", 2), conv(5))
    assert said(lenet, (32, 32)) == (32, 32)
    block = [conv(3, padding=1), conv(3, padding=1), pool("MaxPool2d", 2)]
    deeper = [conv(3, padding=1)] * 3 + [pool("MaxPool2d", 2)]
    assert said((*block, *block, *deeper, *deeper, *deeper), (224, 224)) == (212, 212)


def test_features_and_tokens_have_no_field() -> None:
    for analysis in (
        asked(("Linear", {"out_features": 2}), shape=(4,)),
        asked(("Embedding", {"num_embeddings": 5, "embedding_dim": 3}), shape=(4,), dtype="int64"),
        asked(conv(3), ("Unfold", {"kernel_size": 2}), conv(3, dims=1), shape=(1, 8, 8)),
    ):
        known = fields(analysis.layers, analysis.input)
        assert analysis.layers[-1].id not in known


def test_a_group_sees_what_its_last_layer_sees() -> None:
    args = {"kernel_size": 3, "stride": 1, "dilation": 1}
    inner = [layer(key, "Conv2d", (None, 1, 9, 9), (None, 1, 9, 9), args) for key in "ab"]
    whole = group("g", *inner)
    found = fields((whole,), whole.input)
    assert found[whole.id].sizes == found[inner[1].id].sizes == (5, 5)


@functools.cache
def images() -> tuple[str, ...]:
    """The layers that take images with no more than what a new one has."""
    return tuple(name for name in LAYERS if asked(name, shape=(4, 16, 16)).output is not None)


def test_no_layer_of_the_catalogue_sees_more_than_is_said() -> None:
    checked = 0
    for name in images():
        drawing = project(name, shape=(4, 16, 16))
        analysis = asked(name, shape=(4, 16, 16))
        known = fields(analysis.layers, analysis.input).get(analysis.layers[0].id)
        if known is None or known.whole or "Norm" in name or "LRN" in name:
            continue
        model = build_sequential(drawing.graph, TensorType((None, 4, 16, 16))).eval()
        x = torch.rand((1, 4, 16, 16)).add(0.5).requires_grad_()
        y = model(x)
        spot = (0, 0, *(size // 2 for size in y.shape[2:])) if y.dim() == 4 else (0, 5)
        (gradient,) = torch.autograd.grad(y[spot], x)
        touched = gradient[0].abs().sum(0).nonzero()
        extent = (touched.amax(0) - touched.amin(0) + 1).tolist() if len(touched) else [0, 0]
        assert all(real <= math.ceil(size) for real, size in zip(extent, known.sizes, strict=True)), name
        checked += 1
    assert checked > 30
