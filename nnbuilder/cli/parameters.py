"""`nnbuilder parameters`: every weight, bias and buffer of the network with what PyTorch knows of it."""

from pathlib import Path
from typing import Any, Literal

import click

from nnbuilder.cli.failure import Exit
from nnbuilder.cli.forward import explained
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, say
from nnbuilder.graph.report import printable
from nnbuilder.graph.report.words import short, table
from nnbuilder.protocol.parameter_columns import COLUMNS, as_table
from nnbuilder.protocol.parameter_counts import parted, total_line
from nnbuilder.protocol.parameters import ListParameters, ParameterRow, ParametersListed

Format = Literal["text", "csv", "json"]


@click.command()
@project_file
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    help="How the table is written; json is the same as --json.",
)
@common
def parameters(file: Path, form: Format, as_json: bool) -> int:
    """Show every weight, bias and buffer of the network in FILE: shape, figures, gradient, count."""
    with explained():
        listed = _listed(file)
    if as_json or form == "json":
        print_json(_json(listed))
        return Exit.DONE
    if form == "csv":
        click.echo(as_table(listed.parameters, ","), nl=False)
        return Exit.DONE
    rows = [[column.title for column in COLUMNS]]
    rows += [[column.text(row) for column in COLUMNS] for row in listed.parameters]
    click.echo(printable(table(rows)))
    say(total_line(listed.parameters) if listed.parameters else "The network has no parameters.")
    if listed.rows:
        say(f"‖grad‖ is of the loss of the first {listed.rows} rows to train on: {short(listed.loss)}.")
    for note in listed.notes:
        say(f"note: {printable(note)}")
    return Exit.DONE


def _listed(file: Path) -> ParametersListed:
    from nnbuilder.cli.projects import open_project
    from nnbuilder.engine.parameters.desk import Desk
    from nnbuilder.project.file import runs_folder

    project = open_project(file)
    return Desk().listed(ListParameters(0, project, str(file.parent), str(runs_folder(file))))


def _json(listed: ParametersListed) -> dict[str, Any]:
    rows, buffers = parted(listed.parameters)
    return {
        "ok": True,
        "parameters": [_plain(row) for row in rows],
        "buffers": [_plain(row) for row in buffers],
        "total": sum(row.numel for row in rows),
        "trainable": sum(row.numel for row in rows if row.requires_grad),
        "rows": listed.rows,
        "loss": listed.loss,
        "notes": list(listed.notes),
    }


def _plain(row: ParameterRow) -> dict[str, Any]:
    return {
        "id": row.key.node,
        "name": row.full,
        "layer": row.layer,
        "shape": list(row.shape),
        "dtype": row.dtype,
        "device": row.device,
        "numel": row.numel,
        "requires_grad": row.requires_grad,
        "min": row.minimum,
        "mean": row.mean,
        "max": row.maximum,
        "std": row.spread,
        "gradient_norm": row.gradient,
        "zeros": row.zeros,
        "nonfinite": row.nonfinite,
    }
