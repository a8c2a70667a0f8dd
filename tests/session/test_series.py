"""The pyramid's minima and maxima are exact, and cheap however long the curve is."""

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.session.series import FACTOR, Series

chunks = st.lists(st.integers(0, 700), min_size=1, max_size=12)


def filled(sizes: list[int], seed: int = 0) -> tuple[Series, np.ndarray]:
    """A series that grew by chunks of these sizes, and the same values as one array."""
    series, random = Series(), np.random.default_rng(seed)
    parts = [random.normal(size=size).astype(np.float32) for size in sizes]
    for part in parts:
        series.append(part)
    return series, np.concatenate(parts)


@given(chunks, st.floats(0, 1), st.floats(0, 1), st.integers(1, 300))
def test_what_is_drawn_has_the_exact_extremes(sizes: list[int], one: float, two: float, pixels: int) -> None:
    series, values = filled(sizes)
    lo, hi = sorted((int(one * len(values)), int(two * len(values))))
    x, low, high = series.visible(lo, hi, pixels)
    assert len(x) == len(low) == len(high)
    inside = values[lo : hi + 1]
    if not len(inside):
        return
    assert len(x) <= pixels + 2
    assert len(x) == len(inside) or len(x) >= pixels / 2
    span = 1 if len(x) < 2 else int(x[1] - x[0])
    for place, smallest, largest in zip(x, low, high, strict=True):
        if span > 1:
            start = round(place - (span - 1) / 2)
            group = values[start : start + span]
            assert (smallest, largest) == (group.min(), group.max())
    assert low.min() <= inside.min()
    assert high.max() >= inside.max()


@given(chunks, st.floats(0, 1), chunks)
def test_cutting_and_growing_again_is_like_never_having_been_longer(
    sizes: list[int], share: float, more: list[int]
) -> None:
    series, values = filled(sizes)
    keep = int(share * len(values))
    series.truncate(keep)
    _, rest = filled(more, seed=1)
    series.append(rest)
    fresh = Series()
    fresh.append(np.concatenate([values[:keep], rest]))
    np.testing.assert_array_equal(series.values, fresh.values)
    for pixels in (1, 10, 100):
        for ours, theirs in zip(
            series.visible(0, len(series), pixels), fresh.visible(0, len(fresh), pixels), strict=True
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_a_group_says_what_is_finite_in_it() -> None:
    series = Series()
    series.append([np.nan, 1.0, np.inf, -2.0] + [0.0] * (FACTOR - 4) + [np.nan] * FACTOR)
    series.append(np.zeros(FACTOR**2 * 2))
    _, low, high = series.visible(0, len(series), len(series) // FACTOR)
    assert (low[0], high[0]) == (-2.0, 1.0)
    assert np.isnan(low[1])
    assert np.isnan(high[1])
    assert np.isnan(series.values[2])


def test_a_view_of_the_values_does_not_change_behind_ones_back() -> None:
    series = Series()
    series.append([1.0, 2.0])
    seen = series.values
    series.append(np.arange(5000))
    np.testing.assert_array_equal(seen, [1.0, 2.0])
    assert series.last == 4999.0


@pytest.mark.parametrize(("lo", "hi"), [(-5.0, -1.0), (10.0, 20.0), (3.0, 1.0)])
def test_nothing_in_view_is_nothing(lo: float, hi: float) -> None:
    series = Series()
    series.append([1.0, 2.0, 3.0])
    assert [len(part) for part in series.visible(lo, hi, 100)] == [0, 0, 0]


def test_ten_million_points_are_chosen_from_in_a_tenth_of_a_millisecond() -> None:
    series = Series()
    series.append(np.zeros(10_000_000, np.float32))
    fastest = min(_seconds(series) for _ in range(20))
    assert fastest < 1e-4


def _seconds(series: Series) -> float:
    start = time.perf_counter()
    x, _, _ = series.visible(0, len(series), 1000)
    seconds = time.perf_counter() - start
    assert 500 <= len(x) <= 1002
    return seconds
