"""Arguments that the family of no other file speaks of: defaults, words to choose from, dimensions."""

from nnbuilder.catalog.spec import AUTO, ArgSpec, Required, shown
from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank
from nnbuilder.graph.edits import ResetArg
from nnbuilder.graph.graph import ArgValue
from nnbuilder.project.problem import Fix

_MOST_SIZES = 4

_SWITCHES = {"batch_first": Rank.MEANT, "ceil_mode": Rank.POSSIBLE}
"""Switches that say how an input is read; others are turned only where nothing else mends."""


def guesses(case: Case) -> Guesses:
    """Defaults, dimensions that every input has, other words, and last the sizes that a sample has."""
    for arg in case.spec.args:
        yield from _default(case, arg)
    for value in (1, -1) if len(case.sizes) > 2 else (-1, 1):  # images have their channels first
        if case.spec.arg("dim") is not None and case.args.get("dim") != value:
            yield case.set("dim", value)
    for arg in case.spec.args:
        if arg.kind == "bool":
            yield case.set(arg.name, not case.args[arg.name], _SWITCHES.get(arg.name, Rank.LAST))
        if arg.kind == "choice":
            yield from (
                case.set(arg.name, word, Rank.POSSIBLE) for word in arg.choices if _other(case, arg, word)
            )
    for arg in case.spec.args:
        if arg.kind == "int" and arg.follows is None and arg.name in case.node.args:
            sizes = dict.fromkeys(case.sizes)
            fitting = [size for size in sizes if _other(case, arg, size) and arg.fault(size) is None]
            yield from (case.set(arg.name, size, Rank.LAST) for size in fitting[:_MOST_SIZES])


def _default(case: Case, arg: ArgSpec) -> Guesses:
    if arg.name not in case.node.args or arg.follows or isinstance(arg.default, Required):
        return
    if arg.initial is not None and arg.initial != AUTO:
        yield case.set(arg.name, arg.initial)
    else:
        fix = Fix(f"Reset {arg.name} to {shown(arg.default)}", (ResetArg(case.node.id, arg.name),))
        yield Guess(fix)


def _other(case: Case, arg: ArgSpec, value: ArgValue) -> bool:
    return case.args.get(arg.name) != value
