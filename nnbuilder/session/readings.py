"""Readings of a run's gauges over its steps: seconds of training, learning rate, norm of the gradients."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbuilder.session.series import Series

Doubles = NDArray[np.float64]


class Readings:
    """Grows while a run goes on; a row is step, seconds, learning rate and norm, steps rising.

    `rates` and `norms` hold one point for each row.
    """

    def __init__(self) -> None:
        self.rates = Series()
        self.norms = Series()
        self._rows: Doubles = np.empty((256, 2))

    def __len__(self) -> int:
        return len(self.rates)

    @property
    def steps(self) -> Doubles:
        """The steps that were read, as a view."""
        return self._rows[: len(self), 0]

    @property
    def seconds(self) -> Doubles:
        """How long the training had taken at each of them, as a view."""
        return self._rows[: len(self), 1]

    def append(self, rows: ArrayLike) -> None:
        """Adds rows, float64 (n, 4), at the end."""
        fresh = np.asarray(rows, np.float64).reshape(-1, 4)
        start, size = len(self), len(self) + len(fresh)
        if size > len(self._rows):
            grown = np.empty((max(size, 2 * len(self._rows)), 2))
            grown[:start] = self._rows[:start]
            self._rows = grown
        self._rows[start:size] = fresh[:, :2]
        self.rates.append(fresh[:, 2])
        self.norms.append(fresh[:, 3])

    def truncate(self, step: int) -> None:
        """Forgets what was read after a step."""
        size = int(np.searchsorted(self.steps, step, side="right"))
        self.rates.truncate(size)
        self.norms.truncate(size)
