"""Histograms of a long run are thinned, never dropped from one end."""

import numpy as np

from nnbuilder.protocol.messages import Histograms
from nnbuilder.session.history import MOST, HistogramHistory


def add(history: HistogramHistory, step: int) -> None:
    """Adds a row that can be told by its step."""
    counts, edges = np.full((2, 4), step, np.float32), np.zeros((2, 2), np.float32)
    history.add(Histograms("run", step, "weight", (0, 1)), (counts, edges))


def test_rows_come_back_as_sent() -> None:
    history = HistogramHistory()
    assert history.latest() is None
    add(history, 3)
    row = history.latest()
    assert row is not None
    assert (row.step, row.nonfinite, row.counts.shape, row.edges.shape) == (3, (0, 1), (2, 4), (2, 2))
    assert history.rows("gradient") == []


def test_a_long_run_keeps_a_bounded_number_at_even_distances() -> None:
    history = HistogramHistory()
    for step in range(10 * MOST):
        add(history, step)
        steps = [row.step for row in history.rows()]
        assert len(steps) <= MOST
        assert (steps[0], steps[-1]) == (0, step)
        assert len(set(np.diff(steps[:-1]))) <= 1
    assert len(steps) > MOST / 4


def test_the_same_step_again_replaces_and_going_back_forgets() -> None:
    history = HistogramHistory()
    for step in (0, 1, 2, 2):
        add(history, step)
    assert [row.step for row in history.rows()] == [0, 1, 2]
    history.truncate(1)
    assert [row.step for row in history.rows()] == [0, 1]
