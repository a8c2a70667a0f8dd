"""Readings of the gauges: how often they are taken, what they cost, and that time goes on."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.gauges import Gauges
from nnbuilder.engine.reporter import READINGS, READINGS_SHARE, Reporter
from nnbuilder.engine.run_loop import train_run
from nnbuilder.protocol.messages import Progress
from nnbuilder.runs.metrics import Columns, read_epochs, read_readings
from tests.engine.samples import data_of, make_project
from tests.engine.test_reporter import Sent, step
from tests.engine.test_run_loop import Desk, run, stopped


@pytest.fixture
def sent() -> Sent:
    """A list of messages with a clock."""
    return Sent()


@pytest.fixture
def columns(tmp_path: Path) -> Iterator[Columns]:
    """The columns of a run in the temporary folder."""
    columns = Columns(tmp_path)
    yield columns
    columns.close()


class Dear(Gauges):
    """Gauges whose reading takes a known time."""

    def __init__(self, sent: Sent, seconds: float) -> None:
        super().__init__(lambda: 0.1, ())
        self.sent, self.seconds, self.count = sent, seconds, 0

    def read(self) -> tuple[float, float]:
        self.count += 1
        self.sent.now += self.seconds
        return super().read()


def sent_rows(sent: Sent) -> NDArray[np.float64]:
    """All readings that were sent."""
    return np.concatenate([arrays[2] for message, arrays in sent.messages if isinstance(message, Progress)])


def test_a_short_run_is_read_at_even_distances(sent: Sent, columns: Columns, tmp_path: Path) -> None:
    reporter = Reporter(sent, "r1", columns, sent.clock)
    reporter.observe(0, 1280, Dear(sent, 0.0))
    for number in range(1, 1281):
        sent.now += 0.0001
        reporter.add(step(number))
    reporter.flush()
    rows = sent_rows(sent)
    assert READINGS <= len(rows) <= READINGS + 2
    assert (rows[0, 0], rows[-1, 0]) == (1, 1280)
    np.testing.assert_allclose(rows[:, 1], rows[:, 0] * 0.0001, atol=1e-9)
    np.testing.assert_array_equal(read_readings(tmp_path), rows)


def test_readings_that_take_long_are_few(sent: Sent, columns: Columns) -> None:
    gauges, began = Dear(sent, 0.01), sent.now
    reporter = Reporter(sent, "r1", columns, sent.clock)
    reporter.observe(0, 1000, gauges)
    for number in range(1, 1001):
        sent.now += 0.002
        reporter.add(step(number))
    assert 2 <= gauges.count <= READINGS_SHARE * (sent.now - began) / 0.01 + 1


def test_time_stands_still_in_a_pause_and_goes_on_from_a_cut(
    sent: Sent, columns: Columns, tmp_path: Path
) -> None:
    reporter = Reporter(sent, "r1", columns, sent.clock)
    reporter.observe(0, 10**9, Dear(sent, 0.0))
    for number in (1, 2, 3):
        sent.now += 1.0
        reporter.add(step(number))
        reporter.flush()
    sent.now += 500.0
    reporter.flush()
    columns.cut(2, 0)
    reporter.observe(2, 10**9, Dear(sent, 0.0))
    reporter.pause_clock()
    sent.now += 1.0
    reporter.add(step(3))
    reporter.flush()
    np.testing.assert_allclose(read_readings(tmp_path)[:, :2], [[1, 1.0], [2, 2.0], [3, 3.0]])


def test_a_run_keeps_its_rate_its_gradients_and_its_time(tmp_path: Path, sent: Sent) -> None:
    project = make_project()
    train_run(project, data_of(project), tmp_path / "run", sent, Unattended())
    rows = read_readings(tmp_path / "run")
    last = read_epochs(tmp_path / "run")[-1]
    np.testing.assert_array_equal(rows, sent_rows(sent))
    assert rows[-1, 0] == last.step
    assert np.all(np.diff(rows[:, 0]) > 0)
    assert np.all(np.diff(rows[:, 1]) >= 0)
    assert 0 < rows[-1, 1] <= np.float32(last.seconds) * (1 + 1e-6)
    assert set(rows[:, 2]) == {project.training.optimizer_args["lr"]}
    assert np.all(rows[:, 3] > 0)
    assert not math.isnan(rows[0, 3])


def test_readings_and_time_go_on_from_a_checkpoint(tmp_path: Path) -> None:
    checkpoint = stopped(tmp_path / "first", 7)
    before = read_readings(tmp_path / "first")
    run(make_project(), tmp_path / "second", Desk(), checkpoint=checkpoint)
    rows = read_readings(tmp_path / "second")
    np.testing.assert_array_equal(rows[: len(before)], before)
    assert (before[-1, 0], rows[-1, 0]) == (7, 15)
    assert np.all(np.diff(rows[:, 0]) > 0)
    assert np.all(np.diff(rows[:, 1]) > 0)
