"""`nnbuilder compare`: what differs between two runs, and what came of it."""

from collections.abc import Iterable, Iterator
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
from nnbuilder.runs.store import RECORD_FILE
from nnbuilder.runs.words import change_line, label_lines, layer_line, result_line


@click.command("compare")
@click.argument("before", metavar="RUN")
@click.argument("after", metavar="RUN")
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The project whose runs are named (otherwise all *.runs folders here are searched).",
)
@common
def compare_runs(before: str, after: str, project: Path | None, as_json: bool) -> int:
    """Say what differs between two runs: network, data, training, versions and result.

    A RUN is its folder or its name. What is compared is frozen in the runs, whatever was edited since.
    """
    one, other = _open(before, project), _open(after, project)
    found = compare(one, other)
    same = bool(one.record.weights_sha256) and one.record.weights_sha256 == other.record.weights_sha256
    if as_json:
        runs = [run_answer(run) for run in (one, other)]
        print_json({"ok": True, "runs": runs, "same_weights": same, **msgspec.to_builtins(found)})
    else:
        click.echo(printable("\n".join(_lines(one, other, found, same=same))))
    return Exit.DONE


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
