"""Fold puts blocks together again: how large they and the whole must be for as many as there are."""

import math

from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank
from nnbuilder.graph.edits import SetArgs
from nnbuilder.project.problem import Fix

_SIDES = range(5, 0, -1)
"""Sides of a block that are tried."""


def guesses(case: Case) -> Guesses:
    """Blocks of the largest side that divides the first dimension, as many as the last one says."""
    if case.spec.name != "Fold" or len(case.sizes) != 2:
        return
    numbers, blocks = case.sizes
    across = math.isqrt(blocks)
    for side in _SIDES:
        if numbers % side**2 == 0:
            rows, columns = (across, across) if across**2 == blocks else (1, blocks)
            size = (rows + side - 1, columns + side - 1)
            whole = size[0] if rows == columns else size
            text = f"Set output_size to {whole} and kernel_size to {side}"
            args = {"output_size": whole, "kernel_size": side}
            yield Guess(Fix(text, (SetArgs(case.node.id, args),)), Rank.LIKELY)
