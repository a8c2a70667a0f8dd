"""Asks torch about a project on behalf of a command."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.graph.analysis import Analysis
from nnbuilder.project.problem import Problem, has_errors, heard
from nnbuilder.project.project import Project

if TYPE_CHECKING:
    from nnbuilder.data.prepare import Prepared
    from nnbuilder.data.spec import DataSpec


class Answer(msgspec.Struct, frozen=True):
    """What torch, the data and the doctor say about a project; `silenced` are codes of advice left out."""

    analysis: Analysis
    problems: tuple[Problem, ...]
    data_failed: bool = False
    notes: tuple[str, ...] = ()
    silenced: tuple[str, ...] = ()

    @property
    def code(self) -> Exit:
        """The exit code that these problems lead to: the project's go before the data's."""
        if not has_errors(self.problems):
            return Exit.DONE
        own = any(problem.severity == "error" and not _of_data(problem) for problem in self.problems)
        return Exit.PROJECT if own or not self.data_failed else Exit.DATA


class Asker:
    """Asks about one project after the other, and loads the data anew only where others are chosen.

    Torch works with one thread, as in the window: for thousands of small layers more of them wait for each
    other longer than they work. A training sets its own number.
    """

    def __init__(self, folder: Path | None) -> None:
        from nnbuilder.engine.analyze import Analyzer
        from nnbuilder.engine.doctor import Doctor
        from nnbuilder.engine.warm import one_thread

        one_thread()
        self._folder = folder
        self._analyzer = Analyzer()
        self._doctor = Doctor(self._analyzer)
        self._loaded: tuple[DataSpec, int] | None = None
        self._beside: tuple[Problem, ...] = ()
        self.prepared: Prepared | None = None

    def __call__(self, project: Project) -> Answer:
        """What torch says of the drawing; without data as far as the drawing alone says."""
        self._load(project)
        profile, beside = self.prepared.profile if self.prepared else None, self._beside
        *_, last = self._analyzer.analyze(project, profile)
        known = tuple(one for one in last.problems if not (beside and one.code == "input-unknown"))
        everything = (*known, *beside, *self._doctor.second_look(project, last, self.prepared))
        told = heard(everything, project.silenced)
        notes = profile.notes if profile else ()
        silenced = tuple(one.code for one in everything if one not in told)
        return Answer(last.analysis, told, bool(beside), notes, silenced)

    def _load(self, project: Project) -> None:
        from nnbuilder.data.errors import DataError
        from nnbuilder.data.load import load
        from nnbuilder.engine.failure import data_problems

        wanted = (project.data, project.training.seed)
        if self._loaded == wanted:
            return
        self._loaded, self.prepared, self._beside = wanted, None, ()
        try:
            self.prepared = load(*wanted, self._folder)
        except DataError as error:
            self._beside = data_problems(error, project.data)


def ask(project: Project, folder: Path | None) -> "tuple[Answer, Prepared | None]":
    """Loads the data and analyzes the drawing."""
    asker = Asker(folder)
    return asker(project), asker.prepared


def demand(project: Project, folder: Path | None) -> "tuple[Answer, Prepared]":
    """The same for a project that is to be trained: raises where an error stands in the way."""
    answer, prepared = ask(project, folder)
    errors = tuple(problem for problem in answer.problems if problem.severity == "error")
    if errors or prepared is None:
        raise CommandError(answer.code, errors)
    return answer, prepared


def _of_data(problem: Problem) -> bool:
    return problem.path.startswith("data.") and problem.node is None
