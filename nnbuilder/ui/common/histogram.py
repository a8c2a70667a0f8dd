"""One layer's histogram as a value: counts over a range, with what can be said of it.

Histograms come with many bins, as layers of a million weights deserve. Few weights in many bins are a row of
spikes that tells nothing, so views show as many bins as the number of values can fill.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nnbuilder.session.history import HistogramRow

Numbers = NDArray[np.float64]

FEWEST_BINS = 12
MOST_BINS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Counts of equal bins between `low` and `high`; `nonfinite` values are in no bin."""

    counts: Numbers
    low: float
    high: float
    nonfinite: int = 0
    step: int = 0

    @property
    def total(self) -> float:
        """How many values are in the bins."""
        return float(self.counts.sum())

    @property
    def width(self) -> float:
        """The width of a bin; 1 where all values are the same."""
        return (self.high - self.low) / len(self.counts) or 1.0

    @property
    def centers(self) -> Numbers:
        """The middle of each bin."""
        return self.low + (np.arange(len(self.counts)) + 0.5) * (self.high - self.low) / len(self.counts)

    @property
    def densities(self) -> Numbers:
        """Shares per unit of the axis, so that histograms over different ranges compare."""
        return self.counts / (max(self.total, 1.0) * self.width)

    @property
    def mean(self) -> float:
        """The mean, as exactly as the bins tell."""
        return float((self.counts * self.centers).sum() / max(self.total, 1.0))

    @property
    def spread(self) -> float:
        """The standard deviation, as exactly as the bins tell."""
        squares = self.counts * (self.centers - self.mean) ** 2
        return float(np.sqrt(squares.sum() / max(self.total, 1.0)))

    def legible(self) -> "Histogram":
        """The same values in no more bins than their number can fill."""
        wanted = bins_for(self.total)
        if wanted >= len(self.counts):
            return self
        return replace(self, counts=merged(self.counts, wanted))


def histogram_of(array: NDArray[np.generic]) -> Histogram:
    """The histogram of all numbers of an array; those that are not finite are counted beside it."""
    numbers = array.astype(np.float64).ravel()
    finite = numbers[np.isfinite(numbers)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    counts, _ = np.histogram(finite, MOST_BINS, (low, high if high > low else low + 1.0))
    return Histogram(counts.astype(np.float64), low, high, int(numbers.size - finite.size))


def bins_for(values: float) -> int:
    """How many bins to show so many values in: the square root of their number, 12 to 64."""
    return min(max(math.ceil(math.sqrt(values)), FEWEST_BINS), MOST_BINS)


def merged(counts: Numbers, bins: int) -> Numbers:
    """Counts of fewer bins over the same range; a bin that lies across an edge is shared out."""
    edges = np.linspace(0, len(counts), bins + 1)
    below = np.interp(edges, np.arange(len(counts) + 1), np.concatenate(([0.0], np.cumsum(counts))))
    return np.diff(below)


def of_layer(row: HistogramRow, index: int) -> Histogram | None:
    """The histogram of one layer in a row; None where the row lacks it or its range is not finite."""
    if not 0 <= index < len(row.counts):
        return None
    low, high = (float(edge) for edge in row.edges[index])
    if not (np.isfinite(low) and np.isfinite(high)):
        low = high = 0.0
    counts = np.nan_to_num(np.asarray(row.counts[index], np.float64))
    nonfinite = row.nonfinite[index] if index < len(row.nonfinite) else 0
    return Histogram(counts, low, high, nonfinite, row.step)
