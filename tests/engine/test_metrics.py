"""Metrics, held against scikit-learn."""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, r2_score

from nnbuilder.engine.batches import pieces
from nnbuilder.engine.metrics import R2, Accuracy, choose_metric
from tests.engine.samples import column


def test_accuracy_is_that_of_scikit_learn() -> None:
    torch.manual_seed(0)
    scores, labels = torch.randn(101, 5), torch.randint(5, (101,))
    metric = Accuracy()
    found = [metric.measure(s, y) for s, y in zip(pieces(scores, 32), pieces(labels, 32), strict=True)]

    assert found[0] == accuracy_score(labels[:32], scores[:32].argmax(1))
    assert metric.total() == accuracy_score(labels, scores.argmax(1))


@pytest.mark.parametrize("threshold", [0.0, 0.5])
def test_accuracy_of_one_output_counts_the_side_of_a_threshold(threshold: float) -> None:
    torch.manual_seed(0)
    scores, labels = torch.randn(60, 1), torch.randint(2, (60, 1)).float()

    assert Accuracy(threshold).measure(scores, labels) == accuracy_score(labels, scores > threshold)


@pytest.mark.parametrize("shift", [0.0, 1000.0])
def test_r2_is_that_of_scikit_learn(shift: float) -> None:
    rng = np.random.default_rng(0)
    wanted = rng.normal(shift, 1.0, (101, 1))
    output = wanted + rng.normal(0.0, 0.5, (101, 1))
    metric = R2(shift)
    first = metric.measure(torch.from_numpy(output[:50]), torch.from_numpy(wanted[:50]))
    metric.measure(torch.from_numpy(output[50:]), torch.from_numpy(wanted[50:]))

    assert first == pytest.approx(r2_score(wanted[:50], output[:50]), abs=1e-9)
    assert metric.total() == pytest.approx(r2_score(wanted, output), abs=1e-9)


@pytest.mark.parametrize(
    ("output", "target"),
    [([1.0], [2.0]), ([1.0, 2.0], [3.0, 3.0]), ([math.nan, 1.0], [1.0, 2.0]), ([math.inf, 1.0], [1.0, 2.0])],
)
def test_r2_is_nan_where_it_is_undefined(output: list[float], target: list[float]) -> None:
    assert math.isnan(R2().measure(column(*output), column(*target)))


@pytest.mark.parametrize("metric", [Accuracy(), R2()])
def test_nothing_measured_is_nan(metric: Accuracy | R2) -> None:
    assert math.isnan(metric.total())


@pytest.mark.parametrize("kind", [Accuracy, R2])
def test_sums_can_be_kept_and_gone_on_from(kind: type[Accuracy | R2]) -> None:
    torch.manual_seed(0)
    output, target = torch.randn(20, 3), torch.randint(3, (20,))
    if kind is R2:
        output, target = torch.randn(20, 1), torch.randn(20, 1)
    whole, first, second = kind(), kind(), kind()
    whole.measure(output, target)
    first.measure(output[:7], target[:7])
    second.reset(first.sums)
    second.measure(output[7:], target[7:])

    assert second.total() == pytest.approx(whole.total())
    second.reset()
    assert math.isnan(second.total())


def test_the_metric_fits_the_task() -> None:
    labels, binary, values = torch.tensor([0, 1]), column(0, 1), column(0.3, 1.5)
    above = column(0.2, 0.7)

    assert isinstance(choose_metric("CrossEntropyLoss", labels, classes=True), Accuracy)
    assert choose_metric("BCELoss", binary, classes=True).measure(above, binary) == 1.0
    assert choose_metric("BCEWithLogitsLoss", binary, classes=True).measure(above, binary) == 0.5
    assert choose_metric("MSELoss", values, classes=False).name == "r2"
