"""`nnbuilder compare`: what differs between runs, and what came of it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import click
import msgspec

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.options import common
from nnbuilder.cli.output import print_json, say
from nnbuilder.cli.runs import find_run
from nnbuilder.graph.report.words import printable
from nnbuilder.project.file import runs_folder
from nnbuilder.runs.answers import run_answer
from nnbuilder.runs.compare import Comparison, compare
from nnbuilder.runs.overview import RunOverview, seen
from nnbuilder.runs.side_by_side import as_csv as side_by_side_csv
from nnbuilder.runs.side_by_side import side_by_side
from nnbuilder.runs.store import RECORD_FILE
from nnbuilder.runs.words import change_line, label_lines, layer_line, result_line


@click.command("compare")
@click.argument("words", metavar="RUN RUN...", nargs=-1, required=True)
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The project whose runs are named (otherwise all *.runs folders here are searched).",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print what differs as CSV.")
@common
def compare_runs(words: tuple[str, ...], project: Path | None, as_csv: bool, as_json: bool) -> int:
    """Say what differs between runs: network, data, training, versions and result.

    A RUN is its folder or its name. What is compared is frozen in the runs, whatever was edited since. More
    than two are held against the first one, in a table.
    """
    if len(words) < 2:
        raise stop(Exit.USAGE, "one-run", "Name two runs or more.")
    runs = [_open(word, project) for word in words]
    if as_csv:
        click.echo(side_by_side_csv(side_by_side(runs)), nl=False)
        return Exit.DONE
    return _compare_two(*runs, as_json=as_json) if len(runs) == 2 else _compare_all(runs, as_json=as_json)


def _compare_two(one: RunOverview, other: RunOverview, *, as_json: bool) -> int:
    found = compare(one, other)
    same = bool(one.record.weights_sha256) and one.record.weights_sha256 == other.record.weights_sha256
    if as_json:
        runs = [run_answer(run) for run in (one, other)]
        print_json({"ok": True, "runs": runs, "same_weights": same, **msgspec.to_builtins(found)})
    else:
        click.echo(printable("\n".join(_lines(one, other, found, same=same))))
    return Exit.DONE


def _compare_all(runs: Sequence[RunOverview], *, as_json: bool) -> int:
    table = side_by_side(runs)
    if as_json:
        answers = [run_answer(run) for run in runs]
        against = [msgspec.to_builtins(compare(runs[0], run)) for run in runs[1:]]
        print_json(
            {"ok": True, "runs": answers, "same_weights": table.same_weights, "against_first": against}
        )
        return Exit.DONE
    rows = [("", *(run.label.name or run.folder.name for run in runs))]
    rows += [(f"{part.title} {row.field}", *row.texts) for part in table.parts for row in part.rows]
    click.echo(printable("\n".join(_columns(rows))))
    if table.same_weights:
        click.echo("All end with the same weights, bit by bit.")
    return Exit.DONE


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Rows in lines, a cell with several lines in as many."""
    lines = [line for row in rows for line in zip_longest(*(cell.split("\n") for cell in row), fillvalue="")]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip()


def _open(word: str, project: Path | None) -> RunOverview:
    folder, record = find_run(word, _runs_folder(word, project))
    run, sentences = seen(folder, record)
    for sentence in sentences:
        say(f"note: {sentence}")
    return run


def _runs_folder(word: str, project: Path | None) -> Path:
    """The folder in which to look for a run's name."""
    if project is not None:
        return runs_folder(project)
    here = Path()
    if (Path(word) / RECORD_FILE).is_file():
        return here
    for folder in sorted(here.glob("*.runs")):
        if (folder / word / RECORD_FILE).is_file():
            return folder
    text = f"There is no run {word}: give the run's folder, or its name with --project FILE."
    raise stop(Exit.USAGE, "unknown-run", text)


def _lines(one: RunOverview, other: RunOverview, found: Comparison, *, same: bool) -> Iterator[str]:
    for word, run in (("from", one), ("to", other)):
        yield f"{word:<4}  {run.folder}"
        yield from (f"      {said}" for said in label_lines(run.label))
    yield from _section("network", map(layer_line, found.graph))
    yield from _section("data", map(change_line, found.data))
    yield from _section("training", map(change_line, found.training))
    if found.versions:
        yield from _section("versions", map(change_line, found.versions))
    yield from _section("result", map(result_line, found.result))
    if same:
        yield "Both end with the same weights, bit by bit."


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"  {line}" for line in lines]
    yield f"{title}" if found else f"{title}: no difference"
    yield from found
