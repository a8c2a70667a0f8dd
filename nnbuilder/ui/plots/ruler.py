"""The horizontal axis of curves: steps, epochs, or seconds of training."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnbuilder.session.readings import Readings

Unit = Literal["step", "epoch", "seconds"]
Doubles = NDArray[np.float64]

UNITS: dict[Unit, str] = {
    "step": "One step is one batch and one change of the weights",
    "epoch": "One epoch is one pass over all training data",
    "seconds": "Seconds of training, without pauses",
}
"""What an axis can count, with a sentence on each."""


PLURALS: dict[Unit, str] = {"step": "steps", "epoch": "epochs", "seconds": "seconds"}


class Ruler:
    """Turns the steps of one run into places on the axis and back; both ways are monotonic.

    Seconds are known at the readings of the run; between them they go evenly.
    """

    def __init__(self, unit: Unit = "step", per_epoch: int = 1, readings: Readings | None = None) -> None:
        self.unit = unit
        self._per_epoch = max(per_epoch, 1)
        self._readings = readings or Readings()

    def counting(self, unit: Unit) -> "Ruler":
        """The ruler of the same run in another unit."""
        return Ruler(unit, self._per_epoch, self._readings)

    def to_x(self, steps: ArrayLike) -> Doubles:
        """Places on the axis of some steps; NaN where the time of a run was never read."""
        found = np.asarray(steps, np.float64)
        if self.unit == "epoch":
            return found / self._per_epoch
        if self.unit == "seconds":
            return np.interp(found, *self._known()) if len(self._readings) else np.full(found.shape, np.nan)
        return found

    def to_step(self, x: float) -> float:
        """The step at a place on the axis."""
        if self.unit == "epoch":
            return x * self._per_epoch
        if self.unit == "seconds":
            steps, seconds = self._known()
            if 0.0 <= x <= seconds[-1]:
                return float(np.interp(x, seconds, steps))
            beyond = x - seconds[-1] if x > 0 else x  # at the mean speed of the whole run
            return float(steps[-1] if x > 0 else 0.0) + beyond * float(steps[-1] / seconds[-1] or 1.0)
        return x

    def _known(self) -> tuple[Doubles, Doubles]:
        """Steps and seconds from the start on; a run whose time is not known has got nowhere."""
        readings = self._readings
        if not len(readings) or readings.seconds[-1] <= 0:
            return np.array([0.0, 0.0]), np.array([0.0, 1e-9])
        return np.concatenate(([0.0], readings.steps)), np.concatenate(([0.0], readings.seconds))


def written(x: float, unit: Unit) -> str:
    """A place on the axis in words."""
    if unit == "step":
        return f"step {round(x):,}"
    return f"epoch {x:,.2f}" if unit == "epoch" else f"{x:,.1f} s"
