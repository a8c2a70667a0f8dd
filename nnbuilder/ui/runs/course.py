"""The course of a stored run as points of a line: what is drawn, over what."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.runs.metrics import EpochRow, read_epochs, read_steps
from nnbuilder.runs.overview import RunOverview

Quantity = Literal["validation_loss", "train_loss", "validation_metric", "train_metric"]
Axis = Literal["epoch", "step", "seconds"]

QUANTITIES: Mapping[Quantity, str] = {
    "validation_loss": "Validation loss",
    "train_loss": "Training loss",
    "validation_metric": "Validation metric",
    "train_metric": "Training metric",
}
"""What can be drawn, and what it is called."""

AXES: Mapping[Axis, str] = {"epoch": "epochs", "step": "steps", "seconds": "seconds"}

_FEW = 3
"""Epochs below which single steps say more."""

_POINTS = 2000

CAPACITY = "parameters"
"""Over this axis each run is a point of two lines: of training and of validation."""

Doubles = NDArray[np.float64]


Columns = Mapping[str, Doubles]
"""Equally long columns by the names of axes and quantities."""


class Course(msgspec.Struct, frozen=True):
    """What is known of a run's course: its epochs, and where these are few, single steps as well."""

    title: str
    metric: str
    history: tuple[EpochRow, ...]
    epochs: Columns
    steps: Columns = {}
    parameters: int = 0

    def line(self, quantity: Quantity, axis: Axis) -> tuple[Doubles, Doubles]:
        """The points of a line; empty where nothing of it is known."""
        columns = self.steps if quantity in self.steps else self.epochs
        x, y = columns[axis], columns[quantity]
        known = np.isfinite(y) & np.isfinite(x)
        return x[known], y[known]


def read_course(run: RunOverview) -> Course:
    """Reads a run's course; one that cannot be read has none."""
    try:
        history = read_epochs(run.folder)
        steps = _steps(run) if len(history) < _FEW else {}
    except OSError:
        history, steps = (), {}
    names: tuple[str, ...] = (*AXES, *QUANTITIES)
    epochs = {name: np.array([float(getattr(row, name)) for row in history]) for name in names}
    return Course(run.title, run.record.metric, history, epochs, steps, run.record.parameters)


def capacity_line(courses: Iterable[Course], quantity: Quantity) -> tuple[Doubles, Doubles]:
    """The last value of each run over the parameters of its network, those of small networks first."""
    found = sorted(
        (course.parameters, float(getattr(course.history[-1], quantity)))
        for course in courses
        if course.history and course.parameters
    )
    points = np.array([point for point in found if math.isfinite(point[1])], np.float64).reshape(-1, 2)
    return points[:, 0], points[:, 1]


def course_csv(courses: Sequence[Course]) -> Iterator[str]:
    """All epochs of all runs as comma-separated text."""
    yield "run,epoch,step,seconds,train_loss,train_metric,validation_loss,validation_metric\n"
    for course in courses:
        for row in course.history:
            values = (row.train_loss, row.train_metric, row.validation_loss, row.validation_metric)
            cells = (repr(value) if math.isfinite(value) else "" for value in values)
            yield f"{_quoted(course.title)},{row.epoch},{row.step},{row.seconds!r},{','.join(cells)}\n"


def _steps(run: RunOverview) -> Columns:
    """Losses and metrics of steps, each the mean of as many as it takes for a line to have few points."""
    losses, metrics = read_steps(run.folder)
    each = max(1, -(-len(losses) // _POINTS))
    whole = len(losses) // each * each
    if not whole:
        return {}
    step = np.arange(each, whole + 1, each, dtype=np.float64)
    seconds = run.last.seconds if run.last else run.record.seconds
    done = run.last.step if run.last else run.record.step
    return {
        "epoch": step / max(1, run.record.steps_per_epoch),
        "step": step,
        "seconds": step * (seconds / done if done else math.nan),
        "train_loss": losses[:whole].reshape(-1, each).mean(axis=1, dtype=np.float64),
        "train_metric": metrics[:whole].reshape(-1, each).mean(axis=1, dtype=np.float64),
    }


def _quoted(text: str) -> str:
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(sign in text for sign in ',"\n') else text
