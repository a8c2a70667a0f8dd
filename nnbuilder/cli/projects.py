"""Opens the project file that a command is about."""

from pathlib import Path

import msgspec

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.project.file import ProjectFileError, load_project
from nnbuilder.project.problem import Problem
from nnbuilder.project.project import Project


def open_project(file: Path) -> Project:
    """The project of a file; raises `CommandError`, in whose every message the file is named."""
    try:
        return load_project(file).project
    except ProjectFileError as error:
        raise CommandError(
            Exit.PROJECT, [_named(problem, str(file)) for problem in error.problems]
        ) from error


def _named(problem: Problem, file: str) -> Problem:
    known = file in problem.message
    return problem if known else msgspec.structs.replace(problem, message=f"{file}: {problem.message}")
