"""The plane of two features: its extent around the data, and a grid of samples on it."""

import numpy as np

from nnbuilder.engine.live.forward import Floats, in_units, takes_numbers
from nnbuilder.engine.trainer import Trainer
from nnbuilder.protocol.predictions import Plane

AROUND = 0.08
"""How far the plane reaches beyond the data, as a share of their extent."""

ALIKE = 2.0
"""Up to this ratio of their extents, both features get the same scale, so that shapes stay true."""


def plane_of(trainer: Trainer) -> Plane | None:
    """The plane around training and validation part; None where samples are not two numbers."""
    if trainer.prepared.profile.shape != (2,) or not takes_numbers(trainer):
        return None
    x = np.concatenate(
        [in_units(trainer, part)[0] for part in (trainer.setup.train, trainer.setup.validation)]
    )
    low, high = x.min(0), x.max(0)
    extent = np.where(high > low, high - low, 1.0)
    if extent.max() <= ALIKE * extent.min():
        extent[:] = extent.max()
    middle, half = (low + high) / 2, extent * (0.5 + AROUND)
    left, bottom = (middle - half).tolist()
    right, top = (middle + half).tolist()
    return left, bottom, right, top


def grid(plane: Plane, size: int) -> Floats:
    """Samples (size * size, 2) all over a plane, row by row from the bottom, at the middle of each cell."""
    left, bottom, right, top = plane
    places = (np.arange(size) + 0.5) / size
    x, y = np.meshgrid(left + places * (right - left), bottom + places * (top - bottom))
    return np.column_stack((x.ravel(), y.ravel()))


def names_of(trainer: Trainer) -> tuple[str, str]:
    """What the two features are called."""
    names = trainer.prepared.profile.features
    return (names[0], names[1]) if len(names) == 2 else ("x", "y")
