"""A curve as a value: which series, where it lies on the axis of steps, and how it looks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnbuilder.session.series import Floats, Series

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Point number i of `series` lies at step `offset + i * scale`.

    `word` names it in the legend (empty: it is a shadow of another curve and is not named), `brief` where
    there is little room. `token` is its colour, `alpha` its opacity.
    """

    word: str
    brief: str
    series: Series
    token: str
    scale: float = 1.0
    offset: float = 0.0
    alpha: float = 1.0
    width: float = 1.6

    @property
    def end(self) -> float:
        """The step of the last point; minus infinity where there is none."""
        return self.offset + (len(self.series) - 1) * self.scale if len(self.series) else -np.inf

    def at(self, step: float) -> float | None:
        """The value of the point nearest to a step; None beyond the ends or where it is not finite."""
        place = round((step - self.offset) / self.scale)
        if not 0 <= place < len(self.series):
            return None
        value = float(self.series.values[place])
        return value if np.isfinite(value) else None

    def visible(self, low: float, high: float, pixels: int) -> tuple[Doubles, Floats, Floats]:
        """Steps, minima and maxima to draw between two steps."""
        start, end = (low - self.offset) / self.scale, (high - self.offset) / self.scale
        x, least, most = self.series.visible(start, end, pixels)
        return x * self.scale + self.offset, least, most


def polyline(x: Doubles, least: Floats, most: Floats) -> tuple[Doubles, Doubles]:
    """One line through minima and maxima, or through single points where they are equal."""
    if least is most or np.array_equal(least, most, equal_nan=True):
        return x, np.asarray(least, np.float64)
    return np.repeat(x, 2), np.stack((least, most), axis=1).ravel().astype(np.float64)
