"""Dropout layers."""

from nnbuilder.catalog.layers.common import INPLACE, number
from nnbuilder.catalog.spec import LayerSpec

GROUP = "Dropout"

LAYERS = (
    LayerSpec(
        name="Dropout",
        group=GROUP,
        summary="While training, makes random numbers zero so that the network does not learn by heart.",
        keywords=("regularization", "overfitting", "random"),
        args=(number("p", "The share of numbers that is made zero.", 0.5, 0, 1, step=0.05), INPLACE),
    ),
)
