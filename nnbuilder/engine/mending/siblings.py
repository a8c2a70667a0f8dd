"""The same layer for another number of dimensions, and layers that stand in for one that cannot work."""

import re
from collections.abc import Mapping

from nnbuilder.catalog.registry import LAYERS, new_node
from nnbuilder.catalog.spec import ArgSpec, LayerSpec
from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank, fitting, spread
from nnbuilder.graph.edits import SetType
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.problem import Fix

_NAME = re.compile(r"(?P<base>.+)(?P<count>[123])d")

_INSTEAD = {"InstanceNorm": "BatchNorm"}
"""Layers of one purpose that ask for less."""


def guesses(case: Case) -> Guesses:
    """The 1d, 2d or 3d sibling that fits the input's dimensions, then those of the same purpose."""
    named = _NAME.fullmatch(case.spec.name)
    if named is None:
        return
    here, fitting_count = int(named["count"]), max(len(case.sizes) - 1, 1)
    if fitting_count != here:  # with another one torch would take the samples for channels
        yield from _use(case, f"{named['base']}{fitting_count}d", Rank.MEANT)
    width = case.args.get("out_channels")
    if len(case.sizes) == 1 and isinstance(width, int):
        row = SetType(case.node.id, "Linear", {"out_features": width})
        yield Guess(Fix("Use Linear instead", (row,)), Rank.POSSIBLE)
    if named["base"] in _INSTEAD:
        yield from _use(case, f"{_INSTEAD[named['base']]}{here}d", Rank.POSSIBLE)


def dimensions(name: str) -> int | None:
    """How many dimensions besides batch and channels a layer is named after."""
    named = _NAME.fullmatch(name)
    return int(named["count"]) if named is not None else None


def _use(case: Case, name: str, rank: Rank) -> Guesses:
    spec = LAYERS.get(name)
    if spec is not None:
        args = carried(spec, case.node.args, dimensions(name) or 1)
        yield Guess(Fix(f"Use {name} instead", (SetType(case.node.id, name, args),)), rank)


def carried(spec: LayerSpec, args: Mapping[str, ArgValue], count: int) -> dict[str, ArgValue]:
    """The arguments that another layer takes as well, tuples made as long as it takes them."""
    kept = dict(new_node(spec.name, NodeId("new")).args)
    for name, value in args.items():
        arg = spec.arg(name)
        fitted = value if arg is None else _fitted(arg, value, count)
        if arg is not None and arg.fault(fitted) is None:
            kept[name] = fitted
    return kept


def _fitted(arg: ArgSpec, value: ArgValue, count: int) -> ArgValue:
    """A tuple as long as the argument takes it: its last sizes, or the last one again and again."""
    if arg.fault(value) is None or not isinstance(value, tuple) or not value:
        return value
    sizes = spread(value[-count:], count) or spread(value[-1], count)
    return value if sizes is None else fitting(arg, sizes)
