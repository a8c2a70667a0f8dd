"""Runs as JSON and as a table of CSV, for other programs."""

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import RunOverview


def run_answer(run: RunOverview) -> dict[str, Any]:
    """The JSON of a run in a list."""
    record, label = run.record, run.label
    return {
        "run": str(run.folder),
        "id": record.id,
        "name": label.name,
        "tags": list(label.tags),
        "note": label.note,
        "repeats": label.repeats or None,
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
        "best": epoch_answer(run.best),
        "last": epoch_answer(run.last),
        "train": dict(record.train),
        "validation": dict(record.validation),
        "weights_sha256": record.weights_sha256 or None,
        "parent": record.parent,
    }


def epoch_answer(row: EpochRow | None) -> dict[str, Any] | None:
    """The JSON of an epoch; what is not finite is null."""
    if row is None:
        return None
    names = ("train_loss", "train_metric", "validation_loss", "validation_metric")
    values = ((name, getattr(row, name)) for name in names)
    return {
        "epoch": row.epoch,
        "step": row.step,
        **{name: value if math.isfinite(value) else None for name, value in values},
    }


def full_answer(run: RunOverview, history: Iterable[EpochRow] = ()) -> dict[str, Any]:
    """All that is known of a run: what the list says, its versions, data and training, and every epoch."""
    record = run.record
    return {
        **run_answer(run),
        "versions": dict(record.versions),
        "threads": record.threads,
        "data": msgspec.to_builtins(record.data),
        "training": msgspec.to_builtins(record.project.training),
        "notes": list(record.notes),
        "checkpoints": msgspec.to_builtins(record.checkpoints),
        "history": [epoch_answer(row) for row in history],
    }


def runs_json(answers: Iterable[Mapping[str, Any]]) -> str:
    """Answers on runs as a text of JSON."""
    return json.dumps(list(answers), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def runs_csv(runs: Iterable[RunOverview]) -> str:
    """A row for each run, with a column for whatever one of them has; a list is written with blanks."""
    rows = [_flat(run_answer(run)) for run in runs]
    fields = dict.fromkeys(field for row in rows for field in row)
    file = io.StringIO()
    writer = csv.DictWriter(file, list(fields), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({field: _cell(value) for field, value in row.items()} for row in rows)
    return file.getvalue()


def _flat(answer: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in answer.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
