"""The data of a training as points to be shown: at most so many, those held out marked."""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from nnbuilder.engine.live.forward import Floats, in_units, some
from nnbuilder.engine.setup import Rows
from nnbuilder.engine.trainer import Trainer

MOST_POINTS = 1500
"""Points of training and validation part together that are shown."""


class Points(NamedTuple):
    """Samples as the network takes them, and in the data's own units: x (n, features), y (n, values)."""

    rows: Rows
    x: Floats
    y: Floats
    held_out: NDArray[np.int32]


def points_of(trainer: Trainer, most: int = MOST_POINTS) -> Points:
    """Points of both parts by their shares, the training part's first."""
    parts = (trainer.setup.train, trainer.setup.validation)
    total = sum(len(part.x) for part in parts)
    kept = [some(part, max(1, most * len(part.x) // total)) if len(part.x) else part for part in parts]
    rows = Rows(torch.cat([part.x for part in kept]), torch.cat([part.y for part in kept]))
    held_out = np.repeat(np.array([0, 1], np.int32), [len(part.x) for part in kept])
    return Points(rows, *in_units(trainer, rows), held_out)
