"""Fold puts blocks together again: how large they and the whole must be for as many as there are."""

import math

import msgspec

from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank, spread, words_of
from nnbuilder.graph.edits import SetArgs
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.problem import Fix

_SIDES = range(5, 0, -1)
"""Sides of a block that are tried."""


def guesses(case: Case) -> Guesses:
    """For a row of blocks, and for blocks that still lie side by side as in a picture."""
    if case.spec.name != "Fold":
        return
    if len(case.sizes) == 2:
        yield from _row(case, *case.sizes)
    elif len(case.sizes) == 3:
        yield from _picture(case, *case.sizes)


def _row(case: Case, numbers: int, blocks: int) -> Guesses:
    """Blocks of the largest side that divides the first dimension, as many as the last one says."""
    across = math.isqrt(blocks)
    for side in _SIDES:
        if numbers % side**2 == 0:
            rows, columns = (across, across) if across**2 == blocks else (1, blocks)
            size = (rows + side - 1, columns + side - 1)
            whole = size[0] if rows == columns else size
            text = f"Set output_size to {whole} and kernel_size to {side}"
            args = {"output_size": whole, "kernel_size": side}
            yield Guess(Fix(text, (SetArgs(case.node.id, args),)), Rank.LIKELY)


def _picture(case: Case, numbers: int, rows: int, columns: int) -> Guesses:
    """Lays the blocks in a row and makes the whole as large as they are then, first for blocks as set."""
    for changes in ({}, *({"kernel_size": side} for side in _SIDES if side > 1)):
        args = {**case.args, **changes}
        kernel, stride, padding, dilation = (
            spread(args[name], 2) for name in ("kernel_size", "stride", "padding", "dilation")
        )
        if kernel is None or stride is None or padding is None or dilation is None:
            continue
        if numbers % math.prod(kernel):
            continue
        size = tuple(
            (count - 1) * step + wide * (side - 1) + 1 - 2 * pad
            for count, step, wide, side, pad in zip(
                (rows, columns), stride, dilation, kernel, padding, strict=True
            )
        )
        if min(size) > 0:
            whole: ArgValue = size[0] if size[0] == size[1] else size
            yield from _flattened(case, {**changes, "output_size": whole})


def _flattened(case: Case, args: dict[str, ArgValue]) -> Guesses:
    """Puts a Flatten of the places before it and sets these arguments."""
    changed = {name: value for name, value in args.items() if case.args.get(name) != value}
    for guess in case.insert([("Flatten", {"start_dim": 2})]):
        words = " and ".join(f"{name} to {words_of(value)}" for name, value in changed.items())
        text = f"{guess.fix.title}, and set {words}" if changed else guess.fix.title
        edits = (
            *guess.fix.edits,
            *((SetArgs(case.node.id, {**case.node.args, **changed}),) if changed else ()),
        )
        yield msgspec.structs.replace(guess, fix=Fix(text, edits))
