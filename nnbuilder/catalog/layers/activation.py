"""Non-linear activations."""

import msgspec

from nnbuilder.catalog.layers.common import DIM, INPLACE, number, size
from nnbuilder.catalog.spec import ArgSpec, LayerSpec

GROUP = "Activation"

_WORDS = ("activation", "non-linearity", "nonlinear")

LAYERS = (
    LayerSpec(
        name="ReLU",
        group=GROUP,
        summary="Keeps positive numbers and makes the others zero.",
        keywords=(*_WORDS, "rectified linear"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="LeakyReLU",
        group=GROUP,
        summary="Like ReLU, but lets a small share of the negative numbers through.",
        keywords=(*_WORDS, "rectified linear", "dying relu"),
        args=(
            number("negative_slope", "What negative numbers are multiplied by.", 0.01, step=0.01),
            INPLACE,
        ),
    ),
    LayerSpec(
        name="PReLU",
        group=GROUP,
        summary="Like LeakyReLU, with a slope that is learned.",
        keywords=(*_WORDS, "parametric", "learned slope"),
        args=(
            msgspec.structs.replace(
                size("num_parameters", "1: one slope for all; else one for each channel."),
                default=1,
                initial=None,
            ),
            number("init", "The slope at the start.", 0.25, step=0.05),
        ),
        count="{num_parameters}",
    ),
    LayerSpec(
        name="ELU",
        group=GROUP,
        summary="Like ReLU, with a smooth exponential for negative numbers.",
        keywords=(*_WORDS, "exponential linear"),
        args=(number("alpha", "How far below zero it can go.", 1.0, step=0.1), INPLACE),
    ),
    LayerSpec(
        name="SELU",
        group=GROUP,
        summary="A scaled ELU that keeps mean and variance steady from layer to layer.",
        keywords=(*_WORDS, "self-normalizing"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="GELU",
        group=GROUP,
        summary="A smooth ReLU that weights each number by how likely it is to be larger than others.",
        keywords=(*_WORDS, "gaussian", "transformer"),
        args=(
            ArgSpec(
                name="approximate",
                kind="choice",
                help="Use the exact formula or the faster one with tanh.",
                default="none",
                choices=("none", "tanh"),
            ),
        ),
    ),
    LayerSpec(
        name="SiLU",
        group=GROUP,
        summary="Multiplies each number by its own sigmoid; also called swish.",
        keywords=(*_WORDS, "swish"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="Mish",
        group=GROUP,
        summary="Multiplies each number by the tanh of its softplus.",
        keywords=(*_WORDS, "smooth"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="Softplus",
        group=GROUP,
        summary="A smooth ReLU whose output is always positive.",
        keywords=(*_WORDS, "positive"),
        args=(
            number("beta", "How sharp the bend at zero is.", 1.0, 0, above=True, step=0.5),
            number("threshold", "Above this it is a straight line, for numerical safety.", 20.0),
        ),
    ),
    LayerSpec(
        name="Sigmoid",
        group=GROUP,
        summary="Squeezes each number between 0 and 1.",
        keywords=(*_WORDS, "logistic", "probability", "binary"),
    ),
    LayerSpec(
        name="Tanh",
        group=GROUP,
        summary="Squeezes each number between -1 and 1.",
        keywords=(*_WORDS, "hyperbolic tangent"),
    ),
    LayerSpec(
        name="Softmax",
        group=GROUP,
        summary="Turns scores into probabilities that sum to one.",
        keywords=(*_WORDS, "probabilities", "classes"),
        args=(DIM,),
    ),
    LayerSpec(
        name="LogSoftmax",
        group=GROUP,
        summary="The logarithm of softmax: what NLLLoss wants.",
        keywords=(*_WORDS, "log probabilities", "classes"),
        args=(DIM,),
    ),
)
