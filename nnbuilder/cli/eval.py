"""`nnbuilder eval`: an expression in PyTorch's words, worked out by a closed table and nothing else."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnbuilder.cli.failure import CommandError, Exit
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say
from nnbuilder.graph.report import printable
from nnbuilder.project.problem import Problem

if TYPE_CHECKING:
    from nnbuilder.engine.bench.bench import Bench, Outcome
    from nnbuilder.engine.bench.errors import BenchError


@click.command(name="eval")
@click.argument("expression", metavar="EXPR")
@click.option(
    "--project",
    "file",
    type=click.Path(path_type=Path),
    help="A project whose network is named model, its loss loss_function, its data X and y, X_test and so "
    "on; activations, gradients and trace(...) are of passes through the network.",
)
@common
def evaluate(expression: str, file: Path | None, as_json: bool) -> int:
    """Work out EXPR in PyTorch's own words: value, shape, dtype, device.

    Several statements are joined by ; and names can be given: 'a = torch.eye(2); a @ a'. Files are read by
    np.load("x.npy") and np.loadtxt("x.csv"), from here or from the project's folder.
    """
    from nnbuilder.engine.bench.bench import Bench
    from nnbuilder.engine.bench.errors import BenchError

    bench = Bench()
    bench.provide(_provided(file), Path(), *([file.parent] if file else []))
    try:
        outcome = bench.run(expression)
    except BenchError as error:
        raise CommandError(Exit.USAGE, [_problem(error, bench, expression)]) from error
    if as_json:
        print_json(_answer(outcome))
    else:
        _show(outcome)
    return Exit.DONE


def _provided(file: Path | None) -> dict[str, Any]:
    if file is None:
        return {}
    from nnbuilder.cli.projects import open_project
    from nnbuilder.engine.bench.provided import provided_of
    from nnbuilder.project.file import runs_folder

    return provided_of(open_project(file), file.parent, runs_folder(file))


def _problem(error: "BenchError", bench: "Bench", expression: str) -> Problem:
    place = error.place
    several = "\n" in expression
    message = str(error)
    if place.end:
        where = f"line {place.line}, letter" if several else "letter"
        message += f" ({where} {place.start + 1})"
    instead = bench.suggest(error)
    if instead:
        message += f" Try: {instead}"
    return Problem("error", "expression", message, torch=error.torch or None, line=place.line)


def _answer(outcome: "Outcome") -> dict[str, Any]:
    from nnbuilder.engine.bench.shown import plain

    lesson = outcome.lesson
    notes = [*([lesson.sentence] if lesson else []), *outcome.notes]
    return {**plain(outcome.value), "name": outcome.name or None, "notes": notes}


def _show(outcome: "Outcome") -> None:
    import torch

    from nnbuilder.engine.bench.shown import text_of, word

    value = outcome.value
    if value is not None:
        click.echo(printable(text_of(value)))
    if isinstance(value, torch.Tensor):
        device = value.device
        click.echo(f"shape {tuple(value.shape)}  dtype {word(value.dtype)}  device {device}")
    for note in (*([outcome.lesson.sentence] if outcome.lesson else []), *outcome.notes):
        say(f"note: {note}")
