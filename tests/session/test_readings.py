"""Readings of a run's gauges."""

import numpy as np

from nnbuilder.protocol.messages import Progress, RunState
from nnbuilder.session.readings import Readings
from tests.ui.workbench import Workbench, bench, open_bench

__all__ = ["bench", "open_bench"]


def test_rows_become_columns_and_are_cut_at_a_step() -> None:
    readings = Readings()
    rows = np.column_stack([np.arange(1, 1001), np.arange(1000) / 8, np.full(1000, 0.1), np.arange(1000)])
    for part in np.split(rows, 5):
        readings.append(part)
    assert len(readings) == 1000
    np.testing.assert_array_equal(readings.steps, rows[:, 0])
    np.testing.assert_array_equal(readings.seconds, rows[:, 1])
    np.testing.assert_array_equal(readings.norms.values, rows[:, 3].astype(np.float32))
    readings.truncate(400)
    assert (len(readings), readings.steps[-1], readings.norms.last) == (400, 400, 399)
    readings.append([[401, 60.0, 0.05, np.nan]])
    assert readings.steps[-1] == 401
    assert readings.rates.values[-2:].tolist() == np.array([0.1, 0.05], np.float32).tolist()


def test_a_cut_before_the_first_leaves_nothing() -> None:
    readings = Readings()
    readings.append([[3, 1.0, 0.1, 2.0]])
    readings.truncate(0)
    assert len(readings) == 0
    assert readings.rates.last is None


def test_a_run_takes_readings_along_and_forgets_them_when_it_goes_back(bench: Workbench) -> None:
    channel = bench.start_run()
    for step, rate in ((1, 0.1), (2, 0.05)):
        progress = Progress(channel.request.run_id, step, 0, 1.0)
        channel.say(progress, [0.5], [0.5], np.array([[step, step / 4, rate, 2.0]]))
    assert bench.run.readings.steps.tolist() == [1.0, 2.0]
    assert bench.run.readings.rates.last == np.float32(0.05)
    channel.say(RunState(channel.request.run_id, "rewound", 1))
    assert bench.run.readings.seconds.tolist() == [0.25]
