"""Arguments that many layers share."""

import msgspec

from nnbuilder.catalog.spec import REQUIRED, SIZE_LIMIT, ArgSpec, Follows, Required
from nnbuilder.graph.graph import ArgValue

PLACES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
"""What the dimensions behind the channels are called, by how many there are."""

INPUTS = {
    1: "sequences (N, C, L)",
    2: "images (N, C, H, W)",
    3: "volumes (N, C, D, H, W)",
}
"""What a layer for so many dimensions takes, in words."""

KINDS = {
    1: ("1d", "sequence", "signal", "time series", "text"),
    2: ("2d", "image", "picture"),
    3: ("3d", "volume", "video"),
}
"""Words to find a layer for so many dimensions by."""


def size(name: str, text: str, follows: Follows | None = None, initial: int = 16) -> ArgSpec:
    """A size of at least 1 that PyTorch has no default for."""
    return ArgSpec(
        name=name,
        kind="int",
        help=text,
        initial=initial,
        minimum=1,
        maximum=SIZE_LIMIT,
        follows=follows,
    )


def sizes(
    name: str,
    text: str,
    dims: int,
    default: ArgValue | Required = REQUIRED,
    *,
    initial: ArgValue = None,
    minimum: int = 1,
    none: bool = False,
) -> ArgSpec:
    """A whole number for all dimensions behind the channels, or one for each."""
    return ArgSpec(
        name=name,
        kind="int",
        help=text,
        default=default,
        initial=initial,
        none=none,
        minimum=minimum,
        maximum=SIZE_LIMIT,
        lengths=(dims,),
        parts=PLACES[dims],
    )


def whole(name: str, text: str, default: int, minimum: int = 1, maximum: int = SIZE_LIMIT) -> ArgSpec:
    """A whole number with a default."""
    return ArgSpec(name=name, kind="int", help=text, default=default, minimum=minimum, maximum=maximum)


def choice(name: str, text: str, default: str, *words: str) -> ArgSpec:
    """One of several words."""
    return ArgSpec(name=name, kind="choice", help=text, default=default, choices=words)


def optional(arg: ArgSpec, default: ArgValue = None, initial: ArgValue = None) -> ArgSpec:
    """The argument where None may stand as well, with this default."""
    return msgspec.structs.replace(arg, none=True, default=default, initial=initial)


def named(arg: ArgSpec) -> ArgSpec:
    """The argument as one that is always written with its name."""
    return msgspec.structs.replace(arg, keyword=True)


def switch(name: str, text: str, *, default: bool) -> ArgSpec:
    """A True or False argument."""
    return ArgSpec(name=name, kind="bool", help=text, default=default)


def number(
    name: str,
    text: str,
    default: float,
    minimum: float | None = None,
    maximum: float | None = None,
    *,
    above: bool = False,
    below: bool = False,
    step: float | None = None,
) -> ArgSpec:
    """A number with bounds; with `above` or `below` the bound itself is excluded."""
    return ArgSpec(
        name=name,
        kind="float",
        help=text,
        default=default,
        minimum=minimum,
        maximum=maximum,
        above=above,
        below=below,
        step=step,
    )


BIAS = switch("bias", "Learn a number that is added to each output.", default=True)

INPLACE = switch("inplace", "Overwrite the input to save memory; the result is the same.", default=False)

LENGTHS = tuple(range(1, 9))
"""How many sizes the shape of a sample may have."""

EPS = number("eps", "Added to the variance so that nothing is divided by zero.", 1e-5, 0, above=True)

DIM = ArgSpec(
    name="dim",
    kind="int",
    help="The dimension whose values sum to one; -1 is the last. PyTorch guesses without it, and warns.",
    default=None,
    initial=-1,
    none=True,
    minimum=-16,
    maximum=16,
)
