"""Asks torch about a project on behalf of a command."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.graph.analysis import Analysis
from nnbuilder.project.problem import Problem, has_errors
from nnbuilder.project.project import Project

if TYPE_CHECKING:
    from nnbuilder.data.prepare import Prepared


class Answer(msgspec.Struct, frozen=True):
    """What torch and the data say about a project, all problems together."""

    analysis: Analysis
    problems: tuple[Problem, ...]
    data_failed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def code(self) -> Exit:
        """The exit code that these problems lead to: the project's go before the data's."""
        if not has_errors(self.problems):
            return Exit.DONE
        own = any(problem.severity == "error" and not _of_data(problem) for problem in self.problems)
        return Exit.PROJECT if own or not self.data_failed else Exit.DATA


def ask(project: Project, folder: Path | None) -> "tuple[Answer, Prepared | None]":
    """Loads the data and analyzes the drawing; without data as far as the drawing alone says."""
    from nnbuilder.data.errors import DataError
    from nnbuilder.data.load import load
    from nnbuilder.engine.analyze import Analyzer
    from nnbuilder.engine.failure import data_problems

    prepared: Prepared | None = None
    beside: tuple[Problem, ...] = ()
    try:
        prepared = load(project.data, project.training.seed, folder)
    except DataError as error:
        beside = data_problems(error, project.data)
    profile = prepared.profile if prepared else None
    *_, last = Analyzer().analyze(project, profile)
    problems = tuple(problem for problem in last.problems if not (beside and problem.code == "input-unknown"))
    return Answer(
        last.analysis, (*problems, *beside), bool(beside), profile.notes if profile else ()
    ), prepared


def demand(project: Project, folder: Path | None) -> "tuple[Answer, Prepared]":
    """The same for a project that is to be trained: raises where an error stands in the way."""
    answer, prepared = ask(project, folder)
    errors = tuple(problem for problem in answer.problems if problem.severity == "error")
    if errors or prepared is None:
        raise CommandError(answer.code, errors)
    return answer, prepared


def _of_data(problem: Problem) -> bool:
    return problem.path.startswith("data.") and problem.node is None
