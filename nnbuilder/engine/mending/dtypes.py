"""Numbers of another type: the Input's dtype, and a lookup that must come before all arithmetic."""

from collections.abc import Iterable

from nnbuilder.engine.mending.case import Case, Guess, Guesses, Rank
from nnbuilder.graph.edits import MoveBeside, SetArg
from nnbuilder.project.problem import Fix

_LOOKUPS = frozenset({"Embedding", "EmbeddingBag"})
_DTYPES = ("float32", "int64", "float64")


def guesses(case: Case) -> Guesses:
    """The other dtypes of the Input; an Embedding behind other layers is also moved to the front."""
    for dtype in _DTYPES:
        if dtype != case.entering.dtype:
            fix = Fix(f"Set the Input's dtype to {dtype}", (SetArg(case.start, "dtype", dtype),))
            yield Guess(fix, Rank.LIKELY if dtype != "float64" else Rank.LAST)
    if case.node.type in _LOOKUPS and case.before and case.node.parent is None:
        edits = (
            MoveBeside((case.node.id,), case.start, "after"),
            SetArg(case.start, "dtype", "int64"),
        )
        yield Guess(Fix(f"Move {case.name} right behind the Input, with dtype int64", edits))


def combined(case: Case, others: Iterable[Guess]) -> Guesses:
    """Other guesses together with the usual dtype, where both are wrong at once."""
    usual = "int64" if case.node.type in _LOOKUPS else "float32"
    if case.entering.dtype == usual:
        return
    dtype = SetArg(case.start, "dtype", usual)
    for guess in sorted(others, key=lambda other: other.rank):
        if dtype not in guess.fix.edits and guess.rank < Rank.POSSIBLE:
            text = f"{guess.fix.title}, and set the Input's dtype to {usual}"
            yield Guess(Fix(text, (*guess.fix.edits, dtype)), Rank.LAST)
