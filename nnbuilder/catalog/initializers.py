"""The schemes of torch.nn.init by which parameters can be drawn anew.

Left out everywhere: `tensor` (what is initialized) and `generator` (the seed is set before).
"""

from collections.abc import Mapping

import msgspec

from nnbuilder.catalog.layers.common import choice, number, whole
from nnbuilder.catalog.spec import ArgSpec


class InitializerSpec(msgspec.Struct, frozen=True, kw_only=True):
    """One scheme: its function in torch.nn.init, what it is for, and what it draws from.

    `least` and `most` bound the dimensions of a tensor that it takes. One that uses `fans` depends on how
    many numbers go into a neuron and come out of it.
    """

    name: str
    title: str
    summary: str
    formula: str
    args: tuple[ArgSpec, ...] = ()
    least: int = 0
    most: int | None = None
    fans: bool = False

    def takes(self, dimensions: int) -> bool:
        """Whether it can initialize a tensor of so many dimensions."""
        return self.least <= dimensions and (self.most is None or dimensions <= self.most)

    @property
    def needs(self) -> str:
        """How many dimensions it needs, in words."""
        if self.most is None:
            return f"at least {self.least}"
        return f"{self.least}" if self.least == self.most else f"{self.least} to {self.most}"


_GAIN = number("gain", "Multiplies the size: 1 for linear and sigmoid, 5/3 for tanh, √2 for ReLU.", 1.0, 0)
_MEAN = number("mean", "The middle of the bell.", 0.0)


def _std(default: float) -> ArgSpec:
    return number("std", "How wide the bell is: the standard deviation.", default, 0)


_SLOPE = number("a", "Slope of the leaky ReLU below zero; 0 for a plain ReLU.", 0)
_MODE = choice(
    "mode",
    "fan_in keeps the size of signals on the way forward, fan_out that of gradients on the way back.",
    "fan_in",
    *("fan_in", "fan_out"),
)
_AFTER = choice(
    "nonlinearity",
    "The activation that follows; it decides the gain.",
    "leaky_relu",
    *("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"),
)

_ALL = (
    InitializerSpec(
        name="kaiming_uniform_",
        title="Kaiming (He) uniform",
        summary="Keeps the size of signals through layers with ReLU, which sets half of them to zero.",
        formula="uniform between -bound and bound, bound = gain · √(3 / fan)",
        args=(_SLOPE, _MODE, _AFTER),
        least=2,
        fans=True,
    ),
    InitializerSpec(
        name="kaiming_normal_",
        title="Kaiming (He) normal",
        summary="Keeps the size of signals through layers with ReLU, drawn from a bell.",
        formula="normal with mean 0, std = gain / √fan",
        args=(_SLOPE, _MODE, _AFTER),
        least=2,
        fans=True,
    ),
    InitializerSpec(
        name="xavier_uniform_",
        title="Xavier (Glorot) uniform",
        summary="Keeps signals and gradients alike in size from layer to layer; made for tanh and sigmoid.",
        formula="uniform between -bound and bound, bound = gain · √(6 / (fan_in + fan_out))",
        args=(_GAIN,),
        least=2,
        fans=True,
    ),
    InitializerSpec(
        name="xavier_normal_",
        title="Xavier (Glorot) normal",
        summary="Keeps signals and gradients alike in size from layer to layer, drawn from a bell.",
        formula="normal with mean 0, std = gain · √(2 / (fan_in + fan_out))",
        args=(_GAIN,),
        least=2,
        fans=True,
    ),
    InitializerSpec(
        name="uniform_",
        title="Uniform",
        summary="Every number between a and b is as likely as any other.",
        formula="uniform between a and b",
        args=(number("a", "The smallest number.", 0.0), number("b", "The largest number.", 1.0)),
    ),
    InitializerSpec(
        name="normal_",
        title="Normal",
        summary="A bell: most numbers lie near the mean.",
        formula="normal with mean and std",
        args=(_MEAN, _std(1.0)),
    ),
    InitializerSpec(
        name="trunc_normal_",
        title="Truncated normal",
        summary="A bell without its far ends: no number lies outside of a and b.",
        formula="normal with mean and std, all between a and b",
        args=(
            _MEAN,
            _std(1.0),
            number("a", "No number is smaller.", -2.0),
            number("b", "No number is larger.", 2.0),
        ),
    ),
    InitializerSpec(
        name="orthogonal_",
        title="Orthogonal",
        summary="Rows at right angles to each other: no signal is lost or doubled; liked for deep nets.",
        formula="W · Wᵀ = gain² · I, or Wᵀ · W where there are more rows than columns",
        args=(_GAIN,),
        least=2,
    ),
    InitializerSpec(
        name="sparse_",
        title="Sparse",
        summary="Most numbers small from a bell, a share of each column exactly zero.",
        formula="normal with mean 0 and std, a share of zeros in each column",
        args=(
            ArgSpec(
                name="sparsity",
                kind="float",
                help="The share of each column that becomes zero.",
                initial=0.1,
                minimum=0,
                maximum=1,
                step=0.1,
            ),
            _std(0.01),
        ),
        least=2,
        most=2,
    ),
    InitializerSpec(
        name="zeros_",
        title="Zeros",
        summary="All zero: usual for biases. As weights all neurons of a layer stay alike for ever.",
        formula="0",
    ),
    InitializerSpec(name="ones_", title="Ones", summary="All one, as normalizations begin.", formula="1"),
    InitializerSpec(
        name="constant_",
        title="Constant",
        summary="Every number the same.",
        formula="val",
        args=(ArgSpec(name="val", kind="float", help="The number.", initial=0.1),),
    ),
    InitializerSpec(
        name="eye_",
        title="Identity",
        summary="Ones on the diagonal: a Linear passes on what it gets.",
        formula="1 on the diagonal, 0 elsewhere",
        least=2,
        most=2,
    ),
    InitializerSpec(
        name="dirac_",
        title="Dirac",
        summary="The identity of convolutions: each channel passes on what it gets.",
        formula="1 in the middle of the kernel of the own channel, 0 elsewhere",
        args=(whole("groups", "Groups of channels, as the convolution has them.", 1),),
        least=3,
        most=5,
    ),
)

INITIALIZERS: Mapping[str, InitializerSpec] = {spec.name: spec for spec in _ALL}
"""The schemes by their names in torch.nn.init, the usual ones first."""
