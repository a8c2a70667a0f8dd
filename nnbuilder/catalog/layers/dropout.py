"""Dropout layers."""

from nnbuilder.catalog.layers.common import INPLACE, INPUTS, KINDS, number
from nnbuilder.catalog.spec import LayerSpec

GROUP = "Dropout"

_WORDS = ("regularization", "overfitting", "random")


def _layer(name: str, summary: str, what: str, *words: str) -> LayerSpec:
    share = number("p", f"The share of {what} that is made zero.", 0.5, 0, 1, step=0.05)
    return LayerSpec(
        name=name, group=GROUP, summary=summary, keywords=(*_WORDS, *words), args=(share, INPLACE)
    )


def _channels(dims: int) -> LayerSpec:
    summary = f"While training, makes whole channels of {INPUTS[dims]} zero."
    return _layer(f"Dropout{dims}d", summary, "channels", "spatial", "channel", *KINDS[dims])


LAYERS = (
    _layer(
        "Dropout",
        "While training, makes random numbers zero so that the network does not learn by heart.",
        "numbers",
    ),
    *(_channels(dims) for dims in (2, 1, 3)),
    _layer(
        "AlphaDropout",
        "Dropout that keeps mean and variance steady, made for SELU.",
        "numbers",
        "self-normalizing",
        "selu",
    ),
    _layer(
        "FeatureAlphaDropout",
        "AlphaDropout of whole channels.",
        "channels",
        "self-normalizing",
        "selu",
        "channel",
    ),
)
