"""How the command line ends: its exit codes, and which failure gets which."""

import traceback
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import click

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.problem import Problem


class Exit(IntEnum):
    """Exit codes, the same for every command."""

    DONE = 0
    ENVIRONMENT = 1
    USAGE = 2
    PROJECT = 3
    DATA = 4
    TRAINING = 5
    INTERRUPTED = 130
    TERMINATED = 143


class CommandError(NNBuilderError):
    """A command ends without having done its work: with this exit code, for these problems.

    `facts` are more keys for the JSON document.
    """

    def __init__(self, code: Exit, problems: Sequence[Problem], facts: dict[str, Any] | None = None) -> None:
        self.code = code
        self.problems = tuple(problems)
        self.facts = facts or {}
        super().__init__(problems[0].message if problems else code.name)


class Terminated(BaseException):
    """The system asked the program to end."""


def stop(code: Exit, word: str, message: str, path: str = "") -> CommandError:
    """The error of a single problem; `word` is its code."""
    return CommandError(code, (Problem("error", word, message, path=path),))


def judge(error: BaseException) -> CommandError:
    """What any failure means for whoever called: an exit code and problems in words."""
    from nnbuilder.data.errors import DataError
    from nnbuilder.project.file import ProjectFileError

    match error:
        case CommandError():
            return error
        case ProjectFileError():
            return CommandError(Exit.PROJECT, error.problems)
        case DataError():
            from nnbuilder.engine.failure import data_problems

            return CommandError(Exit.DATA, data_problems(error))
    return stop(*_sentence(error))


def _sentence(error: BaseException) -> tuple[Exit, str, str]:
    """Exit code, code of the problem and its message."""
    match error:
        case click.UsageError():
            return Exit.USAGE, "usage", error.format_message()
        case KeyboardInterrupt() | click.Abort():
            return Exit.INTERRUPTED, "interrupted", "Interrupted."
        case Terminated():
            return Exit.TERMINATED, "terminated", "Ended by the system."
        case NNBuilderError():
            return Exit.ENVIRONMENT, "environment", str(error)
    return Exit.ENVIRONMENT, *_environment(error)


def _environment(error: BaseException) -> tuple[str, str]:
    """The same where the system failed, or we did."""
    match error:
        case MemoryError():
            return "memory", "Memory ran out."
        case OSError():
            place = f"{error.filename}: " if error.filename else ""
            return "environment", f"{place}{error.strerror or error}."
        case ImportError():
            return (
                "missing-package",
                f"{error.name or 'A package'} cannot be imported: install NNBuilder again.",
            )
    what = traceback.format_exception_only(error)[-1].strip()
    return "internal", f"NNBuilder itself failed ({what}); --debug shows where."
