"""Numbers that must divide others without a rest: groups, heads, the factor of a PixelShuffle."""

from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank
from nnbuilder.engine.mending.widths import width_arg
from nnbuilder.graph.edits import SetArg
from nnbuilder.project.chain import title
from nnbuilder.project.problem import Fix

DIVIDING = ("groups", "num_groups", "nhead", "num_heads", "upscale_factor", "downscale_factor")
"""Arguments that something else must be a multiple of."""

_TRIED = 4


def guesses(case: Case) -> Guesses:
    """The nearest number that divides, then sizes rounded up to a multiple."""
    for name in DIVIDING:
        value = case.args.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 1:
            yield from _nearest(case, name, value)
            yield from _multiples(case, value)


def _nearest(case: Case, name: str, value: int) -> Guesses:
    totals = {size for size in (*case.args.values(), *case.sizes) if type(size) is int and size > 0}
    divisors = [
        number
        for number in range(min(value, 4096) - 1, 0, -1)
        if number == 1 or any(total % number == 0 for total in totals)
    ]
    for number in dict.fromkeys((*divisors[:_TRIED], *divisors[-1:])):
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
            for factor in (value, value**2):
                text = f"Set {name} of the {title(node)} before it to {_up(given, factor)}"
                yield Guess(Fix(text, (SetArg(node.id, name, _up(given, factor)),)), Rank.POSSIBLE)
            return


def _up(number: int, factor: int) -> int:
    return -(-number // factor) * factor
