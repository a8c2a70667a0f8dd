"""Moving means, curves and epochs: what the plots draw, without a plot."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.session.series import Series
from nnbuilder.ui.plots.curve import BY_STEP, Curve, Even, polyline
from nnbuilder.ui.plots.epochs import EpochSeries
from nnbuilder.ui.plots.smooth import Smoothed
from tests.ui.workbench import Workbench

VALUES = st.lists(st.floats(-100, 100, width=32) | st.just(float("nan")), max_size=60)


def naive(values: list[float], window: int) -> list[float]:
    """The moving mean, point by point."""
    means = []
    for end in range(1, len(values) + 1):
        finite = [value for value in values[max(0, end - window) : end] if np.isfinite(value)]
        means.append(sum(finite) / len(finite) if finite else np.nan)
    return means


@given(VALUES, VALUES, st.integers(1, 20), st.integers(0, 60))
def test_means_grow_with_the_curve(first: list[float], more: list[float], window: int, cut: int) -> None:
    source = Series()
    smooth = Smoothed(source, window)
    source.append(first)
    smooth.follow()
    source.truncate(cut)
    smooth.series.truncate(cut)
    source.append(more)
    smooth.follow()
    wanted = naive([*first[:cut], *more], window)
    assert smooth.series.values == pytest.approx(np.array(wanted), abs=1e-3, nan_ok=True)


def test_a_long_curve_is_averaged_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.ui.plots.smooth._BLOCK", 7)
    values = np.random.default_rng(0).normal(size=100).astype(np.float32)
    source = Series()
    source.append(values)
    smooth = Smoothed(source, 10)
    smooth.follow()
    assert smooth.behind
    assert len(smooth.series) < 100
    while smooth.behind:
        smooth.follow()
    assert smooth.series.values == pytest.approx(np.array(naive(values.tolist(), 10)), abs=1e-5)


def test_a_curve_lies_where_it_says() -> None:
    series = Series()
    series.append([1.0, np.nan, 3.0])
    curve = Curve("validation", "val", series, "validation", Even(10.0, 10.0))
    assert curve.end == 30.0
    assert [curve.at(step) for step in (4.0, 11.0, 20.0, 34.0, 36.0)] == [None, 1.0, None, 3.0, None]
    x, least, most = curve.visible(0.0, 40.0, 100)
    assert x.tolist() == [10.0, 20.0, 30.0]
    assert np.array_equal(least, most, equal_nan=True)
    assert Curve("", "", Series(), "train").end == -np.inf


def test_a_polyline_holds_minima_and_maxima() -> None:
    least, most = np.array([1, 2], np.float32), np.array([3, 2], np.float32)
    x, y = polyline(np.array([0.0, 16.0]), least, most)
    assert x.tolist() == [0, 0, 16, 16]
    assert y.tolist() == [1, 3, 2, 2]
    assert polyline(np.array([0.0, 16.0]), most, most)[1].tolist() == [3, 2]


def test_epochs_follow_the_run_and_its_rewinds(bench: Workbench) -> None:
    channel = bench.start_run(steps_per_epoch=4)
    epochs = EpochSeries(bench.run.validation)
    for epoch in range(3):
        channel.progress([0.5] * 4)
        channel.end_epoch(epoch, validation_loss=0.6 - epoch / 10)
    epochs.follow()
    assert epochs.loss.values == pytest.approx([0.6, 0.5, 0.4])
    x, _, _ = epochs.curve("validation", epochs.loss, "validation", BY_STEP).visible(0, 20, 100)
    assert x.tolist() == [4.0, 8.0, 12.0]
    channel.state("rewound")
    epochs.cut()
    epochs.follow()
    assert len(epochs.loss) == len(epochs.metric) == 0
