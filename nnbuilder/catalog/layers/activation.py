"""Non-linear activations."""

from nnbuilder.catalog.layers.common import DIM, INPLACE, choice, number, whole
from nnbuilder.catalog.spec import ArgSpec, LayerSpec

GROUP = "Activation"

_WORDS = ("activation", "non-linearity", "nonlinear")


def _required(name: str, text: str) -> ArgSpec:
    return ArgSpec(name=name, kind="float", help=text, initial=0.0, step=0.1)


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
            whole("num_parameters", "1: one slope for all; else one for each channel.", 1),
            number("init", "The slope at the start.", 0.25, step=0.05),
        ),
        count=("{num_parameters}",),
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
            choice(
                "approximate", "Use the exact formula or the faster one with tanh.", "none", "none", "tanh"
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
    LayerSpec(
        name="Softmin",
        group=GROUP,
        summary="Softmax of the negated scores: the smallest gets the most.",
        keywords=(*_WORDS, "probabilities"),
        args=(DIM,),
    ),
    LayerSpec(
        name="Softmax2d",
        group=GROUP,
        summary="Softmax over the channels at each point of images (N, C, H, W).",
        keywords=(*_WORDS, "probabilities", "image", "segmentation"),
    ),
    LayerSpec(
        name="LogSigmoid",
        group=GROUP,
        summary="The logarithm of sigmoid.",
        keywords=(*_WORDS, "log probability"),
    ),
    LayerSpec(
        name="Softsign",
        group=GROUP,
        summary="Squeezes each number between -1 and 1, more slowly than Tanh.",
        keywords=_WORDS,
    ),
    LayerSpec(
        name="Hardtanh",
        group=GROUP,
        summary="Cuts numbers off below one bound and above another.",
        keywords=(*_WORDS, "clamp", "clip"),
        args=(
            number("min_val", "The lower bound.", -1.0, step=0.5),
            number("max_val", "The upper bound.", 1.0, step=0.5),
            INPLACE,
        ),
    ),
    LayerSpec(
        name="Hardsigmoid",
        group=GROUP,
        summary="A Sigmoid of three straight lines: quick to compute.",
        keywords=(*_WORDS, "mobile"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="Hardswish",
        group=GROUP,
        summary="SiLU with a Hardsigmoid: quick to compute.",
        keywords=(*_WORDS, "swish", "mobile"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="ReLU6",
        group=GROUP,
        summary="ReLU that never goes above 6.",
        keywords=(*_WORDS, "rectified linear", "mobile"),
        args=(INPLACE,),
    ),
    LayerSpec(
        name="RReLU",
        group=GROUP,
        summary="LeakyReLU whose slope is drawn at random while training.",
        keywords=(*_WORDS, "rectified linear", "random"),
        args=(
            number("lower", "The smallest slope.", 1 / 8, step=0.05),
            number("upper", "The largest slope.", 1 / 3, step=0.05),
            INPLACE,
        ),
    ),
    LayerSpec(
        name="CELU",
        group=GROUP,
        summary="ELU whose curve has no bend at any alpha.",
        keywords=(*_WORDS, "exponential linear"),
        args=(number("alpha", "How far below zero it can go.", 1.0, step=0.1), INPLACE),
    ),
    LayerSpec(
        name="GLU",
        group=GROUP,
        summary="Halves the input and multiplies one half by the sigmoid of the other.",
        keywords=(*_WORDS, "gated linear"),
        args=(
            ArgSpec(
                name="dim",
                kind="int",
                help="The dimension that is halved; -1 is the last.",
                default=-1,
                minimum=-16,
                maximum=16,
            ),
        ),
    ),
    LayerSpec(
        name="Tanhshrink",
        group=GROUP,
        summary="Takes from each number its tanh.",
        keywords=(*_WORDS, "shrink"),
    ),
    LayerSpec(
        name="Hardshrink",
        group=GROUP,
        summary="Makes numbers near zero zero and keeps the others.",
        keywords=(*_WORDS, "shrink", "sparse"),
        args=(number("lambd", "How near to zero.", 0.5, step=0.1),),
    ),
    LayerSpec(
        name="Softshrink",
        group=GROUP,
        summary="Moves each number towards zero, as far as zero.",
        keywords=(*_WORDS, "shrink", "sparse"),
        args=(number("lambd", "How far.", 0.5, 0, step=0.1),),
    ),
    LayerSpec(
        name="Threshold",
        group=GROUP,
        summary="Keeps numbers above a threshold and puts one value for all others.",
        keywords=(*_WORDS, "cut"),
        args=(
            _required("threshold", "Numbers up to this are replaced."),
            _required("value", "What stands instead of them."),
            INPLACE,
        ),
    ),
)
