"""Measures that fit the task beside the step metric, from counts that one pass over the predictions leaves.

Counting is cheap and done at once; what is computed from counts waits until somebody asks, and is then
computed for many epochs together. The formulas are scikit-learn's: `balanced_accuracy_score` (classes without
a sample are left out), `f1_score(average="macro", zero_division=0)`, `top_k_accuracy_score`.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from nnbuilder.engine.metrics import Accuracy, Metric, numbers

TOP = 3
"""A sample counts for the top score if its class is among so many largest outputs."""

CONFUSION_CLASSES = 100
"""Classes up to which all pairs are counted; beyond, each class for itself."""

BALANCED, MACRO_F1, TOP_SCORE = "balanced_accuracy", "macro_f1", f"top{TOP}_accuracy"

Counts = NDArray[np.int64]
Scores = NDArray[np.float64]


class ClassTally(NamedTuple):
    """What was predicted for a part: `hits`, `wanted` and `predicted` per class int64 (classes,).

    `confusion` int64 (classes, classes) has a row for each wanted class and a column for each predicted one,
    None for many classes (then the others are given). `top` counts samples with their class among the `TOP`
    largest outputs, None where there are too few classes for it to say anything.
    """

    rows: int
    confusion: Counts | None
    classes: tuple[Counts, Counts, Counts] | None
    top: int | None

    def per_class(self) -> tuple[Counts, Counts, Counts]:
        """Hits, samples and predictions of each class."""
        if self.confusion is None:
            assert self.classes is not None  # noqa: S101  (one of the two is always there)
            return self.classes
        return self.confusion.diagonal(), self.confusion.sum(1), self.confusion.sum(0)


Tally = ClassTally | tuple[float, float]
"""What an epoch leaves to be scored: counts of classes, or MAE and RMSE in original units."""


class ClassJudge(Accuracy):
    """Accuracy that also counts what was taken for what, for the passes over a whole part."""

    def __init__(self, threshold: float | None = None) -> None:
        super().__init__(threshold)
        self._cells: Counts | None = None
        self._classes: tuple[Counts, Counts, Counts] | None = None
        self._top = 0
        self._size = 2

    def measure(self, output: torch.Tensor, target: torch.Tensor) -> float:
        scores, wanted = numbers(output), numbers(target)
        labels, predicted = self.labels(scores, wanted)
        self._size = 2 if self.threshold is not None else scores.shape[1]
        self._count(labels.astype(np.int64, copy=False), predicted.astype(np.int64, copy=False))
        if self._size > TOP:
            self._top += _top_hits(scores, labels)
        return self.add(labels, predicted)

    def tally(self) -> ClassTally | None:
        """All that was counted since the last reset; None if that is nothing."""
        if not self._rows:
            return None
        confusion = None if self._cells is None else self._cells.reshape(self._size, self._size)
        return ClassTally(self._rows, confusion, self._classes, self._top if self._size > TOP else None)

    def reset(self, sums: tuple[float, ...] = ()) -> None:
        super().reset(sums)
        self._cells = self._classes = None
        self._top = 0

    def _count(self, labels: Counts, predicted: Counts) -> None:
        size = self._size
        if size <= CONFUSION_CLASSES:
            cells = np.bincount(labels * size + predicted, minlength=size * size)
            self._cells = cells if self._cells is None else self._cells + cells
            return
        hit, wanted, found = (
            np.bincount(classes, minlength=size)
            for classes in (labels[labels == predicted], labels, predicted)
        )
        before = self._classes
        self._classes = (
            (hit, wanted, found)
            if before is None
            else (before[0] + hit, before[1] + wanted, before[2] + found)
        )


def judge_of(metric: Metric) -> Metric:
    """The metric for passes over a whole part that goes with a step metric."""
    return ClassJudge(metric.threshold) if isinstance(metric, Accuracy) else metric


def score_names(classes: int) -> tuple[str, ...]:
    """The scores of a task with so many classes, of one with values for 0, in the order of `score_rows`."""
    if not classes:
        return ("mae", "rmse")
    return (BALANCED, MACRO_F1, TOP_SCORE) if classes > TOP else (BALANCED, MACRO_F1)


def class_scores(tallies: Sequence[ClassTally]) -> Scores:
    """Balanced accuracy, macro F1 and top score if counted, float64 (tallies, scores)."""
    hits, wanted, predicted = (
        np.stack(rows) for rows in zip(*(tally.per_class() for tally in tallies), strict=True)
    )
    there = wanted > 0
    recall = hits / np.maximum(wanted, 1)
    sizes = wanted + predicted
    f1 = 2 * hits / np.maximum(sizes, 1)
    scores = [recall.sum(1) / there.sum(1), f1.sum(1) / (sizes > 0).sum(1)]
    if tallies[0].top is not None:
        scores.append(np.array([(tally.top or 0) / tally.rows for tally in tallies]))
    return np.column_stack(scores)


def score_rows(tallies: Sequence[Tally | None], count: int) -> Scores:
    """The scores of many epochs, float64 (epochs, count); NaN where there is nothing to score."""
    rows = np.full((len(tallies), count), np.nan)
    counted = [(place, tally) for place, tally in enumerate(tallies) if isinstance(tally, ClassTally)]
    if counted:
        table = class_scores([tally for _, tally in counted])[:, :count]
        rows[[place for place, _ in counted], : table.shape[1]] = table
        return rows
    for place, tally in enumerate(tallies):
        if tally is not None:
            rows[place] = tally
    return rows


def _top_hits(scores: NDArray[Any], labels: NDArray[Any]) -> int:
    """Rows whose class is among the `TOP` largest; of equal scores the first is the larger, as in argmax."""
    own = scores[np.arange(len(scores)), labels]
    least = np.partition(scores, -TOP, 1)[:, -TOP]
    tied = np.flatnonzero(own == least)
    others, mine, places = scores[tied], own[tied, None], labels[tied, None]
    before = (others == mine) & (np.arange(scores.shape[1]) < places)
    rank = ((others > mine) | before).sum(1)
    return int(np.count_nonzero(own > least) + np.count_nonzero(rank < TOP))
