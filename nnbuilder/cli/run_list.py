"""`nnbuilder runs`: the runs of a project, newest first."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from nnbuilder.cli.failure import Exit, stop
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, say
from nnbuilder.cli.projects import open_project
from nnbuilder.cli.runs import find_run
from nnbuilder.graph.report.words import printable
from nnbuilder.project.file import runs_folder
from nnbuilder.runs.answers import run_answer, runs_csv
from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import split_tags, write_label
from nnbuilder.runs.overview import RunOverview, overview, seen, when_text
from nnbuilder.runs.words import number, optimizer_text

_TITLES = (
    *("run", "when", "status", "epochs", "steps", "seed", "optimizer", "metric"),
    *("best loss", "metric", "epoch", "last loss", "metric"),
)
_NUMBERS = frozenset({"epochs", "steps", "seed", "best loss", "epoch", "last loss"})


@click.command()
@project_file
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only runs with this tag; may be repeated.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a row of CSV for each run.")
@click.option("--mark", metavar="RUN", help="Change what is said of this run, then list it.")
@click.option("--name", metavar="TEXT", help="With --mark: its name; an empty text takes it away.")
@click.option("--tags", "new_tags", metavar="A,B", help="With --mark: its tags, in place of those it has.")
@click.option("--note", metavar="TEXT", help="With --mark: its note.")
@common
def runs(
    file: Path, as_json: bool, tags: tuple[str, ...], as_csv: bool, mark: str | None, **said: Any
) -> int:
    """List the runs of FILE, newest first: what each was trained with, its best and its last validation.

    FILE may be a folder of runs as well, for example one that was given to `train --run-dir`.
    """
    folder = file if file.is_dir() else runs_folder(file)
    if not folder.is_dir():
        open_project(file)  # raises where the project is missing too
    found = overview(folder)
    chosen = [_marked(mark, folder, said)] if mark else _tagged(found.runs, tags)
    if mark is None and any(value is not None for value in said.values()):
        raise stop(Exit.USAGE, "no-run", "Say with --mark RUN which run is meant.")
    if as_json:
        print_json({"ok": True, "runs": [run_answer(run) for run in chosen], "unreadable": found.unreadable})
        return Exit.DONE
    if as_csv:
        click.echo(runs_csv(chosen), nl=False)
    else:
        click.echo(_table(chosen) if chosen else _nothing(folder, tags))
    for sentence in found.unreadable:
        say(f"note: {sentence}")
    return Exit.DONE


def _nothing(folder: Path, tags: tuple[str, ...]) -> str:
    wanted = " ".join(f"#{tag}" for tag in split_tags(" ".join(tags)))
    return f"There is no run in {folder} with {wanted}." if tags else f"There is no run in {folder} yet."


def _tagged(found: Sequence[RunOverview], tags: tuple[str, ...]) -> list[RunOverview]:
    """The runs that have all of these tags."""
    wanted = set(split_tags(" ".join(tags)))
    return [run for run in found if wanted.issubset(run.label.tags)]


def _marked(word: str, folder: Path, said: Mapping[str, str | None]) -> RunOverview:
    """The run of this name, with the label changed as was said; raises `CommandError`."""
    path, record = find_run(word, folder)
    run, _ = seen(path, record)
    name, tags, note = (said[key] for key in ("name", "new_tags", "note"))
    label = run.label
    if name is not None:
        label = msgspec.structs.replace(label, name=name)
    if tags is not None:
        label = msgspec.structs.replace(label, tags=split_tags(tags))
    if note is not None:
        label = msgspec.structs.replace(label, note=note)
    try:
        return msgspec.structs.replace(run, label=write_label(path, label) if label != run.label else label)
    except RunFolderError as error:
        raise stop(Exit.TRAINING, "not-marked", str(error)) from error


def _table(found: Sequence[RunOverview]) -> str:
    """The runs in lines; names and tags are columns only where somebody gave any."""
    labelled = any(run.label.name or run.label.tags for run in found)
    titles = (*_TITLES, "name", "tags") if labelled else _TITLES
    rows = [titles, *((*_cells(run), *(_said(run) if labelled else ())) for run in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(titles))]
    return "\n".join("  ".join(map(_padded, row, widths, titles)).rstrip() for row in rows)


def _said(run: RunOverview) -> tuple[str, str]:
    tags = " ".join(f"#{tag}" for tag in run.label.tags)
    return printable(run.label.name) or "-", printable(tags) or "-"


def _padded(cell: str, width: int, title: str) -> str:
    return f"{cell:>{width}}" if title in _NUMBERS else f"{cell:<{width}}"


def _cells(run: RunOverview) -> tuple[str, ...]:
    record = run.record
    best, last = run.best, run.last
    cells = (
        run.folder.name,
        when_text(record.created),
        record.status,
        f"{run.epochs:,}/{record.project.training.epochs:,}",
        f"{run.steps:,}",
        str(record.seed),
        optimizer_text(record),
        record.metric,
        number(best.validation_loss if best else None),
        number(best.validation_metric if best else None),
        f"{best.epoch:,}" if best else "-",
        number(last.validation_loss if last else None),
        number(last.validation_metric if last else None),
    )
    return tuple(printable(cell).replace("\n", " ") for cell in cells)
