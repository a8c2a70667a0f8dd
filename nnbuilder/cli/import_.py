"""`nnbuilder import`: Python source, a notebook, a printed model or weights become a project."""

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.cli.import_report import findings, heard_of, report_answer, tell
from nnbuilder.cli.import_source import read
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say, say_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from nnbuilder.interop.import_project import Given, Imported
    from nnbuilder.interop.reading import Reading

_DTYPES = ("float32", "float64", "int64")


def _about_input(command: "Callable[..., int]") -> "Callable[..., int]":
    """Adds what may be said of the input; the command gets it as `given`."""

    @functools.wraps(command)
    def told(*args: Any, input_shape: str | None, input_dtype: str | None, **options: Any) -> int:
        from nnbuilder.interop.import_project import Given

        return command(*args, given=Given(_shape(input_shape), input_dtype), **options)

    of_dtype = click.option("--input-dtype", type=click.Choice(_DTYPES), help="The dtype of an input.")
    of_shape = click.option(
        "--input-shape", metavar="SIZES", help="One input without the batch, like 3,32,32."
    )
    return of_shape(of_dtype(told))


@click.command(name="import")
@click.argument("source")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="The project to write (.nnb)."
)
@click.option("--force", is_flag=True, help="Replace the file that is there (it is kept as .bak).")
@_about_input
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value that the text leaves open, like hidden=64; repeatable.",
)
@click.option("--network", default="", metavar="NAME", help="Which network, where SOURCE holds several.")
@click.option("--unpickle", is_flag=True, help="Read weights that torch saved (.pth): tensors only.")
@common
def import_(
    source: str,
    output: Path,
    force: bool,
    given: "Given",
    settings: tuple[str, ...],
    network: str,
    unpickle: bool,
    as_json: bool,
) -> int:
    """Read a network from SOURCE and write it as a project; nothing of SOURCE is ever run.

    SOURCE is Python (.py), a notebook (.ipynb), any text, - for standard input, or a file of weights
    (.safetensors, .pth), whose names and shapes tell of a network.
    """
    if output.exists() and not force:
        raise stop(
            Exit.USAGE, "file-exists", f"{output} is there already: name another file, or add --force."
        )
    reading = read(source, settings, network, unpickle=unpickle)
    if not reading.ok:
        raise CommandError(Exit.PROJECT, heard_of(reading), {"report": report_answer(reading)})
    return _write(reading, given, output, as_json=as_json)


def _shape(text: str | None) -> tuple[int, ...] | None:
    """The sizes of `3,32,32`."""
    if text is None:
        return None
    from nnbuilder.catalog.parse import parse_arg
    from nnbuilder.catalog.registry import INPUT_SPEC
    from nnbuilder.catalog.spec import ArgError

    spec = INPUT_SPEC.arg("shape")
    if spec is None:
        raise AssertionError("an Input has a shape")
    try:
        value = parse_arg(spec, text.replace("x", ","))
    except ArgError as error:
        raise stop(Exit.USAGE, "usage", f"--input-shape: {error}") from error
    if not isinstance(value, tuple):
        raise stop(Exit.USAGE, "usage", f"--input-shape takes sizes like 3,32,32, not {text!r}.")
    return tuple(int(size) for size in value)


def _write(reading: "Reading", given: "Given", output: Path, *, as_json: bool) -> int:
    """Writes the project, then says what it is."""
    from nnbuilder.cli.analysis import ask
    from nnbuilder.cli.answers import analysis_answer
    from nnbuilder.cli.check import verdict
    from nnbuilder.interop.import_project import import_project
    from nnbuilder.project.atomic import write_atomic
    from nnbuilder.project.file import dump_project

    imported = import_project(reading, given=given)
    write_atomic(output, dump_project(imported.project).encode(), backup=True)
    answer, _ = ask(imported.project, output.parent)
    told = findings(reading)
    if as_json:
        facts: dict[str, Any] = analysis_answer(
            answer.analysis, (*answer.problems, *told), (*answer.notes, *imported.assumed), answer.silenced
        )
        print_json({**facts, "report": report_answer(reading), "file": str(output)})
        return Exit.DONE
    _say(reading, imported)
    for problem in answer.problems:
        say_problem(problem)
    click.echo(verdict(answer))
    say(f"The project was written to {output}.")
    return Exit.DONE


def _say(reading: "Reading", imported: "Imported") -> None:
    tell(reading)
    for sentence in imported.assumed:
        say(f"note: {sentence}")
