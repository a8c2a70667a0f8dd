"""Arguments that many layers share."""

from nnbuilder.catalog.spec import SIZE_LIMIT, ArgSpec, Follows


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
    step: float | None = None,
) -> ArgSpec:
    """A number with bounds; with `above` the lower bound itself is excluded."""
    return ArgSpec(
        name=name,
        kind="float",
        help=text,
        default=default,
        minimum=minimum,
        maximum=maximum,
        above=above,
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
