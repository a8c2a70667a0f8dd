"""The live report of what is predicted all over the plane of two features."""

import numpy as np
from numpy.typing import NDArray

from nnbuilder.engine.live.decide import decided
from nnbuilder.engine.live.forward import Floats, entering, outputs, values_in_units
from nnbuilder.engine.live.plane import grid, names_of, plane_of
from nnbuilder.engine.live.points import points_of
from nnbuilder.engine.live.report import Report, Reported
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.predictions import Boundary, Plane

CELLS = 80
"""Predictions along each side of the plane."""


def boundary(trainer: Trainer) -> Report | None:
    """The report for a training on two features, of classes or of one value."""
    plane = plane_of(trainer)
    return None if plane is None or trainer.prepared.profile.values > 1 else _Boundary(trainer, plane)


class _Boundary:
    """Keeps grid and points, which no step changes."""

    def __init__(self, trainer: Trainer, plane: Plane) -> None:
        self._trainer = trainer
        self._plane = plane
        self._grid = entering(trainer, grid(plane, CELLS))
        points = points_of(trainer)
        self._data = (
            points.x.astype(np.float32),
            points.y.reshape(-1).astype(np.float32),
            points.held_out,
        )

    def __call__(self, run_id: str) -> Reported | None:
        """The plane as the network sees it now."""
        trainer, profile = self._trainer, self._trainer.prepared.profile
        output = outputs(trainer, self._grid)
        if profile.classes:
            values, sure = decided(trainer, output)
        else:
            values = values_in_units(trainer, output)
            sure = np.ones_like(values)
        message = Boundary(
            run_id, trainer.step, names_of(trainer), self._plane, profile.classes, profile.target
        )
        return message, (_square(values), _square(sure), *self._data)


def _square(values: Floats) -> NDArray[np.float32]:
    return values.reshape(CELLS, CELLS).astype(np.float32)
