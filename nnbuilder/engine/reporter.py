"""Tells the window how a run goes: every loss, but at most 20 messages a second."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import nn

from nnbuilder.engine.gauges import Gauges
from nnbuilder.engine.probe import gradient_histograms, weight_histograms
from nnbuilder.engine.results import EpochSummary, StepResult
from nnbuilder.engine.scores import score_rows
from nnbuilder.protocol.messages import EpochEnded, Event, Histograms, Progress
from nnbuilder.runs.metrics import Columns, EpochRow

PROGRESS_S = 0.05
HISTOGRAMS_S = 0.25
HISTOGRAM_SHARE = 0.02
"""Largest share of a run's time that histograms may take: large networks send them more rarely."""

ROWS = 40
"""Histograms of weights that even the shortest run sends, at even distances over its planned steps."""

ROWS_SHARE = 0.025
"""Largest share of a run's time up to which planned histograms are sent, the timed ones counted in."""

READINGS = 128
"""Readings of the gauges that even the shortest run takes, at even distances over its planned steps."""

READINGS_SHARE = 0.01
"""Largest share of a run's time that planned readings may take; one more comes with each message."""

_RATE_SHARE = 0.3


class Send(Protocol):
    """Whoever takes messages with their arrays: a pipe, or a list in a test."""

    def __call__(self, message: Event, arrays: Sequence[NDArray[np.generic]] = ()) -> None:
        """Takes one message."""


class Reporter:
    """Collects steps and epochs, and sends and stores them together when they are due.

    `add` is called after each step and does next to nothing; `flush` writes the run's columns and sends one
    `Progress` for all steps since, then their `EpochEnded`. Histograms are not collected: the latest wins.
    They come by time, and after `plan` by steps as well, so that a run of a moment has a course to look at.
    So do readings of the gauges, which travel with the progress.
    `spoiled` says which the last of them showed not to be finite, "weights" or "gradients"; empty for none.
    """

    def __init__(
        self, send: Send, run_id: str, columns: Columns, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._send = send
        self._run_id = run_id
        self._columns = columns
        self._clock = clock
        self._steps: list[StepResult] = []
        self._epochs: list[EpochSummary] = []
        self._began = self._flushed = clock()
        self._next_histograms = 0.0
        self._histogram_seconds = self._last_seconds = 0.0
        self._layers: Sequence[nn.Module] = ()
        self._every = self._next_row = sys.maxsize
        self._rate = 0.0
        self.spoiled = ""
        self._seconds = self._reading_seconds = 0.0
        self._gauges: Gauges | None = None
        self._readings: list[tuple[float, float, float, float]] = []
        self._reading_every = self._next_reading = sys.maxsize

    def observe(self, step: int, steps: int, gauges: Gauges) -> None:
        """Reads these gauges from now on, in a run that stands at `step` with so many `steps` before it."""
        self._gauges = gauges
        self._reading_every = max(1, steps // READINGS)
        self._next_reading = step + 1
        self._seconds = self._columns.seconds_at(step)
        self._flushed = self._clock()

    def plan(self, step: int, steps: int, layers: Sequence[nn.Module]) -> None:
        """Spreads histograms of these layers over a run that stands at `step` of so many `steps`."""
        self._layers = layers
        self._every = max(1, steps // ROWS)
        self._next_row = step + self._every

    def add(self, result: StepResult) -> None:
        """Takes one step."""
        self._steps.append(result)
        if result.epoch_end is not None:
            self._epochs.append(result.epoch_end)
        if result.step >= self._next_row:
            self._add_row(result.step)
        if result.step >= self._next_reading:
            self._read_planned(result.step)

    def tick(self, now: float, step: int, layers: Sequence[nn.Module]) -> None:
        """Sends what is due."""
        if now - self._flushed >= PROGRESS_S:
            self.flush()
        if now >= self._next_histograms:
            self.send_histograms(step, layers)

    def flush(self) -> None:
        """Sends and stores everything that was collected."""
        now = self._clock()
        if self._steps:
            self._seconds += now - self._flushed
            losses = np.array([step.loss for step in self._steps], np.float32)
            metrics = np.array([step.metric for step in self._steps], np.float32)
            self._columns.add_steps(losses, metrics)
            self._measure_rate(len(losses), now - self._flushed)
            last = self._steps[-1]
            arrays: list[NDArray[np.generic]] = [losses, metrics, *self._take_readings(last.step)]
            self._send(Progress(self._run_id, last.step, last.epoch, self._rate), arrays)
            self._steps.clear()
        if self._epochs:
            self._columns.add_epochs([EpochRow(*epoch[:6], self._seconds) for epoch in self._epochs])
            self._send_epochs()
            self._epochs.clear()
        self._flushed = now

    def take_back(self, step: int, epoch: int) -> None:
        """Takes back what a flush that failed has stored in part: the next one stores all of it.

        `step` and `epoch` are how many the training has done.
        """
        self._columns.cut(step - len(self._steps), epoch - len(self._epochs))

    def send_histograms(self, step: int, layers: Sequence[nn.Module]) -> None:
        """Sends histograms of weights, and of gradients where a step has left some."""
        start = self._clock()
        self._send_weights(step, layers)
        if any(parameter.grad is not None for layer in layers for parameter in layer.parameters()):
            rows = gradient_histograms(layers)
            self._send(Histograms(self._run_id, step, "gradient", rows.nonfinite), (rows.counts, rows.edges))
            self.spoiled = self.spoiled or ("gradients" if any(rows.nonfinite) else "")
        now = self._clock()
        self._histogram_seconds += now - start
        self._next_histograms = now + max(HISTOGRAMS_S, (now - start) / HISTOGRAM_SHARE)

    def pause_clock(self) -> None:
        """Makes the time since the last flush not count as training."""
        self._flushed = self._clock()

    def _send_epochs(self) -> None:
        """Scores all epochs since the last time together, stores and sends them."""
        names = self._columns.scores
        scores = score_rows([epoch.tally for epoch in self._epochs], len(names))
        self._columns.add_scores(scores)
        for epoch, row in zip(self._epochs, scores.tolist(), strict=True):
            self._send(
                EpochEnded(
                    run_id=self._run_id,
                    epoch=epoch.epoch,
                    step=epoch.step,
                    train_loss=_known(epoch.train_loss),
                    train_metric=_known(epoch.train_metric),
                    validation_loss=_known(epoch.validation_loss),
                    validation_metric=_known(epoch.validation_metric),
                    scores=dict(zip(names, map(_known, row), strict=True)),
                )
            )

    def _read_planned(self, step: int) -> None:
        """Takes a planned reading, unless the run has paid enough for them so far."""
        start = self._clock()
        self._next_reading = step + self._reading_every
        if self._reading_seconds <= READINGS_SHARE * (start - self._began):
            self._read(step, self._seconds + start - self._flushed)
            self._reading_seconds += self._clock() - start

    def _read(self, step: int, seconds: float) -> None:
        if self._gauges is not None:
            self._readings.append((step, seconds, *self._gauges.read()))

    def _take_readings(self, step: int) -> tuple[NDArray[np.float64], ...]:
        """All readings since the last time and one of this step, stored too; nothing without gauges."""
        if self._gauges is None:
            return ()
        if not self._readings or self._readings[-1][0] != step:
            self._read(step, self._seconds)
        rows = np.array(self._readings, np.float64)
        self._columns.add_readings(rows)
        self._readings.clear()
        return (rows,)

    def _add_row(self, step: int) -> None:
        """Sends planned histograms, unless the run has paid enough for histograms so far."""
        start = self._clock()
        if self._histogram_seconds + self._last_seconds > ROWS_SHARE * (start - self._began):
            return
        self._send_weights(step, self._layers)
        self._next_row = step + self._every
        self._last_seconds = self._clock() - start
        self._histogram_seconds += self._last_seconds

    def _send_weights(self, step: int, layers: Sequence[nn.Module]) -> None:
        rows = weight_histograms(layers)
        self._send(Histograms(self._run_id, step, "weight", rows.nonfinite), (rows.counts, rows.edges))
        self.spoiled = "weights" if any(rows.nonfinite) else ""

    def _measure_rate(self, steps: int, seconds: float) -> None:
        if seconds > 0:
            rate = steps / seconds
            self._rate = rate if not self._rate else self._rate + _RATE_SHARE * (rate - self._rate)


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
