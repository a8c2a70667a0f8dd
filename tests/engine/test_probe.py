"""Histograms, held against NumPy."""

import numpy as np
import pytest
import torch
from torch import nn

from nnbuilder.engine.probe import BINS, gradient_histograms, histogram, weight_histograms


@pytest.mark.parametrize("size", [1, 2, 64, 5000])
def test_a_histogram_is_that_of_numpy(size: int) -> None:
    torch.manual_seed(size)
    values = torch.randn(size)
    counts, low, high, nonfinite = histogram([values])
    wanted, edges = np.histogram(values.numpy().astype(np.float64), BINS)

    assert counts.sum() == size
    assert np.abs(counts.numpy() - wanted).sum() <= 2  # a value on an edge may round to either side
    assert [low, high] == pytest.approx([edges[0], edges[-1]])
    assert nonfinite == 0


@pytest.mark.parametrize("value", [0.0, 3.5, -1e20, 1e30])
def test_equal_values_lie_in_one_bin(value: float) -> None:
    counts, low, high, _ = histogram([torch.full((10,), value)])

    assert counts.max() == 10
    assert low < value < high


def test_several_tensors_share_one_range() -> None:
    first, second = torch.tensor([0.0, 1.0]), torch.tensor([[9.0], [10.0]])
    counts, low, high, _ = histogram([first, second])

    assert (low, high, float(counts.sum())) == (0.0, 10.0, 4.0)
    assert counts[[0, -1]].tolist() == [1, 1]


def test_nan_and_infinity_are_counted_apart() -> None:
    bad = torch.tensor([0.0, 1.0, float("nan"), float("inf"), float("-inf")])
    counts, low, high, nonfinite = histogram([bad, torch.tensor([float("nan")])])

    assert (float(counts.sum()), low, high, nonfinite) == (2.0, 0.0, 1.0, 4)


def test_nothing_finite_is_an_empty_histogram() -> None:
    counts, low, high, nonfinite = histogram([torch.tensor([float("nan")])])

    assert (float(counts.sum()), low, high, nonfinite) == (0.0, -0.5, 0.5, 1)


def test_each_layer_has_a_row_over_all_its_parameters() -> None:
    layers = [nn.Linear(3, 5), nn.PReLU()]
    rows = weight_histograms(layers)

    assert rows.counts.shape == (2, BINS)
    assert rows.counts.dtype == rows.edges.dtype == np.float32
    assert rows.counts.sum(1).tolist() == [20, 1]
    assert rows.edges.shape == (2, 2)
    assert rows.nonfinite == (0, 0)


def test_gradients_have_rows_after_a_step_and_none_before() -> None:
    layer = nn.Linear(3, 5)
    before = gradient_histograms([layer])
    layer(torch.randn(4, 3)).sum().backward()
    after = gradient_histograms([layer])

    assert before.counts.sum() == 0
    assert after.counts.sum() == 20


def test_no_layers_are_no_rows() -> None:
    rows = weight_histograms([])

    assert (rows.counts.shape, rows.edges.shape, rows.nonfinite) == ((0, BINS), (0, 2), ())
