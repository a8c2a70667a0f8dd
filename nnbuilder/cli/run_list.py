"""`nnbuilder runs`: the runs of a project, newest first."""

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from nnbuilder.catalog.spec import shown
from nnbuilder.cli.failure import Exit
from nnbuilder.cli.options import common, project_file
from nnbuilder.cli.output import print_json, say
from nnbuilder.cli.progress import number
from nnbuilder.cli.projects import open_project
from nnbuilder.graph.report.words import printable
from nnbuilder.project.file import runs_folder
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import Overview, RunOverview, overview
from nnbuilder.runs.record import RunRecord

_TITLES = (
    *("run", "when", "status", "epochs", "steps", "seed", "optimizer", "metric"),
    *("best loss", "metric", "epoch", "last loss", "metric"),
)
_NUMBERS = frozenset({"epochs", "steps", "seed", "best loss", "epoch", "last loss"})


@click.command()
@project_file
@common
def runs(file: Path, as_json: bool) -> int:
    """List the runs of FILE, newest first: what each was trained with, its best and its last validation.

    FILE may be a folder of runs as well, for example one that was given to `train --run-dir`.
    """
    folder = file if file.is_dir() else runs_folder(file)
    if not folder.is_dir():
        open_project(file)  # raises where the project is missing too
    found = overview(folder)
    if as_json:
        print_json({"ok": True, **_answer(found)})
        return Exit.DONE
    click.echo(_table(found.runs) if found.runs else f"There is no run in {folder} yet.")
    for sentence in found.unreadable:
        say(f"note: {sentence}")
    return Exit.DONE


def optimizer_text(record: RunRecord) -> str:
    """The optimizer as one writes it, with the arguments that were set."""
    training = record.project.training
    args = ", ".join(f"{name}={shown(value)}" for name, value in training.optimizer_args.items())
    return f"{training.optimizer}({args})"


def when(created: str) -> str:
    """A moment of a record in local time; as it stands where it is none."""
    try:
        return f"{datetime.fromisoformat(created).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError, OSError):
        return created


def _answer(found: Overview) -> dict[str, Any]:
    return {"runs": [run_answer(run) for run in found.runs], "unreadable": list(found.unreadable)}


def run_answer(run: RunOverview) -> dict[str, Any]:
    """The JSON of a run in a list."""
    record = run.record
    return {
        "run": str(run.folder),
        "id": record.id,
        "created": record.created,
        "status": record.status,
        "epochs": run.epochs,
        "epochs_planned": record.project.training.epochs,
        "steps": run.steps,
        "seconds": round(record.seconds, 3),
        "seed": record.seed,
        "device": record.device,
        "optimizer": {
            "name": record.project.training.optimizer,
            "args": dict(record.project.training.optimizer_args),
        },
        "metric": record.metric,
        "best": _epoch_answer(run.best),
        "last": _epoch_answer(run.last),
        "train": dict(record.train),
        "validation": dict(record.validation),
        "weights_sha256": record.weights_sha256 or None,
        "parent": record.parent,
    }


def _epoch_answer(row: EpochRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    names = ("train_loss", "train_metric", "validation_loss", "validation_metric")
    values = ((name, getattr(row, name)) for name in names)
    return {
        "epoch": row.epoch,
        "step": row.step,
        **{name: value if math.isfinite(value) else None for name, value in values},
    }


def _table(found: Sequence[RunOverview]) -> str:
    rows = [_TITLES, *(_cells(run) for run in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    return "\n".join("  ".join(map(_padded, row, widths, _TITLES)).rstrip() for row in rows)


def _padded(cell: str, width: int, title: str) -> str:
    return f"{cell:>{width}}" if title in _NUMBERS else f"{cell:<{width}}"


def _cells(run: RunOverview) -> tuple[str, ...]:
    record = run.record
    best, last = run.best, run.last
    cells = (
        run.folder.name,
        when(record.created),
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
