"""`nnbuilder forward`: one pass through the network, and what every layer makes of it."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnbuilder.cli.failure import CommandError, Exit, stop
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, say
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.report import printable
from nnbuilder.graph.report.words import table
from nnbuilder.project.problem import Problem

if TYPE_CHECKING:
    import torch

    from nnbuilder.engine.export.subject import Subject
    from nnbuilder.engine.trace import Forward

VALUES = 10_000
"""How many values of a layer's output are written at most."""

ROWS = 20
"""How many rows of the last output a terminal gets."""


@click.command()
@project_file
@click.option(
    "--input",
    "given",
    metavar="X",
    required=True,
    help="What goes in: '[[1, 2, 3]]', a file x.npy, or rows of the data as data:0:8.",
)
@click.option("--run", metavar="RUN", help="With the weights of this training; left out: the project's own.")
@common
def forward(file: Path, given: str, run: str | None, as_json: bool) -> int:
    """Send rows through the network in FILE and show what every layer gives out."""
    with explained():
        subject = _subject(file, run)
        passed, note = _pass(subject, given, file.parent)
    if as_json:
        print_json(_answer(passed, note, subject.weights))
        return Exit.DONE
    for sentence in (*subject.notes, note):
        if sentence:
            say(f"note: {sentence}")
    say(f"Weights: {subject.weights}.")
    _show(passed)
    return Exit.DONE


def _subject(file: Path, run: str | None) -> "Subject":
    from nnbuilder.cli.projects import open_project
    from nnbuilder.cli.runs import find_run
    from nnbuilder.engine.export.subject import subject_of
    from nnbuilder.project.file import runs_folder
    from nnbuilder.protocol.tasks import Export

    project, runs = open_project(file), runs_folder(file)
    folder = find_run(run, runs)[0].absolute() if run is not None else None
    chosen = str(folder) if folder else None
    return subject_of(Export(project, "", "", base=str(file.parent), runs=str(runs), run=chosen))


def _pass(subject: "Subject", given: str, base: Path) -> "tuple[Forward, str]":
    import torch

    from nnbuilder.engine.given import read_given
    from nnbuilder.engine.trace import forward as trace

    rows = read_given(given, subject.project, subject.kind, base)
    with torch.no_grad():
        return trace(subject.network, subject.layers, rows.x), rows.note


def _answer(passed: "Forward", note: str, weights: str) -> dict[str, Any]:
    return {
        "ok": True,
        "weights": weights,
        "notes": [note] if note else [],
        "outputs": [
            {
                "id": layer.node,
                "name": layer.name,
                "layer": layer.layer,
                "shape": list(layer.output.shape),
                "dtype": _dtype(layer.output),
                "values": plain(layer.output) if layer.output.numel() <= VALUES else None,
            }
            for layer in passed.layers
        ],
        "output": plain(passed.output),
        "problems": [],
    }


def plain(tensor: "torch.Tensor") -> Any:
    """A tensor as nested lists; JSON has no NaN and no infinity, so these are their names."""
    return _named(tensor.tolist())


def _named(value: Any) -> Any:
    if isinstance(value, list):
        return [_named(part) for part in value]
    return value if not isinstance(value, float) or math.isfinite(value) else str(value)


def _show(passed: "Forward") -> None:
    head = ("Name", "Layer", "Shape", "dtype", "Least", "Mean", "Largest")
    rows = [
        (one.name, one.layer, str(tuple(one.output.shape)), *_figures(one.output)) for one in passed.layers
    ]
    click.echo(printable(table([head, *rows])))
    click.echo()
    output = passed.output
    for row in output[:ROWS].reshape(len(output[:ROWS]), -1).tolist():
        numbers = "  ".join(f"{number:.6g}" for number in row[:ROWS])
        click.echo(numbers + ("  …" if len(row) > ROWS else ""))
    if len(output) > ROWS:
        click.echo(f"… and {len(output) - ROWS:,} more rows; --json has them all")


def _figures(tensor: "torch.Tensor") -> tuple[str, ...]:
    numbers = tensor.double()
    least, mean, largest = (float(one) for one in (numbers.min(), numbers.mean(), numbers.max()))
    return _dtype(tensor), f"{least:.4g}", f"{mean:.4g}", f"{largest:.4g}"


def _dtype(tensor: "torch.Tensor") -> str:
    return str(tensor.dtype).removeprefix("torch.")


@contextmanager
def explained() -> Iterator[None]:
    """Says which exit code a failure leads to."""
    from nnbuilder.engine.build import BuildError
    from nnbuilder.engine.checkpoint import CheckpointError
    from nnbuilder.engine.export.errors import ExportError
    from nnbuilder.engine.given import GivenError
    from nnbuilder.engine.trace import TraceError
    from nnbuilder.engine.weights import WeightsError
    from nnbuilder.runs.files import RunFolderError

    try:
        yield
    except GivenError as error:
        raise stop(Exit.USAGE, "input", str(error)) from error
    except (BuildError, TraceError) as error:
        raise _of_layer(error) from error
    except (ExportError, WeightsError) as error:
        raise stop(Exit.PROJECT, "network", str(error)) from error
    except (CheckpointError, RunFolderError) as error:
        raise stop(Exit.TRAINING, "run-unreadable", str(error)) from error


def _of_layer(error: NNBuilderError) -> CommandError:
    node = getattr(error, "node", None)
    path = f"graph.nodes.{node}" if node else ""
    return CommandError(Exit.PROJECT, [Problem("error", "forward", str(error), node=node, path=path)])
