"""The course of a run as CSV: a row for each step, with the means of an epoch where one ended."""

import csv
import io
import math
from collections.abc import Iterable

import numpy as np

from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.store import StoredRun


def metrics_csv(run: StoredRun) -> str:
    """Step, epoch, loss and metric, then the means over the epoch that ended with this step.

    Numbers are written with as many digits as bring them back exactly; what is not finite is left empty.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    metric = run.record.metric
    means = ("train_loss", f"train_{metric}", "validation_loss", f"validation_{metric}", "seconds")
    writer.writerow(("step", "epoch", "loss", metric, *means))
    ended = {row.step: row for row in run.history}
    per_epoch = max(1, run.record.steps_per_epoch)
    for step, (loss, value) in enumerate(zip(run.losses, run.metrics, strict=True), start=1):
        epoch = (step - 1) // per_epoch + 1
        writer.writerow((step, epoch, _single(loss), _single(value), *_means(ended.get(step))))
    return file.getvalue()


def numbers_of(text: str) -> tuple[list[float], list[float]]:
    """Losses and metrics of all steps in a text of `metrics_csv`; NaN where nothing stands."""
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return _column(row[2] for row in rows), _column(row[3] for row in rows)


def _column(cells: Iterable[str]) -> list[float]:
    return [float(cell) if cell else math.nan for cell in cells]


def _single(value: np.float32) -> str:
    return str(value) if np.isfinite(value) else ""


def _means(row: EpochRow | None) -> tuple[str, ...]:
    if row is None:
        return ("",) * 5
    values = (row.train_loss, row.train_metric, row.validation_loss, row.validation_metric, row.seconds)
    return tuple(repr(value) if math.isfinite(value) else "" for value in values)
