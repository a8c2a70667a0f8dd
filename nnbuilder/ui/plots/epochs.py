"""The values after each epoch as growing series."""

import numpy as np

from nnbuilder.session.run import Run
from nnbuilder.session.series import Series
from nnbuilder.ui.plots.curve import Curve


class EpochSeries:
    """Validation loss and metric of a run, one point an epoch; epochs without one are gaps."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._rows = run.validation
        self.loss = Series()
        self.metric = Series()

    def follow(self) -> None:
        """Takes over the epochs that are new."""
        fresh = self._rows[len(self.loss) :]
        if fresh:
            self.loss.append([_number(row.validation_loss) for row in fresh])
            self.metric.append([_number(row.validation_metric) for row in fresh])

    def cut(self) -> None:
        """Forgets the epochs that the run went back over."""
        for series in (self.loss, self.metric):
            series.truncate(len(self._rows))

    def curve(self, series: Series) -> Curve:
        """A series as a curve over steps: each point lies at the end of its epoch."""
        length = float(max(self._run.steps_per_epoch, 1))
        first = float(self._rows[0].step) if self._rows else length
        return Curve("validation", "val", series, "validation", scale=length, offset=first)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
