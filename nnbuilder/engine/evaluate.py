"""Loss and metrics of a network over a whole part of the data, in eval mode and without gradients."""

import math
from typing import NamedTuple

import torch
from torch import nn

from nnbuilder.engine.batches import pieces
from nnbuilder.engine.metrics import Metric

CHUNK_ROWS = 8192
"""Rows per forward pass; a larger part's loss is the mean of its chunks' losses, weighted by rows."""


class Evaluation(NamedTuple):
    """Means over a part, NaN for an empty one; errors are in the units that the network was trained in."""

    loss: float
    metric: float
    absolute_error: float
    squared_error: float


def evaluate(
    model: nn.Module, loss: nn.Module, metric: Metric, x: torch.Tensor, y: torch.Tensor
) -> Evaluation:
    """Runs the network over all rows; leaves it in eval mode and the metric reset."""
    if not len(x):
        return Evaluation(math.nan, math.nan, math.nan, math.nan)
    sums = [0.0, 0.0, 0.0]
    changes_input = any(getattr(layer, "inplace", False) for layer in model.modules())
    model.eval()
    metric.reset()
    with torch.inference_mode():
        for part, target in zip(pieces(x, CHUNK_ROWS), pieces(y, CHUNK_ROWS), strict=True):
            output = model(part.clone() if changes_input else part)
            sums[0] += loss(output, target).item() * len(part)
            metric.measure(output, target)
            if metric.name == "r2":
                error = output.reshape(-1).double() - target.reshape(-1).double()
                sums[1] += error.abs().sum().item()
                sums[2] += error.square().sum().item()
    value = metric.total()
    metric.reset()
    return Evaluation(sums[0] / len(x), value, sums[1] / y.numel(), sums[2] / y.numel())


def named(evaluation: Evaluation, metric: Metric, scale: float) -> dict[str, float | None]:
    """Metrics by name; for values also MAE and RMSE in original units, `scale` being theirs."""
    values = {"loss": evaluation.loss, metric.name: evaluation.metric}
    if metric.name == "r2":
        values["mae"] = evaluation.absolute_error * scale
        values["rmse"] = math.sqrt(evaluation.squared_error) * scale
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
