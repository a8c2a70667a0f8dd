"""Metrics of many batches together: the same as one by one, in any order of asking."""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score

from nnbuilder.engine.batch_metrics import BATCHES, NUMBERS, BatchMetrics
from nnbuilder.engine.metrics import R2, Accuracy, Metric

SIZES = (32, 32, 7, 1, *[32] * BATCHES)


def batches(columns: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of these sizes: scores of classes, or one column of values."""
    torch.manual_seed(0)
    return [
        (torch.randn(size, columns), torch.randint(columns, (size,)) if columns > 1 else torch.randn(size, 1))
        for size in SIZES
    ]


def test_each_batch_has_scikit_learns_accuracy() -> None:
    found = BatchMetrics(Accuracy())
    given = batches(5)
    for output, target in given:
        found.add(output, target)
    assert [found[place] for place in range(len(given))] == [
        accuracy_score(target, output.argmax(1)) for output, target in given
    ]
    outputs, targets = zip(*given, strict=True)
    assert found.metric.total() == accuracy_score(torch.cat(targets), torch.cat(outputs).argmax(1))


@pytest.mark.parametrize("metric", [Accuracy(), Accuracy(0.0), R2(0.5)], ids=["classes", "sides", "values"])
@pytest.mark.parametrize("at_once", [True, False])
def test_together_is_as_one_by_one(metric: Metric, at_once: bool) -> None:
    given = batches(5 if metric.name == "accuracy" else 1)
    if isinstance(metric, Accuracy) and metric.threshold is not None:
        given = [(output[:, :1], (target > 2).float().reshape(-1, 1)) for output, target in given]
    metric.reset()
    alone = [metric.measure(output, target) for output, target in given]
    sums = metric.sums
    metric.reset()
    found = BatchMetrics(metric, at_once=at_once)
    for output, target in given:
        found.add(output, target)
    found.settle()
    np.testing.assert_array_equal([found[place] for place in range(len(found))], alone)
    assert metric.sums == sums


def test_a_batch_without_a_metric_keeps_its_place() -> None:
    found = BatchMetrics(Accuracy())
    right = (torch.eye(4), torch.arange(4))
    found.add(*right)
    found.skip()
    found.add(*right)
    assert len(found) == 3
    assert (found[2], found[0]) == (1.0, 1.0)
    assert math.isnan(found[1])
    assert found.metric.sums == (8, 8)


def test_outputs_that_do_not_last_are_measured_at_once() -> None:
    found, large = BatchMetrics(Accuracy(), at_once=True), BatchMetrics(Accuracy())
    output = torch.eye(4)
    found.add(output, torch.arange(4))
    wide = torch.zeros(1, NUMBERS + 1)
    wide[0, 3] = 1
    large.add(wide, torch.tensor([3]))
    output.zero_()
    wide.zero_()
    assert (found[0], large[0]) == (1.0, 1.0)
