"""Loss and metrics of a network over a whole part of the data, in eval mode and without gradients."""

import math
from typing import NamedTuple

import torch
from torch import nn

from nnbuilder.engine.batches import pieces
from nnbuilder.engine.blame import is_out_of_memory
from nnbuilder.engine.metrics import Metric
from nnbuilder.engine.scores import ClassJudge, ClassTally, Tally, class_scores, score_names

CHUNK_ROWS = 8192
"""Rows per forward pass; a larger part's loss is the mean of its chunks' losses, weighted by rows."""

FEWEST_ROWS = 32
"""Where memory runs out, so few rows are taken at once before it is said."""


class Evaluation(NamedTuple):
    """Means over a part, NaN for an empty one; errors are in the units that the network was trained in.

    `tally` counts what was taken for what, where the metric is a `ClassJudge`.
    """

    loss: float
    metric: float
    absolute_error: float
    squared_error: float
    tally: ClassTally | None = None


def evaluate(
    model: nn.Module, loss: nn.Module, metric: Metric, x: torch.Tensor, y: torch.Tensor
) -> Evaluation:
    """Runs the network over all rows; leaves it in eval mode and the metric reset.

    Where memory does not suffice for so many rows at once, it takes fewer.
    """
    if not len(x):
        return Evaluation(math.nan, math.nan, math.nan, math.nan)
    rows = min(CHUNK_ROWS, len(x))
    while True:
        try:
            return _evaluate(model, loss, metric, x, y, rows)
        except RuntimeError as error:
            if rows <= FEWEST_ROWS or not is_out_of_memory(error):
                raise
            rows = max(FEWEST_ROWS, rows // 4)


def _evaluate(
    model: nn.Module, loss: nn.Module, metric: Metric, x: torch.Tensor, y: torch.Tensor, rows: int
) -> Evaluation:
    sums = [0.0, 0.0, 0.0]
    changes_input = any(getattr(layer, "inplace", False) for layer in model.modules())
    model.eval()
    metric.reset()
    with torch.inference_mode():
        for part, target in zip(pieces(x, rows), pieces(y, rows), strict=True):
            output = model(part.clone() if changes_input else part)
            sums[0] += loss(output, target).item() * len(part)
            metric.measure(output, target)
            if metric.name == "r2":
                error = output.reshape(-1).double() - target.reshape(-1).double()
                sums[1] += error.abs().sum().item()
                sums[2] += error.square().sum().item()
    value = metric.total()
    tally = metric.tally() if isinstance(metric, ClassJudge) else None
    metric.reset()
    return Evaluation(sums[0] / len(x), value, sums[1] / y.numel(), sums[2] / y.numel(), tally)


def named(evaluation: Evaluation, metric: Metric, scale: float) -> dict[str, float | None]:
    """Metrics by name, and the scores that fit the task; `scale` leads back to original units."""
    values = {"loss": evaluation.loss, metric.name: evaluation.metric, **scores(evaluation, metric, scale)}
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def scores(evaluation: Evaluation, metric: Metric, scale: float) -> dict[str, float]:
    """Beside loss and metric: MAE and RMSE in original units, or what a `ClassJudge` has counted."""
    tally = epoch_tally(evaluation, metric, scale)
    if tally is None:
        return {}
    if not isinstance(tally, ClassTally):
        return dict(zip(score_names(0), tally, strict=True))
    names = score_names(len(tally.per_class()[0]))
    return dict(zip(names, class_scores([tally])[0].tolist(), strict=True))


def epoch_tally(evaluation: Evaluation, metric: Metric, scale: float) -> Tally | None:
    """What there is to be scored: counts of classes, or MAE and RMSE in original units."""
    if metric.name == "r2":
        return evaluation.absolute_error * scale, math.sqrt(evaluation.squared_error) * scale
    return evaluation.tally


def confusion(evaluation: Evaluation) -> tuple[tuple[int, ...], ...]:
    """How many samples of each class (rows) were taken for each class; empty where that was not counted."""
    tally = evaluation.tally
    if tally is None or tally.confusion is None:
        return ()
    return tuple(tuple(row) for row in tally.confusion.tolist())
