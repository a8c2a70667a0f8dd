"""Curves that grow while they are drawn: float32 values under a pyramid of minima and maxima."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

FACTOR = 16
"""How many points of one level become one point of the next."""

Floats = NDArray[np.float32]


class Column:
    """A float32 array that grows at its end; `values` is a view of what is there."""

    def __init__(self) -> None:
        self._buffer: Floats = np.empty(1024, np.float32)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    @property
    def values(self) -> Floats:
        """What was appended so far; a view that later appends leave as it is."""
        return self._buffer[: self._size]

    def append(self, values: Floats) -> None:
        """Adds values at the end."""
        self.resize(self._size + len(values))
        self._buffer[self._size - len(values) : self._size] = values

    def resize(self, size: int) -> None:
        """Makes room for `size` values, or forgets those behind it."""
        if size > len(self._buffer):
            grown = np.empty(max(size, 2 * len(self._buffer)), np.float32)
            grown[: self._size] = self._buffer[: self._size]
            self._buffer = grown
        self._size = size


class Level:
    """Minima and maxima of `FACTOR` points each of the level below; the last group may be incomplete."""

    def __init__(self) -> None:
        self.low = Column()
        self.high = Column()
        self._covered = 0

    def follow(self, low: Floats, high: Floats, start: int) -> int:
        """Brings the level up to date with the one below, whose points from `start` on are new.

        Returns the first group that changed.
        """
        first = min(start, self._covered) // FACTOR
        _regroup(self.low, np.fmin, low[first * FACTOR :], first)
        _regroup(self.high, np.fmax, high[first * FACTOR :], first)
        self._covered = len(low)
        return first


class Series:
    """A growing curve over 0, 1, 2, ...; a redraw of 10^7 points looks at a few thousand numbers.

    Values that are not finite become NaN, and are left out of minima and maxima.
    """

    def __init__(self) -> None:
        self._values = Column()
        self._levels: list[Level] = []

    def __len__(self) -> int:
        return len(self._values)

    @property
    def values(self) -> Floats:
        """All values, as a view."""
        return self._values.values

    @property
    def last(self) -> float | None:
        """The newest value."""
        return float(self.values[-1]) if len(self) else None

    def append(self, values: ArrayLike) -> None:
        """Adds values at the end and updates the pyramid behind them."""
        fresh = np.atleast_1d(np.asarray(values, np.float32))
        fresh = np.where(np.isfinite(fresh), fresh, np.float32(np.nan))
        start = len(self)
        self._values.append(fresh)
        self._update(start)

    def truncate(self, size: int) -> None:
        """Forgets all values from index `size` on."""
        if size < len(self):
            self._values.resize(size)
            self._update(size)

    def clear(self) -> None:
        """Forgets all values."""
        self._values = Column()
        self._levels = []

    def visible(self, lo: float, hi: float, pixels: int) -> tuple[NDArray[np.float64], Floats, Floats]:
        """What to draw between the positions `lo` and `hi`: x, minima and maxima.

        There are more than half as many groups as `pixels` and no more than `pixels` and two at the ends, or
        every single point where fewer are in view (minima and maxima are then equal). All groups but the last
        hold equally many points; one without a finite value is NaN.
        """
        first, last = max(0, int(np.floor(lo))), min(len(self), int(np.ceil(hi)) + 1)
        if first >= last:
            return np.empty(0), np.empty(0, np.float32), np.empty(0, np.float32)
        depth, below = 0, 1
        while depth < len(self._levels) and (last - first) // (below * FACTOR) >= pixels:
            depth += 1
            below *= FACTOR
        low, high = self._at(depth)
        span = below * max(1, -(-(last - first) // (below * pixels)))
        start, end = first // span, -(-last // span)
        x = np.arange(start, end, dtype=np.float64) * span + (span - 1) / 2
        if span == below:
            return x, low[start:end], high[start:end]
        inside, every = slice(start * span // below, end * span // below), span // below
        return x, _reduced(np.fmin, low[inside], every), _reduced(np.fmax, high[inside], every)

    def _at(self, depth: int) -> tuple[Floats, Floats]:
        if depth == 0:
            values = self.values
            return values, values
        level = self._levels[depth - 1]
        return level.low.values, level.high.values

    def _update(self, start: int) -> None:
        """Recomputes all groups that hold a point from `start` on; keeps the topmost level short."""
        while len(self) > FACTOR ** (len(self._levels) + 2):
            self._levels.append(Level())
        while self._levels and len(self) <= FACTOR ** (len(self._levels) + 1):
            self._levels.pop()
        low = high = self.values
        for level in self._levels:
            start = level.follow(low, high, start)
            low, high = level.low.values, level.high.values


def _regroup(column: Column, reduce: np.ufunc, below: Floats, first: int) -> None:
    """Sets the groups from `first` on; `below` starts at the first point of group `first`."""
    column.resize(first)
    if len(below):
        column.append(_reduced(reduce, below, FACTOR))


def _reduced(reduce: np.ufunc, values: Floats, every: int) -> Floats:
    """One value for `every` values; the last group may be incomplete."""
    with np.errstate(invalid="ignore"):
        return np.asarray(reduce.reduceat(values, np.arange(0, len(values), every)), np.float32)
