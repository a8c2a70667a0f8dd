"""Dimensions laid in one row, or taken apart again: Flatten, Unflatten, the Input's own shape."""

import math
from collections.abc import Iterator

from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank
from nnbuilder.engine.mending.siblings import dimensions
from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Fix

Sizes = tuple[int, ...]

_ANY_SHAPE = frozenset({"Normalization", "Dropout"})
"""Groups whose layers are no sign of pictures: they have a sibling for each number of dimensions."""

_CHANNELS = (1, 3)
"""How many channels pictures have."""


def guesses(case: Case) -> Guesses:
    """Flattens what has too many dimensions, unflattens what has too few."""
    yield from _flatten(case)
    yield from _unflatten(case)
    yield from _parts(case)


def set_input(start: NodeId, sizes: Sizes, rank: Rank = Rank.LIKELY, why: str = "") -> Guess:
    """Types a sample's shape on the Input."""
    return Guess(Fix(f"Set the Input's shape to {sizes}{why}", (SetArg(start, "shape", sizes),)), rank)


def _flatten(case: Case) -> Guesses:
    if len(case.sizes) < 2:
        return
    whole = math.prod(case.sizes)
    meant = any(pinned.size == whole for pinned in case.pinned)
    rank = Rank.MEANT if meant else Rank.POSSIBLE if case.pinned else Rank.LIKELY
    yield from case.insert([("Flatten", {})], rank)
    spare = 0 if case.wanted is None else len(case.sizes) - case.wanted
    if 0 < spare < len(case.sizes) - 1:
        yield from case.insert([("Flatten", {"start_dim": len(case.sizes) - spare})], Rank.LIKELY)
        yield from case.insert([("Flatten", {"end_dim": 1 + spare})], Rank.POSSIBLE)


def _unflatten(case: Case) -> Guesses:
    """For a layer of so many dimensions: the channels and the picture, line or volume that may be meant."""
    wanted = dimensions(case.spec.name) or (case.wanted or 1) - 1
    if not 0 < wanted < 4 or len(case.sizes) > wanted:
        return
    typed = isinstance(case.graph.nodes[case.start].args.get("shape"), tuple)
    for sizes in _unfolded(case, wanted):
        square = len(set(sizes[1:])) == 1 and sizes[-1] > 1
        rank = Rank.MEANT if square and case.spec.group not in _ANY_SHAPE else Rank.LIKELY
        if case.direct and (typed or case.profile is None):
            yield set_input(case.start, sizes, rank)
        if len(case.sizes) == 1:
            yield from case.insert([("Unflatten", {"dim": 1, "unflattened_size": sizes})], rank)
        elif len(case.sizes) == wanted and sizes[0] == 1:
            channel = (1, case.sizes[0])
            yield from case.insert([("Unflatten", {"dim": 1, "unflattened_size": channel})], rank)
        if case.direct and not typed and case.profile is not None:
            yield set_input(case.start, sizes, rank)


def _unfolded(case: Case, wanted: int) -> Iterator[Sizes]:
    """Shapes with channels first that hold as many numbers as a sample has."""
    if len(case.sizes) == wanted:
        yield (1, *case.sizes)
        if wanted == 1:
            yield (case.sizes[0], 1)
        return
    total = math.prod(case.sizes)
    channels = [pinned.size for pinned in case.pinned if pinned.size]
    for count in dict.fromkeys((*channels, *_CHANNELS)):
        side = round((total / count) ** (1 / wanted))
        if count * side**wanted == total:
            yield (count, *(side,) * wanted)
    yield (1, *(1,) * (wanted - 1), total)
    yield (total, *(1,) * wanted)


def _parts(case: Case) -> Guesses:
    """The parts of an Unflatten whose product is not what it gets."""
    parts = case.args.get("unflattened_size")
    if not isinstance(parts, tuple) or not case.sizes:
        return
    total = case.sizes[0]
    for place in reversed(range(len(parts))):
        others = math.prod(part for index, part in enumerate(parts) if index != place)
        if others > 0 and total % others == 0:
            changed = (*parts[:place], total // others, *parts[place + 1 :])
            yield case.set("unflattened_size", changed)
    for count in dict.fromkeys((parts[0], *_CHANNELS)):
        rest = len(parts) - 1
        side = round((total / count) ** (1 / rest)) if rest and count > 0 else 0
        if side and count * side**rest == total:
            yield case.set("unflattened_size", (count, *(side,) * rest), Rank.MEANT)
    yield case.set("unflattened_size", (*(1,) * (len(parts) - 1), total), Rank.POSSIBLE)
