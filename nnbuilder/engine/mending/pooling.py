"""Pictures of any size brought down to the size that a network was made for: AdaptiveAvgPool."""

import math

from nnbuilder.engine.mending.case import Case, Guesses, Rank

Sizes = tuple[int, ...]


def guesses(case: Case) -> Guesses:
    """Averages each channel where a layer counts the channels, or the numbers of smaller pictures."""
    for pinned in case.pinned:
        if pinned.arg.name != "in_features" or pinned.size is None:
            continue
        if len(case.sizes) > 1:
            side = _side(pinned.size, case.sizes)
            if side is not None:
                rank = Rank.MEANT if side == 1 else Rank.POSSIBLE
                pool = (_pool(case.sizes), {"output_size": side})
                yield from case.insert([pool, ("Flatten", {})], rank)
        else:
            yield from _before_flatten(case, pinned.size)


def _before_flatten(case: Case, wanted: int) -> Guesses:
    """The same in front of the Flatten through which the numbers came."""
    for step in reversed(case.before):
        kind = step.analysis.input
        if step.analysis.layer != "Flatten" or kind is None:
            continue
        sizes = tuple(size or 1 for size in kind.shape[1:])
        side = _side(wanted, sizes) if len(sizes) > 1 else None
        if side is not None:
            rank = Rank.MEANT if side == 1 else Rank.POSSIBLE
            node = case.graph.nodes[step.analysis.id]
            yield from case.insert([(_pool(sizes), {"output_size": side})], rank, node)
        return


def _pool(sizes: Sizes) -> str:
    return f"AdaptiveAvgPool{len(sizes) - 1}d"


def _side(wanted: int, sizes: Sizes) -> int | None:
    """How long each side must become for so many numbers; None unless that makes pictures smaller."""
    dimensions = len(sizes) - 1
    if wanted % sizes[0] or dimensions > 3 or wanted >= math.prod(sizes):
        return None
    side = round((wanted // sizes[0]) ** (1 / dimensions))
    return side if side >= 1 and sizes[0] * side**dimensions == wanted else None
