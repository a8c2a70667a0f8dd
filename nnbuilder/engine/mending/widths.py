"""Sizes that must agree with the layer before: set here, left to follow, or changed there."""

import math

from nnbuilder.catalog.registry import LAYERS
from nnbuilder.engine.mending.case import Case, Guess, Guesses, Pinned
from nnbuilder.graph.edits import ResetArg
from nnbuilder.graph.graph import Node
from nnbuilder.project.problem import Fix

WIDTHS = ("out_features", "out_channels", "embedding_dim", "hidden_size", "d_model")
"""Arguments by which a layer decides how many numbers it gives."""


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


def width_arg(node: Node) -> str | None:
    """The argument by which a layer decides how many numbers it gives, if it has one."""
    spec = LAYERS.get(node.type)
    names = (name for name in WIDTHS if spec is not None and spec.arg(name) is not None)
    return next((name for name in names if _free(node, name)), None)


def _free(node: Node, name: str) -> bool:
    """Whether the argument is the layer's own to choose, and not the size of its input."""
    spec = LAYERS[node.type]
    arg = spec.arg(name)
    return arg is not None and arg.follows is None


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
