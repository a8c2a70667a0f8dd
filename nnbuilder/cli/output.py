"""Where words go: results to stdout, all else to stderr."""

import contextlib
import json
import os
import sys
import textwrap
from typing import Any

import click

from nnbuilder.graph.report import printable
from nnbuilder.project.problem import Problem


def print_json(answer: dict[str, Any]) -> None:
    """Prints the one JSON document of a command."""
    click.echo(json.dumps(answer, allow_nan=False))


def say(text: str) -> None:
    """Says something that is not the result; where nobody can hear it, the work goes on."""
    with contextlib.suppress(OSError):
        click.echo(printable(text), err=True)


def say_over(text: str) -> None:
    """Puts text over what the line on stderr says now."""
    with contextlib.suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()


def say_problem(problem: Problem) -> None:
    """Says what is wrong, where, in PyTorch's words as well, and what would mend it."""
    say(problem_text(problem))


def problem_text(problem: Problem) -> str:
    """A problem for people: a line for it, one for PyTorch's text, for each fix, and why to follow advice."""
    named = not problem.path or problem.code == "usage" or problem.path in problem.message
    place = "" if named else f"{problem.path}: "
    line = (
        f"line {problem.line}: "
        if problem.line and f"line {problem.line}" not in problem.message.lower()
        else ""
    )
    lines = [f"{problem.severity}: {place}{line}{problem.message}"]
    if problem.torch and problem.torch not in problem.message:
        lines.append(f"  PyTorch: {problem.torch}")
    if problem.got and problem.wanted:
        lines.append(f"  Gets {problem.got}, needs {problem.wanted}")
    lines += [f"  Fix: {fix.title}" for fix in problem.fixes]
    if problem.why:
        lines += textwrap.wrap(f"Why: {problem.why}", 100, initial_indent="  ", subsequent_indent="       ")
        lines.append(f"  See: {problem.url}  [{problem.code}]")
    return "\n".join(lines)


def make_writable() -> None:
    """Lets stdout and stderr replace what their encoding lacks instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def flush() -> None:
    """Brings stdout out now, while a failure can still be told."""
    if sys.stdout is not None:  # Python's word for a stream that was closed from the start
        sys.stdout.flush()


def mute() -> None:
    """Makes Python's own last flush of stdout succeed after whoever read it has gone."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
