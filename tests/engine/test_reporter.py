"""Reports: every loss, few messages."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.engine.probe import HistogramRows, weight_histograms
from nnbuilder.engine.reporter import HISTOGRAMS_S, PROGRESS_S, ROWS, ROWS_SHARE, Reporter
from nnbuilder.engine.results import EpochSummary, StepResult
from nnbuilder.engine.scores import ClassTally, score_names
from nnbuilder.protocol.messages import EpochEnded, Event, Histograms, Progress
from nnbuilder.runs.metrics import Columns, read_epochs, read_scores, read_steps


class Sent:
    """Keeps what is sent, and is the clock as well."""

    def __init__(self) -> None:
        self.messages: list[tuple[Event, Sequence[NDArray[np.generic]]]] = []
        self.now = 100.0

    def __call__(self, message: Event, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        self.messages.append((message, arrays))

    def clock(self) -> float:
        """The time that the test sets."""
        return self.now

    def of(self, kind: type[Event]) -> list[Event]:
        """The messages of one kind."""
        return [message for message, _ in self.messages if isinstance(message, kind)]


@pytest.fixture
def sent() -> Sent:
    """A list of messages with a clock."""
    return Sent()


@pytest.fixture
def reporter(sent: Sent, tmp_path: Path) -> Iterator[Reporter]:
    """A reporter of a run in the temporary folder."""
    columns = Columns(tmp_path)
    yield Reporter(sent, "r1", columns, sent.clock)
    columns.close()


def step(number: int, end: EpochSummary | None = None) -> StepResult:
    """A step whose loss is its number."""
    return StepResult(number, 1 + number // 10, float(number), [number / 1000], 0, end)


def test_every_loss_arrives_in_few_messages(reporter: Reporter, sent: Sent, tmp_path: Path) -> None:
    for number in range(1, 1001):
        sent.now += 0.001
        reporter.add(step(number))
        reporter.tick(sent.now, number, [])
    reporter.flush()
    arrays = [arrays for message, arrays in sent.messages if isinstance(message, Progress)]

    assert len(arrays) <= 1 / PROGRESS_S + 1
    np.testing.assert_array_equal(np.concatenate([losses for losses, _ in arrays]), np.arange(1, 1001))
    np.testing.assert_array_equal(read_steps(tmp_path)[0], np.arange(1, 1001))
    assert read_steps(tmp_path)[1][-1] == 1.0


def test_progress_tells_step_epoch_and_rate(reporter: Reporter, sent: Sent) -> None:
    for number in range(1, 51):
        reporter.add(step(number))
    sent.now += 0.1
    reporter.flush()

    message = sent.of(Progress)[0]
    assert isinstance(message, Progress)
    assert (message.run_id, message.step, message.epoch) == ("r1", 50, 6)
    assert message.rate == pytest.approx(500)


def test_epochs_follow_their_steps(reporter: Reporter, sent: Sent, tmp_path: Path) -> None:
    reporter.add(step(1, EpochSummary(1, 1, 1.0, 0.5, math.nan, math.inf)))
    reporter.add(step(2, EpochSummary(2, 2, 0.9, 0.6, 0.8, 0.7)))
    reporter.flush()

    assert [type(message) for message, _ in sent.messages] == [Progress, EpochEnded, EpochEnded]
    assert sent.messages[1][0] == EpochEnded("r1", 1, 1, 1.0, 0.5, None, None)
    assert sent.messages[2][0] == EpochEnded("r1", 2, 2, 0.9, 0.6, 0.8, 0.7)
    assert [row.validation_loss for row in read_epochs(tmp_path)][1] == 0.8


def test_epochs_are_scored_together(sent: Sent, tmp_path: Path) -> None:
    columns = Columns(tmp_path, score_names(3))
    reporter = Reporter(sent, "r1", columns, lambda: sent.now)
    tallies = (ClassTally(4, np.diag([2, 1, 1]), None, None), None)
    for number, tally in enumerate(tallies, start=1):
        reporter.add(step(number, EpochSummary(number, number, 1.0, 0.5, 0.8, 0.7, tally)))
    reporter.flush()
    columns.close()

    ended = [message.scores for message, _ in sent.messages if isinstance(message, EpochEnded)]
    assert ended == [
        {"balanced_accuracy": 1.0, "macro_f1": 1.0},
        {"balanced_accuracy": None, "macro_f1": None},
    ]
    np.testing.assert_array_equal(read_scores(tmp_path, 2, 2), [[1.0, 1.0], [np.nan, np.nan]])


def test_nothing_new_is_nothing_sent(reporter: Reporter, sent: Sent) -> None:
    reporter.flush()

    assert sent.messages == []


def test_histograms_come_four_times_a_second(reporter: Reporter, sent: Sent) -> None:
    layers = [nn.Linear(2, 2)]
    for number in range(1, 101):
        sent.now += 0.01
        reporter.tick(sent.now, number, layers)

    assert len(sent.of(Histograms)) in (4, 5)
    assert HISTOGRAMS_S == 0.25


def test_histograms_of_gradients_come_where_there_are_some(reporter: Reporter, sent: Sent) -> None:
    layer = nn.Linear(2, 2)
    reporter.send_histograms(0, [layer])
    torch.autograd.backward(layer.weight.sum())
    reporter.send_histograms(1, [layer])

    found = sent.of(Histograms)
    assert [message.kind for message in found if isinstance(message, Histograms)] == [
        "weight",
        "weight",
        "gradient",
    ]
    counts, edges = sent.messages[-1][1]
    assert (counts.shape, edges.shape) == ((1, 64), (1, 2))


def test_a_pause_does_not_count_as_training(reporter: Reporter, sent: Sent) -> None:
    sent.now += 1000
    reporter.pause_clock()
    reporter.add(step(1))
    sent.now += 0.5
    reporter.flush()

    message = sent.of(Progress)[0]
    assert isinstance(message, Progress)
    assert message.rate == pytest.approx(2)


def course(reporter: Reporter, sent: Sent, steps: int, step_seconds: float) -> list[int]:
    """The steps at which a run so long sends histograms of weights."""
    layers = [nn.Linear(2, 2)]
    reporter.plan(0, steps, layers)
    for number in range(1, steps + 1):
        sent.now += step_seconds
        reporter.add(step(number))
        reporter.tick(sent.now, number, layers)
    return [message.step for message in sent.of(Histograms) if isinstance(message, Histograms)]


def test_a_run_of_a_moment_has_a_course_of_histograms(reporter: Reporter, sent: Sent) -> None:
    found = course(reporter, sent, steps=400, step_seconds=0.3 / 400)

    assert len(found) >= ROWS
    assert max(np.diff(found)) <= 400 / ROWS + 1


def test_a_long_run_gets_hardly_more_than_four_a_second(reporter: Reporter, sent: Sent) -> None:
    found = course(reporter, sent, steps=10_000, step_seconds=0.01)

    assert 400 <= len(found) <= 400 + ROWS + 5


def test_dear_histograms_wait_until_the_run_has_time_for_them(
    reporter: Reporter, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dear(layers: Sequence[nn.Module]) -> HistogramRows:
        sent.now += 0.01
        return weight_histograms(layers)

    monkeypatch.setattr("nnbuilder.engine.reporter.weight_histograms", dear)
    start = sent.now
    layers = [nn.Linear(2, 2)]
    reporter.plan(0, 1000, layers)
    for number in range(1, 1001):
        sent.now += 0.002
        reporter.add(step(number))

    spent = 0.01 * len(sent.of(Histograms))
    assert 0.01 <= spent <= ROWS_SHARE * (sent.now - start)


def test_a_resumed_run_spreads_what_is_left(reporter: Reporter, sent: Sent) -> None:
    reporter.plan(300, 400, [nn.Linear(2, 2)])
    for number in range(301, 701):
        sent.now += 0.001
        reporter.add(step(number))

    found = [message.step for message in sent.of(Histograms) if isinstance(message, Histograms)]
    assert (found[0], found[-1], len(found)) == (310, 700, ROWS)
