"""Linear layers."""

from nnbuilder.catalog.layers.common import BIAS, size
from nnbuilder.catalog.spec import LayerSpec

GROUP = "Linear"

LAYERS = (
    LayerSpec(
        name="Linear",
        group=GROUP,
        summary="Connects every input to every output: y = x Wᵀ + b.",
        keywords=("dense", "fully connected", "affine", "matrix", "neurons"),
        args=(
            size("in_features", "How many numbers come in for each sample.", follows="features"),
            size("out_features", "How many neurons: how many numbers go out.", initial=16),
            BIAS,
        ),
        count=("({in_features} + {bias}) * {out_features}",),
    ),
    LayerSpec(
        name="Identity",
        group=GROUP,
        summary="Hands its input on unchanged.",
        keywords=("nothing", "placeholder", "skip"),
    ),
)
