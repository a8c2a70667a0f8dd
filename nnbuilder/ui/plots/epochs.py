"""The values after each epoch as growing series."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.messages import EpochEnded
from nnbuilder.session.series import Series
from nnbuilder.ui.plots.curve import Curve, Listed
from nnbuilder.ui.plots.ruler import Ruler


class EpochSeries:
    """Validation loss, metric and further scores of a run, one point an epoch; what is missing is a gap.

    `rows` is the list that the run itself keeps, which grows and may be cut.
    """

    def __init__(self, rows: Sequence[EpochEnded]) -> None:
        self._rows = rows
        self.loss = Series()
        self.metric = Series()
        self.scores: dict[str, Series] = {}
        self._steps: NDArray[np.float64] = np.empty(64)

    @property
    def steps(self) -> NDArray[np.float64]:
        """The steps at which epochs ended, as a view."""
        return self._steps[: len(self.loss)]

    def follow(self) -> None:
        """Takes over the epochs that are new."""
        start, fresh = len(self.loss), self._rows[len(self.loss) :]
        if not fresh:
            return
        if start + len(fresh) > len(self._steps):
            self._steps = np.resize(self._steps, 2 * (start + len(fresh)))
        self._steps[start : start + len(fresh)] = [row.step for row in fresh]
        self.loss.append([_number(row.validation_loss) for row in fresh])
        self.metric.append([_number(row.validation_metric) for row in fresh])
        for name in dict.fromkeys(name for row in fresh for name in row.scores):
            series = self.scores.setdefault(name, Series())
            series.append([np.nan] * (start - len(series)))
        for name, series in self.scores.items():
            series.append([_number(row.scores.get(name)) for row in fresh])

    def cut(self) -> None:
        """Forgets the epochs that the run went back over."""
        for series in (self.loss, self.metric, *self.scores.values()):
            series.truncate(len(self._rows))

    def curve(
        self, word: str, series: Series, token: str, ruler: Ruler, *, dashed: bool = False, run: str = ""
    ) -> Curve:
        """A series as a curve: each point lies at the end of its epoch."""
        brief = "val" if word == "validation" else word
        return Curve(word, brief, series, token, Listed(lambda: self.steps), ruler, dashed=dashed, run=run)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
