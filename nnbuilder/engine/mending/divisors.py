"""Numbers that must divide others without a rest: groups, heads, the factor of a PixelShuffle."""

from itertools import islice

from nnbuilder.catalog.widths import width_arg
from nnbuilder.engine.mending.case import Case, Guesses, Rank

DIVIDING = ("groups", "num_groups", "nhead", "num_heads", "upscale_factor", "downscale_factor")
"""Arguments that something else must be a multiple of."""

_TRIED = 4
_LARGEST = 4096


def guesses(case: Case) -> Guesses:
    """The nearest number that divides, sizes rounded up to a multiple, and last no sharing out at all."""
    for name in DIVIDING:
        value = case.args.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 1:
            yield from _nearest(case, name, value)
            yield from _multiples(case, value)
            arg = case.spec.arg(name)
            if arg is not None and arg.default != 1:  # a default is another family's
                yield case.set(name, 1, Rank.POSSIBLE)


def _nearest(case: Case, name: str, value: int) -> Guesses:
    totals = {size for size in (*case.args.values(), *case.sizes) if type(size) is int and size > 0}
    numbers = range(min(value, _LARGEST) - 1, 1, -1)
    divisors = (number for number in numbers if any(total % number == 0 for total in totals))
    for number in islice(divisors, _TRIED):
        yield case.set(name, number)


def _multiples(case: Case, value: int) -> Guesses:
    """Widths of this layer, and of the one before it, rounded up."""
    own = width_arg(case.node)
    width = case.args.get(own) if own is not None else None
    if own is not None and isinstance(width, int) and width % value:
        yield case.set(own, _up(width, value))
    for step in reversed(case.before):
        node = case.drawn(step)
        name = width_arg(node)
        if name is not None and isinstance(given := step.analysis.args.get(name), int):
            yield from (case.change(node, name, _up(given, factor)) for factor in (value, value**2))
            return


def _up(number: int, factor: int) -> int:
    return -(-number // factor) * factor
