"""What a run has shown so far: its curves, its epochs, its histograms and its moments."""

from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.messages import EpochEnded, Event, Histograms, MomentsKept, Progress
from nnbuilder.runs.metrics import read_readings, read_steps
from nnbuilder.runs.moments import list_moments
from nnbuilder.session.history import HistogramHistory
from nnbuilder.session.readings import Readings
from nnbuilder.session.series import Series

if TYPE_CHECKING:
    from nnbuilder.graph.graph import NodeId


class RunCourse(QObject):
    """The course of a run as the window has heard of it.

    `moments` are the steps after which it can be looked at and gone back to, `learning_rate` is that of the
    next step, None where it is not known.
    """

    progressed = Signal()
    epoch_ended = Signal(object)
    histograms_changed = Signal(object)
    moments_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reset()

    def _reset(self) -> None:
        """Forgets what an earlier run showed."""
        self.losses = Series()
        self.metrics = Series()
        self.readings = Readings()
        self.validation: list[EpochEnded] = []
        self.histograms = HistogramHistory()
        self.layers: tuple[NodeId, ...] = ()
        self.step = 0
        self.epochs = 0
        self.steps_per_epoch = 0
        self.rate = 0.0
        self.metric = ""
        self.message = ""
        self.notices: tuple[str, ...] = ()
        self._trouble = ""
        self.moments: tuple[int, ...] = ()
        self.learning_rate: float | None = None

    def epoch_of(self, step: int) -> int:
        """The epoch that a step is part of, counted from 1; 0 for the start."""
        return min(-(-step // self.steps_per_epoch), self.epochs) if self.steps_per_epoch else 0

    def _take_course(self, message: Event, arrays: Arrays) -> None:
        match message:
            case Progress():
                self._take_progress(message, arrays)
            case EpochEnded():
                self.validation.append(message)
                self.epoch_ended.emit(message)
            case Histograms():
                self.histograms_changed.emit(self.histograms.add(message, arrays))
            case MomentsKept():
                self._take_moments(message)
            case _:
                pass

    def _take_progress(self, progress: Progress, arrays: Arrays) -> None:
        losses, metrics, *readings = arrays
        for rows in readings:
            self.readings.append(rows)
        self.losses.append(losses)
        self.metrics.append(metrics)
        self.step, self.rate = progress.step, progress.rate
        self.progressed.emit()

    def _take_moments(self, kept: MomentsKept) -> None:
        self.moments = kept.steps
        others = (notice for notice in self.notices if notice != self._trouble)
        self.notices = (*others, *filter(None, [kept.trouble]))
        self._trouble = kept.trouble
        self.moments_changed.emit()

    def _adopt(self, folder: Path) -> None:
        """Begins with the course of a run on disk, of which this one goes on."""
        self._reset()
        losses, metrics = read_steps(folder)
        self.losses.append(losses)
        self.metrics.append(metrics)
        self.readings.append(read_readings(folder))
        self.moments = tuple(moment.step for moment in list_moments(folder))

    def _cut(self, step: int) -> None:
        """Forgets what lies behind a step, because the run goes on from there; fills in what never came."""
        for series in (self.losses, self.metrics):
            series.truncate(step)
            series.append([nan] * (step - len(series)))
        self.readings.truncate(step)
        self.validation[:] = [row for row in self.validation if row.step <= step]
        self.histograms.truncate(step)
        self.step = step
        self.moments = tuple(moment for moment in self.moments if moment <= step)
        self.progressed.emit()
        self.moments_changed.emit()
