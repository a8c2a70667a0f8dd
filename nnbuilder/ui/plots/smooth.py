"""A curve's moving mean, grown along with the curve."""

import numpy as np

from nnbuilder.session.series import Floats, Series

_BLOCK = 2**18
_BLOCKS = 4
"""Blocks that are computed in one go: a long curve is caught up with over some redraws."""


class Smoothed:
    """The mean of the last `window` finite values at each point of a growing series."""

    def __init__(self, source: Series, window: int) -> None:
        self.source = source
        self.window = max(window, 1)
        self.series = Series()

    @property
    def behind(self) -> bool:
        """Whether there are points whose mean is not known yet."""
        return len(self.series) < len(self.source)

    def follow(self) -> None:
        """Brings the means closer to the source, which may have grown or been cut; see `behind`."""
        self.series.truncate(len(self.source))
        for _ in range(_BLOCKS):
            start = len(self.series)
            if start < len(self.source):
                self.series.append(self._means(start, min(start + _BLOCK, len(self.source))))

    def _means(self, start: int, end: int) -> Floats:
        first = max(0, start - self.window)
        values = np.asarray(self.source.values[first:end], np.float64)
        finite = np.isfinite(values)
        sums = np.concatenate(([0.0], np.cumsum(np.where(finite, values, 0.0))))
        counts = np.concatenate(([0], np.cumsum(finite)))
        to = np.arange(start, end) + 1 - first
        since = np.maximum(to - self.window, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = (sums[to] - sums[since]) / (counts[to] - counts[since])
        return np.asarray(means, np.float32)
