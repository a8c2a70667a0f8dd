"""Applies the first fix of each problem until nothing is left that a fix could mend."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from nnbuilder.cli.analysis import Answer
from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.file import dump_project
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project

MOST_STEPS = 1000
"""Fixes in one go; a drawing with more problems than that needs a person."""

Ask = Callable[[Project], Answer]


class Mended(msgspec.Struct, frozen=True):
    """A project after its fixes, what is said of it now, and which problem each fix was for."""

    project: Project
    answer: Answer
    steps: tuple[tuple[Problem, Fix], ...] = ()


def mend(project: Project, ask: Ask, code: str | None = None) -> Mended:
    """Errors first, then warnings, or only problems with one code; notes only where they are named so.

    A fix counts only where its problem is gone afterwards and no warning became an error; a project that
    was there before is never come back to, so this ends.
    """
    done = Mended(project, ask(project))
    seen, left = {dump_project(project)}, set[Any]()
    while len(done.steps) < MOST_STEPS:
        problem = next(_open(done.answer, code, left), None)
        if problem is None:
            break
        after = next(_better(done, problem, ask, seen), None)
        if after is None:
            left.add(place_of(problem))
        else:
            done = after
            seen.add(dump_project(done.project))
    return done


def place_of(problem: Problem) -> tuple[Any, ...]:
    """By what a problem is known from one project to the next."""
    return problem.code, problem.node, problem.arg, problem.path


def _open(answer: Answer, code: str | None, left: set[Any]) -> Iterator[Problem]:
    """Problems to mend, the gravest first."""
    graver = ("error", "warning") if code is None else ("error", "warning", "note")
    for severity in graver:
        for problem in answer.problems:
            wanted = problem.severity == severity and code in {None, problem.code}
            if wanted and problem.fixes and place_of(problem) not in left:
                yield problem


def _better(done: Mended, problem: Problem, ask: Ask, seen: set[str]) -> Iterator[Mended]:
    """The project after the first fix that mends; after the next one where that leads back."""
    for fix in problem.fixes:
        project = _after(done.project, fix)
        if project is None or dump_project(project) in seen:
            continue
        answer = ask(project)
        if place_of(problem) in map(place_of, answer.problems):
            continue
        if problem.severity == "error" or _errors(answer) <= _errors(done.answer):
            yield Mended(project, answer, (*done.steps, (problem, fix)))


def _after(project: Project, fix: Fix) -> Project | None:
    try:
        for edit in fix.edits:
            project = apply_edit(project, edit)
    except EditRefused:
        return None
    return project


def _errors(answer: Answer) -> int:
    return sum(problem.severity == "error" for problem in answer.problems)
