"""Guesses held against torch: those that mend are offered, those that mend everything first."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from nnbuilder.engine.mending.case import Guess, Rank
from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import Project

Judge = Callable[[Project], int]
"""How far a changed project gets: 0 where the problem is still there, `WHOLE` where nothing else is wrong."""

WHOLE = 2**31

MOST = 4
"""More fixes than this are no help."""

TRIED = 48
"""Most guesses that one problem is worth."""


class _Mended(msgspec.Struct, frozen=True):
    """A guess that mends, and how far the project gets with it."""

    reach: int
    fix: Fix


def tried(project: Project, guesses: Iterable[Guess], judge: Judge) -> Iterator[tuple[Fix, ...] | None]:
    """Tries guesses one by one, None after each that leaves the search open; the last item is the answer.

    Best first: what gets furthest, then what is likeliest, then the families' own order. Nothing that does
    not mend is among them.
    """
    found: list[_Mended] = []
    for guess in _ordered(guesses):
        if guess.rank is Rank.LAST and found:
            break
        reach = judged(project, guess.fix, judge)
        if reach:
            found.append(_Mended(reach, guess.fix))
        if sum(one.reach >= WHOLE for one in found) == MOST:
            break
        yield None
    best = sorted(found, key=lambda one: -one.reach)
    named = {one.fix.title: one.fix for one in reversed(best)}
    yield tuple(fix for fix in reversed(named.values()))[:MOST]


def settled(steps: Iterator[tuple[Fix, ...] | None]) -> tuple[Fix, ...]:
    """The answer of a search, however long it takes."""
    return next(answer for answer in steps if answer is not None)


def judged(project: Project, fix: Fix, judge: Judge) -> int:
    """How far the project gets with a fix; 0 where it cannot be applied."""
    changed = applied(project, fix)
    return 0 if changed is None or changed == project else judge(changed)


def applied(project: Project, fix: Fix) -> Project | None:
    """The project after a fix; None where an edit of it makes no sense."""
    try:
        for edit in fix.edits:
            project = apply_edit(project, edit)
    except EditRefused:
        return None
    return project


def _ordered(guesses: Iterable[Guess]) -> list[Guess]:
    """The likeliest first, each once."""
    unique: dict[str, Guess] = {}
    for guess in guesses:
        key = repr(guess.fix)
        if key not in unique or guess.rank < unique[key].rank:
            unique[key] = guess
    best = sorted(unique.values(), key=lambda guess: guess.rank)
    return [*best[:TRIED], *(guess for guess in best[TRIED:] if guess.rank is Rank.LAST)]
