"""The channels moved to where a layer looks for them.

torch.nn has no layer that swaps dimensions, but ChannelShuffle lays a row out by columns: between Flatten and
Unflatten that is exactly a transposition, and it is offered as one group.
"""

import math

from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank
from nnbuilder.engine.mending.reshaping import set_input
from nnbuilder.project.places import Layers, group_before
from nnbuilder.project.problem import Fix

Sizes = tuple[int, ...]

_COLOURS = frozenset({1, 3, 4})
"""How many numbers the pixel of a picture has."""


def guesses(case: Case) -> Guesses:
    """Channels from the last place to the first, or back, where the input shows that they are elsewhere."""
    if len(case.sizes) < 2:
        return
    channels, features = _wanted(case, "channels"), _wanted(case, "features")
    first, last = case.sizes[0], case.sizes[-1]
    if last in channels or (not channels and _picture(case.sizes)):
        yield from _channels_first(case)
    if first in features:
        sizes = (*case.sizes[1:], first)
        yield from _group(case, "channels_last", sizes, groups=first)


def _wanted(case: Case, follows: str) -> tuple[int | None, ...]:
    return tuple(pinned.size for pinned in case.pinned if pinned.arg.follows == follows)


def _picture(sizes: Sizes) -> bool:
    """Whether a sample looks like a picture with its colours last."""
    return len(sizes) == 3 and sizes[-1] in _COLOURS and sizes[0] not in _COLOURS and min(sizes[:2]) > 4


def _channels_first(case: Case) -> Guesses:
    """On the Input where its shape was only typed; else by layers that really move the numbers."""
    sizes = (case.sizes[-1], *case.sizes[:-1])
    typed = isinstance(case.graph.nodes[case.start].args.get("shape"), tuple)
    if case.direct and typed:
        free = case.profile is None or case.sizes[-1] == 1
        yield set_input(case.start, sizes, Rank.MEANT if free else Rank.LAST, " (channels first)")
    yield from _group(case, "channels_first", sizes, groups=math.prod(case.sizes[:-1]))


def _group(case: Case, name: str, sizes: Sizes, groups: int) -> Guesses:
    edits = group_before(case.graph, case.node.id, name, transposed(math.prod(sizes), groups, sizes))
    if edits is not None:
        where = "first" if name.endswith("first") else "last"
        text = f"Move the channels {where} before {case.name}"
        yield Guess(Fix(text, edits), Rank.MEANT)


def transposed(total: int, groups: int, sizes: Sizes) -> Layers:
    """Layers that read samples of so many numbers in `groups` rows and give them by columns, in new sizes."""
    return [
        ("Flatten", {}),
        ("Unflatten", {"dim": 1, "unflattened_size": (total, 1)}),
        ("ChannelShuffle", {"groups": groups}),
        ("Flatten", {}),
        ("Unflatten", {"dim": 1, "unflattened_size": sizes}),
    ]
