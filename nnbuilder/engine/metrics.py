"""Measures of a batch and of all batches together: accuracy for classes, R2 for values.

They are computed by NumPy on the batch's memory, which for small batches costs a third of the same in torch.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

MetricName = Literal["accuracy", "r2"]

Batches = Sequence[tuple[torch.Tensor, torch.Tensor]]
"""Outputs and targets of several batches."""


class Metric(Protocol):
    """Measures batch after batch and keeps the sums for the whole."""

    name: MetricName

    def measure(self, output: torch.Tensor, target: torch.Tensor) -> float:
        """The metric of one batch (NaN where it is undefined), also added to the sums."""

    def measure_each(self, batches: Batches) -> list[float]:
        """The same for each of several batches."""

    def total(self) -> float:
        """The metric over all rows since the last reset; NaN before the first."""

    @property
    def sums(self) -> tuple[float, ...]:
        """What was summed so far, to be given to `reset`."""

    def reset(self, sums: tuple[float, ...] = ()) -> None:
        """Starts anew, or goes on from earlier sums."""


class Accuracy:
    """Share of rows whose class is right: the largest score, or with `threshold` the side of it."""

    name: MetricName = "accuracy"

    def __init__(self, threshold: float | None = None) -> None:
        self.threshold = threshold
        self._hits = 0
        self._rows = 0

    def measure(self, output: torch.Tensor, target: torch.Tensor) -> float:
        return self.add(*self.labels(numbers(output), numbers(target)))

    def measure_each(self, batches: Batches) -> list[float]:
        outputs, targets = zip(*batches, strict=True)
        labels, predicted = self.labels(numbers(torch.cat(outputs)), numbers(torch.cat(targets)))
        sizes = [len(target) for target in targets]
        hits = np.add.reduceat(labels == predicted, np.cumsum([0, *sizes[:-1]]), dtype=np.int64).tolist()
        self._hits += sum(hits)
        self._rows += sum(sizes)
        return [found / size for found, size in zip(hits, sizes, strict=True)]

    def labels(self, scores: NDArray[Any], wanted: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The right and the predicted class of each row."""
        if self.threshold is not None:
            return wanted.ravel() > 0.5, scores.ravel() > self.threshold
        return wanted if wanted.ndim == 1 else wanted.argmax(1), scores.argmax(1)

    def add(self, labels: NDArray[Any], predicted: NDArray[Any]) -> float:
        """Counts rows whose class is known; answers with the share that is right."""
        rows, hits = len(labels), int(np.count_nonzero(labels == predicted))
        self._hits += hits
        self._rows += rows
        return hits / rows

    def total(self) -> float:
        return self._hits / self._rows if self._rows else math.nan

    @property
    def sums(self) -> tuple[float, ...]:
        return (self._hits, self._rows)

    def reset(self, sums: tuple[float, ...] = ()) -> None:
        self._hits, self._rows = (int(sums[0]), int(sums[1])) if sums else (0, 0)


class R2:
    """1 minus the squared error over the variance: 1 is perfect, 0 no better than the mean.

    `shift` is a number near the mean of the targets, subtracted so that the sums stay exact.
    """

    name: MetricName = "r2"

    def __init__(self, shift: float = 0.0) -> None:
        self._shift = shift
        self._sums = [0.0, 0.0, 0.0, 0.0]

    def measure(self, output: torch.Tensor, target: torch.Tensor) -> float:
        wanted = numbers(target).ravel().astype(np.float64)
        error = numbers(output).ravel() - wanted
        wanted -= self._shift
        rows, total = len(wanted), float(wanted.sum())
        squares, errors = float(wanted @ wanted), float(error @ error)
        self._sums = [a + b for a, b in zip(self._sums, (errors, total, squares, rows), strict=True)]
        return _r2(errors, total, squares, rows)

    def measure_each(self, batches: Batches) -> list[float]:
        return [self.measure(output, target) for output, target in batches]

    def total(self) -> float:
        return _r2(*self._sums)

    @property
    def sums(self) -> tuple[float, ...]:
        return tuple(self._sums)

    def reset(self, sums: tuple[float, ...] = ()) -> None:
        self._sums = list(sums) if sums else [0.0, 0.0, 0.0, 0.0]


def choose_metric(loss: str, target: torch.Tensor, *, classes: bool) -> Metric:
    """The metric for a task: `target` is the training part's, in the form that the loss takes."""
    if not classes:
        return R2(float(target.mean()) if len(target) else 0.0)
    if not target.is_floating_point() or (target.ndim > 1 and target.shape[1] > 1):
        return Accuracy()
    return Accuracy(0.0 if loss == "BCEWithLogitsLoss" else 0.5)


def numbers(tensor: torch.Tensor) -> NDArray[Any]:
    """A tensor as NumPy sees it, on the same memory where that is a CPU's."""
    plain = tensor.detach()
    array: NDArray[Any] = plain.numpy() if plain.is_cpu else plain.cpu().numpy()
    return array


def _r2(errors: float, total: float, squares: float, rows: float) -> float:
    if not rows:
        return math.nan
    variance = squares - total * total / rows
    value = 1 - errors / variance if variance > 1e-12 * max(squares, 1e-300) else math.nan
    return value if math.isfinite(value) else math.nan
