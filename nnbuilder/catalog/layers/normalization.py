"""Normalization layers.

PyTorch's newest `bias` of batch, instance and group normalization is not declared: older versions that are
supported here do not take it.
"""

from nnbuilder.catalog.layers.common import BIAS, EPS, INPUTS, KINDS, LENGTHS, number, optional, size, switch
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Normalization"

_WORDS = ("normalize", "norm", "standardize")

_TRAILING = ArgSpec(
    name="normalized_shape",
    kind="ints",
    help="The trailing sizes of the input that are normalized together.",
    initial=(16,),
    minimum=1,
    maximum=SIZE_LIMIT,
    lengths=LENGTHS,
    follows="features",
)
_SCALE = switch("elementwise_affine", "Learn a scale and a shift for each feature.", default=True)
_MOMENTUM = number("momentum", "Weight of the newest batch in the running mean.", 0.1, 0, 1, step=0.05)


def _batch(dims: int) -> LayerSpec:
    what = "each feature" if dims == 1 else "each channel"
    of = "" if dims == 1 else f" of {INPUTS[dims]}"
    return LayerSpec(
        name=f"BatchNorm{dims}d",
        group=GROUP,
        summary=f"Gives {what}{of} mean 0 and variance 1 over the batch, then scales and shifts it.",
        keywords=(*_WORDS, "batch", *KINDS[dims]),
        args=(
            size("num_features", "How many features (or channels) come in.", follows="channels"),
            EPS,
            optional(
                number(
                    "momentum", "Weight of the newest batch in the running mean; None: plain mean.", 0.1, 0, 1
                ),
                0.1,
            ),
            switch("affine", "Learn a scale and a shift for each feature.", default=True),
            switch("track_running_stats", "Keep running mean and variance for evaluation.", default=True),
        ),
        count=("2 * {num_features}",),
    )


def _instance(dims: int) -> LayerSpec:
    return LayerSpec(
        name=f"InstanceNorm{dims}d",
        group=GROUP,
        summary=f"Gives each channel of each sample of {INPUTS[dims]} mean 0 and variance 1.",
        keywords=(*_WORDS, "instance", "style", *KINDS[dims]),
        args=(
            size("num_features", "How many channels come in.", follows="channels"),
            EPS,
            _MOMENTUM,
            switch("affine", "Learn a scale and a shift for each channel.", default=False),
            switch("track_running_stats", "Keep running mean and variance for evaluation.", default=False),
        ),
        count=("2 * {num_features}",),
    )


def _response(name: str, summary: str, k: str) -> LayerSpec:
    return LayerSpec(
        name=name,
        group=GROUP,
        summary=summary,
        keywords=(*_WORDS, "lrn", "alexnet"),
        args=(
            size("size", "How many neighbouring channels are looked at.", initial=5),
            number("alpha", "How strongly they count.", 0.0001),
            number("beta", "The power of the divisor.", 0.75, step=0.05),
            number("k", k, 1.0, step=0.5),
        ),
    )


LAYERS = (
    _batch(1),
    _batch(2),
    _batch(3),
    LayerSpec(
        name="LayerNorm",
        group=GROUP,
        summary="Gives each sample mean 0 and variance 1 over its features, then scales and shifts them.",
        keywords=(*_WORDS, "layer", "transformer"),
        args=(_TRAILING, EPS, _SCALE, BIAS),
        count=("(1 + {bias}) * {normalized_shape}",),
    ),
    LayerSpec(
        name="GroupNorm",
        group=GROUP,
        summary="Gives groups of channels of each sample mean 0 and variance 1, whatever the batch.",
        keywords=(*_WORDS, "group", "image", "small batch"),
        args=(
            size("num_groups", "How many groups; they divide the channels among them.", initial=1),
            size("num_channels", "How many channels come in.", follows="channels"),
            EPS,
            switch("affine", "Learn a scale and a shift for each channel.", default=True),
        ),
        count=("2 * {num_channels}",),
    ),
    LayerSpec(
        name="RMSNorm",
        group=GROUP,
        summary="Divides each sample by the root of its mean square, then scales it.",
        keywords=(*_WORDS, "root mean square", "transformer", "llama"),
        args=(
            _TRAILING,
            optional(number("eps", "Added before the root; None: the smallest that counts.", 0, 0)),
            switch("elementwise_affine", "Learn a scale for each feature.", default=True),
        ),
        count=("{normalized_shape}",),
    ),
    *(_instance(dims) for dims in (2, 1, 3)),
    _response(
        "LocalResponseNorm",
        "Divides each value by the strength of its neighbouring channels.",
        "Added to the divisor.",
    ),
    _response(
        "CrossMapLRN2d", "LocalResponseNorm for images alone, computed another way.", "Added to the divisor."
    ),
)
