"""A curve as a value: which series, where it lies on the axis, and how it looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnbuilder.session.series import Floats, Series
from nnbuilder.ui.plots.ruler import Ruler

Doubles = NDArray[np.float64]


class Places(Protocol):
    """At which steps the points of a series lie; both ways are monotonic."""

    def steps(self, indices: Doubles) -> Doubles:
        """The steps of points; an index between two points lies between their steps."""

    def index(self, step: float) -> float:
        """The index at a step, between two points where it lies between them."""


@dataclass(frozen=True, slots=True)
class Even:
    """Point number i lies at step `first + i * gap`."""

    first: float = 1.0
    gap: float = 1.0

    def steps(self, indices: Doubles) -> Doubles:
        """The steps of points."""
        return self.first + indices * self.gap

    def index(self, step: float) -> float:
        """The index at a step."""
        return (step - self.first) / self.gap


@dataclass(frozen=True, slots=True)
class Listed:
    """The steps of all points, in rising order, as `known` gives them when it is asked."""

    known: Callable[[], Doubles]

    def steps(self, indices: Doubles) -> Doubles:
        """The steps of points."""
        known = self.known()
        below = np.clip(np.floor(indices).astype(np.int64), 0, max(len(known) - 2, 0))
        above = np.minimum(below + 1, len(known) - 1)
        share = np.clip(indices - below, 0.0, 1.0)
        return np.asarray(known[below] + share * (known[above] - known[below]), np.float64)

    def index(self, step: float) -> float:
        """The index at a step."""
        known = self.known()
        if len(known) < 2:
            return float((step - known[0]) / (known[0] or 1.0)) if len(known) else -1.0
        after = min(max(int(np.searchsorted(known, step)), 1), len(known) - 1)
        return after - float(known[after] - step) / float(known[after] - known[after - 1])


BY_STEP = Ruler()
"""An axis of steps."""

EVERY_STEP = Even()
"""One point a step, the first one after step 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A series over the steps at which its points lie, drawn where `ruler` puts these.

    `word` names it in the legend (empty: it is a shadow of another curve and is not named), `brief` where
    there is little room, `column` in a table. `run` names the run that it belongs to, empty for the window's
    own. `token` is its colour, `alpha` its opacity.
    """

    word: str
    brief: str
    series: Series
    token: str
    places: Places = EVERY_STEP
    ruler: Ruler = BY_STEP
    alpha: float = 1.0
    width: float = 1.6
    dashed: bool = False
    run: str = ""
    column: str = ""

    @property
    def end(self) -> float:
        """Where the last point lies on the axis; minus infinity where there is none."""
        if not len(self.series):
            return -np.inf
        last = self.places.steps(np.array([len(self.series) - 1.0]))
        place = float(self.ruler.to_x(last)[0])
        return place if np.isfinite(place) else -np.inf

    def at(self, x: float) -> float | None:
        """The value of the point nearest to a place; None beyond the ends or where it is not finite."""
        index = round(self.places.index(self.ruler.to_step(x)))
        if not 0 <= index < len(self.series):
            return None
        value = float(self.series.values[index])
        return value if np.isfinite(value) else None

    def visible(self, low: float, high: float, pixels: int) -> tuple[Doubles, Floats, Floats]:
        """Places, minima and maxima to draw between two places on the axis."""
        start, end = (self.places.index(self.ruler.to_step(edge)) for edge in (low, high))
        at, least, most = self.series.visible(start, end, pixels)
        return self.ruler.to_x(self.places.steps(at)) if len(at) else at, least, most


def polyline(x: Doubles, least: Floats, most: Floats) -> tuple[Doubles, Doubles]:
    """One line through minima and maxima, or through single points where they are equal."""
    if least is most or np.array_equal(least, most, equal_nan=True):
        return x, np.asarray(least, np.float64)
    return np.repeat(x, 2), np.stack((least, most), axis=1).ravel().astype(np.float64)
