"""Sizes that must agree with the layer before: set here, left to follow, or changed there."""

import math

from nnbuilder.catalog.widths import width_arg
from nnbuilder.engine.mending.case import Case, Guess, Guesses, Pinned
from nnbuilder.graph.edits import ResetArg
from nnbuilder.project.problem import Fix


def guesses(case: Case) -> Guesses:
    """For each pinned size: what the input says, "auto", and the layer before giving what is asked for."""
    for pinned in case.pinned:
        count = len(pinned.value) if isinstance(pinned.value, tuple) else 0
        if 1 < count <= len(case.sizes):
            yield case.set(pinned.arg.name, case.sizes[-count:])
        yield case.set(pinned.arg.name, pinned.wanted)
        text = f"Let {pinned.arg.name} follow the layer before (auto)"
        yield Guess(Fix(text, (ResetArg(case.node.id, pinned.arg.name),)))
    for pinned in case.pinned:
        yield from _before(case, pinned)


def _before(case: Case, pinned: Pinned) -> Guesses:
    """Makes the nearest layer before that has a width of its own give what is wanted."""
    if pinned.size is None:
        return
    for step in reversed(case.before):
        node = case.drawn(step)
        name = width_arg(node)
        if name is None:
            continue
        behind = step.analysis.output
        beside = math.prod(size or 1 for size in behind.shape[2:]) if behind is not None else 1
        for width in dict.fromkeys((pinned.size, pinned.size // max(beside, 1))):
            if width:
                yield case.change(node, name, width)
        return
