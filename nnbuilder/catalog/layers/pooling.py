"""Pooling layers: fewer numbers, each standing for a window of the input."""

import msgspec

from nnbuilder.catalog.layers.common import INPUTS, KINDS, PLACES, named, optional, sizes, switch
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Pooling"

_WORDS = ("pool", "downsample", "shrink", "subsampling")
_CEIL = switch("ceil_mode", "Keep a last window that is only partly inside.", default=False)


def _window(dims: int) -> ArgSpec:
    return sizes("kernel_size", "How large the window is.", dims, initial=2)


def _stride(dims: int) -> ArgSpec:
    return optional(sizes("stride", "How far the window moves; None: by its own size.", dims))


def _padding(dims: int) -> ArgSpec:
    return sizes("padding", "Rows added at each border, at most half of the window.", dims, 0, minimum=0)


def _maximum(dims: int) -> LayerSpec:
    return LayerSpec(
        name=f"MaxPool{dims}d",
        group=GROUP,
        summary=f"Keeps the largest number of each window of {INPUTS[dims]}.",
        keywords=(*_WORDS, "maximum", *KINDS[dims]),
        args=(
            _window(dims),
            _stride(dims),
            _padding(dims),
            sizes("dilation", "The distance between the points of a window.", dims, 1),
            named(_CEIL),
        ),
    )


def _average(dims: int) -> LayerSpec:
    divisor = ArgSpec(
        name="divisor_override",
        kind="int",
        help="Divide each sum by this instead of the size of the window.",
        default=None,
        none=True,
        minimum=1,
        maximum=SIZE_LIMIT,
    )
    return LayerSpec(
        name=f"AvgPool{dims}d",
        group=GROUP,
        summary=f"Takes the mean of each window of {INPUTS[dims]}.",
        keywords=(*_WORDS, "average", "mean", *KINDS[dims]),
        args=(
            _window(dims),
            _stride(dims),
            _padding(dims),
            _CEIL,
            switch("count_include_pad", "Count the padding in the mean.", default=True),
            *((divisor,) if dims > 1 else ()),
        ),
    )


def _adaptive(dims: int, kind: str, words: str) -> LayerSpec:
    target = sizes("output_size", "The size that comes out; None keeps that of the input.", dims, initial=1)
    return LayerSpec(
        name=f"Adaptive{kind}Pool{dims}d",
        group=GROUP,
        summary=f"{words} of {INPUTS[dims]} that come in any size.",
        keywords=(*_WORDS, "global pooling", "any size", "gap", *KINDS[dims]),
        args=(msgspec.structs.replace(target, none=True, gaps=dims > 1),),
    )


def _power(dims: int) -> LayerSpec:
    return LayerSpec(
        name=f"LPPool{dims}d",
        group=GROUP,
        summary=f"Takes the root of the summed powers in each window of {INPUTS[dims]}.",
        keywords=(*_WORDS, "power average", "root", *KINDS[dims]),
        args=(
            ArgSpec(
                name="norm_type",
                kind="float",
                help="The power: 1 is the sum, a large one nearly the maximum.",
                initial=2.0,
                step=1,
            ),
            _window(dims),
            _stride(dims),
            _CEIL,
        ),
    )


def _fractional(dims: int) -> LayerSpec:
    return LayerSpec(
        name=f"FractionalMaxPool{dims}d",
        group=GROUP,
        summary=f"Keeps the largest number of windows of {INPUTS[dims]} placed at random.",
        keywords=(*_WORDS, "random", "maximum", *KINDS[dims]),
        args=(
            _window(dims),
            optional(sizes("output_size", "The size that comes out, or None with output_ratio.", dims)),
            ArgSpec(
                name="output_ratio",
                kind="float",
                help="The share of the input's size that comes out, or None with output_size.",
                default=None,
                initial=0.5,
                none=True,
                minimum=0,
                maximum=1,
                above=True,
                below=True,
                lengths=(dims,),
                parts=PLACES[dims],
                step=0.1,
            ),
        ),
    )


LAYERS = (
    *(_maximum(dims) for dims in (2, 1, 3)),
    *(_average(dims) for dims in (2, 1, 3)),
    *(_adaptive(dims, "Avg", "Means of as many windows as asked for") for dims in (2, 1, 3)),
    *(_adaptive(dims, "Max", "Largest numbers of as many windows as asked for") for dims in (2, 1, 3)),
    *(_power(dims) for dims in (2, 1, 3)),
    *(_fractional(dims) for dims in (2, 3)),
)
