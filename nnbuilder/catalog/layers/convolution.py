"""Convolutions and their transposes, for one, two and three dimensions."""

import msgspec

from nnbuilder.catalog.layers.common import BIAS, INPUTS, KINDS, choice, size, sizes, whole
from nnbuilder.catalog.spec import ArgSpec, LayerSpec

GROUP = "Convolution"

_COUNT = ("({in_channels} / {groups} * {kernel_size} + {bias}) * {out_channels}",)

_IN = size("in_channels", "How many channels come in: the second size of the input.", follows="channels")
_OUT = size("out_channels", "How many filters: how many channels go out.")
_GROUPS = whole("groups", "Splits the channels into so many parts that do not see each other.", 1)


def _kernel(dims: int) -> ArgSpec:
    return sizes("kernel_size", "How far each filter sees.", dims, initial=3)


def _stride(dims: int) -> ArgSpec:
    return sizes("stride", "How far the filter moves at each step.", dims, 1)


def _dilation(dims: int) -> ArgSpec:
    return sizes("dilation", "The distance between the points that a filter sees.", dims, 1)


def _convolution(dims: int) -> LayerSpec:
    padding = sizes(
        "padding", "Rows added at each border; same: so many that the size stays.", dims, 0, minimum=0
    )
    return LayerSpec(
        name=f"Conv{dims}d",
        group=GROUP,
        summary=f"Slides learned filters over {INPUTS[dims]}.",
        keywords=("convolution", "convolutional", "cnn", "filter", "kernel", *KINDS[dims]),
        args=(
            _IN,
            _OUT,
            _kernel(dims),
            _stride(dims),
            msgspec.structs.replace(padding, choices=("valid", "same")),
            _dilation(dims),
            _GROUPS,
            BIAS,
            choice(
                "padding_mode",
                "What the padding holds: zeros, or values of the input.",
                "zeros",
                "zeros",
                "reflect",
                "replicate",
                "circular",
            ),
        ),
        count=_COUNT,
    )


def _transposed(dims: int) -> LayerSpec:
    return LayerSpec(
        name=f"ConvTranspose{dims}d",
        group=GROUP,
        summary=f"Enlarges {INPUTS[dims]} with learned filters, as a convolution backwards.",
        keywords=("deconvolution", "transposed", "upsampling", "decoder", "generator", *KINDS[dims]),
        args=(
            _IN,
            _OUT,
            _kernel(dims),
            _stride(dims),
            sizes("padding", "How much is cut off at each border.", dims, 0, minimum=0),
            sizes("output_padding", "How much is added at one side of the output.", dims, 0, minimum=0),
            _GROUPS,
            BIAS,
            _dilation(dims),
            choice("padding_mode", "PyTorch takes only zeros here.", "zeros", "zeros"),
        ),
        count=_COUNT,
    )


LAYERS = (
    *(_convolution(dims) for dims in (2, 1, 3)),
    *(_transposed(dims) for dims in (2, 1, 3)),
)
