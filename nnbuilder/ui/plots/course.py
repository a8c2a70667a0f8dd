"""Everything of one run that curves can show, be it the window's run or one read from disk."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.messages import EpochEnded
from nnbuilder.runs.metrics import read_readings, read_scores
from nnbuilder.runs.store import load_run
from nnbuilder.session.readings import Readings
from nnbuilder.session.run import Run
from nnbuilder.session.series import Series
from nnbuilder.ui.plots.epochs import EpochSeries


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """The series of a run; `title` and `token` are its name and colour, for the window's run without name.

    `key` tells runs apart. What `readings` lack of an older run's time is taken from its epochs.
    """

    title: str
    token: str
    metric: str
    per_epoch: int
    losses: Series
    metrics: Series
    readings: Readings
    epochs: EpochSeries
    key: str = field(default="")

    def follow(self) -> None:
        """Takes over the epochs that are new."""
        self.epochs.follow()


def live_course(run: Run) -> Course:
    """The window's run; its series grow."""
    return Course(
        title="",
        token="train",  # noqa: S106  (a colour)
        metric=run.metric,
        per_epoch=run.steps_per_epoch,
        losses=run.losses,
        metrics=run.metrics,
        readings=run.readings,
        epochs=EpochSeries(run.validation),
    )


def stored_course(folder: Path, title: str, token: str) -> Course:
    """A run read from its folder; raises `RunFolderError`."""
    stored = load_run(folder)
    record = stored.record
    losses, metrics, readings = Series(), Series(), Readings()
    losses.append(stored.losses)
    metrics.append(stored.metrics)
    rows = read_readings(folder)
    if not len(rows):
        rows = np.array([(row.step, row.seconds, math.nan, math.nan) for row in stored.history]).reshape(
            -1, 4
        )
    readings.append(rows)
    scores = read_scores(folder, len(record.scores), len(stored.history))
    epochs = [
        EpochEnded(
            record.id,
            row.epoch,
            row.step,
            _known(row.train_loss),
            _known(row.train_metric),
            _known(row.validation_loss),
            _known(row.validation_metric),
            _named(record.scores, values),
        )
        for row, values in zip(stored.history, scores, strict=True)
    ]
    course = Course(
        title=title,
        token=token,
        metric=record.metric,
        per_epoch=record.steps_per_epoch,
        losses=losses,
        metrics=metrics,
        readings=readings,
        epochs=EpochSeries(epochs),
        key=str(folder),
    )
    course.follow()
    return course


def score_names(courses: Iterable[Course]) -> tuple[str, ...]:
    """All scores that some run keeps, each once."""
    return tuple(dict.fromkeys(name for course in courses for name in course.epochs.scores))


def _named(names: Sequence[str], values: NDArray[np.float64]) -> Mapping[str, float | None]:
    return dict(zip(names, map(_known, values.tolist()), strict=True))


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
