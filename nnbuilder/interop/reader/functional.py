"""Functions and methods on tensors that are layers of torch.nn, as tables: their layer and its arguments."""

from collections.abc import Mapping

import msgspec

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.graph.graph import ArgValue


class Functional(msgspec.Struct, frozen=True):
    """One function: the layer that does the same, and the arguments behind the tensor in their order.

    `training` is the place of the argument that says whether a network is being trained, None without one.
    `otherwise` are its defaults where they are not those of the layer.
    """

    layer: str
    args: tuple[str, ...]
    training: int | None = None
    otherwise: Mapping[str, ArgValue] = {}

    def specs(self) -> tuple[ArgSpec, ...]:
        """The declarations of its arguments in their order."""
        found = (LAYERS[self.layer].arg(name) for name in self.args)
        return tuple(spec for spec in found if spec is not None)


def _plain(name: str, layer: str) -> tuple[str, Functional]:
    """A function that takes what the layer is made with."""
    return name, Functional(layer, tuple(arg.name for arg in LAYERS[layer].args if arg.role == "own"))


_SPELLED = """
relu ReLU, relu_ ReLU, relu6 ReLU6, leaky_relu LeakyReLU, leaky_relu_ LeakyReLU, elu ELU, elu_ ELU,
selu SELU, selu_ SELU, celu CELU, celu_ CELU, gelu GELU, silu SiLU, mish Mish, softplus Softplus,
sigmoid Sigmoid, sigmoid_ Sigmoid, tanh Tanh, tanh_ Tanh, softmax Softmax, log_softmax LogSoftmax,
softmin Softmin, logsigmoid LogSigmoid, softsign Softsign, hardtanh Hardtanh, hardtanh_ Hardtanh,
hardsigmoid Hardsigmoid, hardswish Hardswish, glu GLU, tanhshrink Tanhshrink, hardshrink Hardshrink,
softshrink Softshrink, threshold Threshold, threshold_ Threshold, interpolate Upsample,
pixel_shuffle PixelShuffle, pixel_unshuffle PixelUnshuffle, channel_shuffle ChannelShuffle,
local_response_norm LocalResponseNorm, unfold Unfold, fold Fold, unflatten Unflatten,
max_pool1d MaxPool1d, max_pool2d MaxPool2d, max_pool3d MaxPool3d,
avg_pool1d AvgPool1d, avg_pool2d AvgPool2d, avg_pool3d AvgPool3d,
lp_pool1d LPPool1d, lp_pool2d LPPool2d, lp_pool3d LPPool3d,
adaptive_avg_pool1d AdaptiveAvgPool1d, adaptive_avg_pool2d AdaptiveAvgPool2d,
adaptive_avg_pool3d AdaptiveAvgPool3d, adaptive_max_pool1d AdaptiveMaxPool1d,
adaptive_max_pool2d AdaptiveMaxPool2d, adaptive_max_pool3d AdaptiveMaxPool3d
"""

_DROPS = {
    "dropout": "Dropout",
    "dropout1d": "Dropout1d",
    "dropout2d": "Dropout2d",
    "dropout3d": "Dropout3d",
    "alpha_dropout": "AlphaDropout",
    "feature_alpha_dropout": "FeatureAlphaDropout",
}

FUNCTIONS: Mapping[str, Functional] = {
    **dict(_plain(*pair.split()) for pair in _SPELLED.split(",")),
    **{name: Functional(layer, ("p", "inplace"), 1) for name, layer in _DROPS.items()},
    "rrelu": Functional("RReLU", ("lower", "upper", "inplace"), 2),
    "flatten": Functional("Flatten", ("start_dim", "end_dim"), None, {"start_dim": 0}),
}
"""Every function that is understood, by its name in torch or in torch.nn.functional."""

METHODS = frozenset(
    [
        "relu",
        "relu_",
        "sigmoid",
        "sigmoid_",
        "tanh",
        "tanh_",
        "softmax",
        "log_softmax",
        "flatten",
        "unflatten",
        "hardshrink",
    ]
)
"""Those that tensors have as methods."""

ALIKE = frozenset(
    [
        "contiguous",
        "clone",
        "to",
        "cpu",
        "cuda",
        "float",
        "double",
        "half",
        "type",
        "type_as",
        "requires_grad_",
    ]
)
"""Methods that leave a tensor what it is, as far as a drawing goes."""

PADS = {
    "constant": "ConstantPad",
    "reflect": "ReflectionPad",
    "replicate": "ReplicationPad",
    "circular": "CircularPad",
}
"""The layers of the modes of padding, without their dimensions."""

LOSS_FUNCTIONS: Mapping[str, str] = {
    "cross_entropy": "CrossEntropyLoss",
    "nll_loss": "NLLLoss",
    "binary_cross_entropy": "BCELoss",
    "binary_cross_entropy_with_logits": "BCEWithLogitsLoss",
    "mse_loss": "MSELoss",
    "l1_loss": "L1Loss",
    "smooth_l1_loss": "SmoothL1Loss",
    "huber_loss": "HuberLoss",
}
"""The losses that are functions."""
