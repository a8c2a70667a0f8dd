"""`nnbuilder summary`: the analysis report in a terminal or for another program."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import click

from nnbuilder.cli.analysis import Answer, ask
from nnbuilder.cli.answers import analysis_answer
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, say, say_problem
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.columns import BY_KEY, COLUMNS, Column, columns_of, fitting
from nnbuilder.graph.report.rows import Report, Row, report_of
from nnbuilder.graph.report.writers import as_csv, as_markdown, as_text
from nnbuilder.project.project import Project

Format = Literal["text", "markdown", "csv", "json"]

WIDTH = 100
"""Letters in a line where nobody says how many there are."""

_ALL = "all"


def _read_columns(_context: click.Context, _option: click.Parameter, text: str) -> tuple[Column, ...]:
    keys = [key.strip() for key in text.split(",") if key.strip()]
    if keys == [_ALL]:
        return COLUMNS
    unknown = [key for key in keys if key not in BY_KEY]
    if unknown:
        raise click.BadParameter(f"{unknown[0]} is no column: choose from {', '.join(BY_KEY)}, or all.")
    return columns_of(dict.fromkeys(keys))


@click.command()
@project_file
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "csv", "json"]),
    default="text",
    help="How the table is written; json is the same as --json.",
)
@click.option(
    "--columns",
    default="",
    callback=_read_columns,
    metavar="NAMES",
    help="The columns to write, for example name,layer,memory, or all; left out: as many as fit.",
)
@common
def summary(file: Path, form: Format, columns: tuple[Column, ...], as_json: bool) -> int:
    """Show the layers of FILE: shapes, parameters, FLOPs, memory and totals."""
    from nnbuilder.cli.projects import open_project

    project = open_project(file)
    answer, _ = ask(project, file.parent)
    report = report_for(project, answer)
    if as_json or form == "json":
        print_json(_json(answer, report))
        return answer.code
    click.echo(written(report, form, columns), nl=form == "text")
    for problem in answer.problems:
        say_problem(problem)
    for note in answer.notes:
        say(f"note: {note}")
    return answer.code


def report_for(project: Project, answer: Answer) -> Report:
    """The report for the project's batch size and optimizer."""
    from nnbuilder.engine.costs import optimizer_state

    training = project.training
    state = optimizer_state(training) if answer.analysis.layers else None
    return report_of(answer.analysis, training.batch_size, state, training.optimizer)


def written(report: Report, form: Format, columns: tuple[Column, ...]) -> str:
    """The report as text in one form; without chosen columns those that tell something."""
    rows = tuple(report.every())
    if form == "csv":
        return as_csv(rows, columns or COLUMNS)
    if form == "markdown":
        return as_markdown(report, rows, columns or _telling(rows))
    if not columns:
        columns = fitting(rows, shutil.get_terminal_size((WIDTH, 24)).columns)
        left = [column.title for column in _telling(rows) if column not in columns]
        if left and sys.stderr.isatty():
            say(f"A wider terminal or --columns all shows more: {', '.join(left)}.")
    return as_text(report, rows, columns)


def _telling(rows: Sequence[Row]) -> tuple[Column, ...]:
    """The columns in which something stands."""
    return tuple(column for column in COLUMNS if column.said(rows))


def _json(answer: Answer, report: Report) -> dict[str, Any]:
    """What `check` says, and what the report adds to it."""
    plain = analysis_answer(answer.analysis, answer.problems, answer.notes, answer.silenced)
    rows = {row.id: row for row in report.every()}
    totals = report.totals
    layers = [_with_row(layer, rows) for layer in plain["layers"]]
    return {
        **plain,
        "layers": layers,
        "buffers": totals.buffers,
        "flops": totals.flops,
        "complete": totals.complete and totals.measured,
        "memory": {
            "batch_size": totals.batch,
            "optimizer": totals.optimizer,
            "weights": totals.memory.weights,
            "gradients": totals.memory.gradients,
            "optimizer_state": totals.memory.state,
            "buffers": totals.memory.buffers,
            "activations": totals.memory.activations,
            "total": totals.memory.total,
        },
        "weights_file": totals.saved,
    }


def _with_row(layer: dict[str, Any], rows: dict[NodeId, Row]) -> dict[str, Any]:
    row = rows[layer["id"]]
    fed, given = (None if one is None else list(one.names) for one in (row.input, row.output))
    return {
        **layer,
        "input_dimensions": fed,
        "output_dimensions": given,
        "changed_args": [name for name, _ in row.chosen],
        "buffers": row.buffers,
        "receptive_field": None if row.field is None else "all" if row.field.whole else list(row.field.sizes),
        "activation_memory": None if row.memory is None else row.memory.activations,
        "training_memory": None if row.memory is None else row.memory.total,
        "children": [_with_row(child, rows) for child in layer["children"]],
    }
