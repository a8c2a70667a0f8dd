"""`nnbuilder check`: what torch says about a drawing."""

from pathlib import Path

import click

from nnbuilder.cli.analysis import Answer, ask
from nnbuilder.cli.answers import analysis_answer
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, problem_text
from nnbuilder.graph.report import printable, shape


@click.command()
@project_file
@common
def check(file: Path, as_json: bool) -> int:
    """Check the network in FILE: shapes, parameters, problems and what would fix them."""
    answer = _ask(file)
    if as_json:
        print_json(analysis_answer(answer.analysis, answer.problems, answer.notes, answer.silenced))
        return answer.code
    for problem in answer.problems:
        click.echo(printable(problem_text(problem)))
    for note in answer.notes:
        click.echo(printable(f"note: {note}"))
    click.echo(verdict(answer))
    return answer.code


def _ask(file: Path) -> Answer:
    from nnbuilder.cli.projects import open_project

    answer, _ = ask(open_project(file), file.parent)
    return answer


def verdict(answer: Answer) -> str:
    """One line: how many problems of which sort, and what the network is."""
    counts = {
        word: sum(problem.severity == word for problem in answer.problems)
        for word in ("error", "warning", "note")
    }
    found = ", ".join(f"{count} {word}{'s' * (count > 1)}" for word, count in counts.items() if count)
    analysis = answer.analysis
    layers = len(analysis.layers)
    what = (
        f"{layers} {'layer' if layers == 1 else 'layers'}, {analysis.parameters:,} parameters, "
        f"{shape(analysis.input)} -> {shape(analysis.output)}"
    )
    silent = f" ({len(answer.silenced)} silenced)" if answer.silenced else ""
    return f"{found or 'No problems'}{silent}: {what}"
