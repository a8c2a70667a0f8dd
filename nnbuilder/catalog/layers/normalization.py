"""Normalization layers."""

import msgspec

from nnbuilder.catalog.layers.common import BIAS, EPS, LENGTHS, number, size, switch
from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, LayerSpec

GROUP = "Normalization"

_WORDS = ("normalize", "norm", "standardize")

LAYERS = (
    LayerSpec(
        name="BatchNorm1d",
        group=GROUP,
        summary="Gives each feature mean 0 and variance 1 over the batch, then scales and shifts it.",
        keywords=(*_WORDS, "batch"),
        args=(
            size("num_features", "How many features (or channels) come in.", follows="channels"),
            EPS,
            msgspec.structs.replace(
                number(
                    "momentum", "Weight of the newest batch in the running mean; None: plain mean.", 0.1, 0, 1
                ),
                none=True,
            ),
            switch("affine", "Learn a scale and a shift for each feature.", default=True),
            switch("track_running_stats", "Keep running mean and variance for evaluation.", default=True),
        ),
        count="2 * {num_features}",
    ),
    LayerSpec(
        name="LayerNorm",
        group=GROUP,
        summary="Gives each sample mean 0 and variance 1 over its features, then scales and shifts them.",
        keywords=(*_WORDS, "layer", "transformer"),
        args=(
            ArgSpec(
                name="normalized_shape",
                kind="ints",
                help="The trailing sizes of the input over which mean and variance are taken.",
                initial=(16,),
                minimum=1,
                maximum=SIZE_LIMIT,
                lengths=LENGTHS,
                follows="features",
            ),
            EPS,
            switch("elementwise_affine", "Learn a scale and a shift for each feature.", default=True),
            BIAS,
        ),
        count="(1 + {bias}) * {normalized_shape}",
    ),
)
