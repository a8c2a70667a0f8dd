"""The metric of each batch of an epoch, worked out for many batches together.

For a small network the metric of one step alone costs a fiftieth of the step, of many a third of that.
"""

import math

import torch

from nnbuilder.engine.metrics import Metric

BATCHES = 16
"""Batches that wait at most."""

NUMBERS = 16_384
"""Numbers of outputs that wait at most: large outputs are measured one by one."""


class BatchMetrics:
    """The metrics of the batches since the last reset, by place; `at_once` where outputs do not last.

    `metric` sums over all of them, once `settle` was called.
    """

    def __init__(self, metric: Metric, *, at_once: bool = False) -> None:
        self.metric = metric
        self._most = 1 if at_once else BATCHES
        self._values: list[float] = []
        self._waiting: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._numbers = 0

    def __len__(self) -> int:
        return len(self._values) + len(self._waiting)

    def __getitem__(self, place: int) -> float:
        """The metric of a batch; NaN where it is undefined."""
        if place >= len(self._values):
            self.settle()
        return self._values[place]

    def add(self, output: torch.Tensor, target: torch.Tensor) -> None:
        """Takes a batch, whose numbers are not to change before `settle`."""
        self._waiting.append((output.detach(), target))
        self._numbers += output.numel()
        if len(self._waiting) >= self._most or self._numbers > NUMBERS:
            self.settle()

    def skip(self) -> None:
        """Takes a batch that has no metric."""
        self.settle()
        self._values.append(math.nan)

    def settle(self) -> None:
        """Measures what waits."""
        if self._waiting:
            self._values += self.metric.measure_each(self._waiting)
            self._waiting.clear()
            self._numbers = 0
