"""The live report of how each neuron responds all over the plane of two features."""

import numpy as np
import torch
from numpy.typing import NDArray

from nnbuilder.engine.live.forward import entering, undisturbed
from nnbuilder.engine.live.plane import grid, names_of, plane_of
from nnbuilder.engine.live.report import Report, Reported
from nnbuilder.engine.metrics import numbers
from nnbuilder.engine.trainer import Trainer
from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import orders_of
from nnbuilder.protocol.predictions import MOST_NEURONS, Neurons, Plane

CELLS = 30
"""Responses along each side of the plane."""

MOST_TILES = 4096
"""Neurons of all layers together whose responses are sent, but for one of each layer."""

Bytes = NDArray[np.uint8]
Peaks = NDArray[np.float32]


def neurons(trainer: Trainer) -> Report | None:
    """The report for a training on two features."""
    plane = plane_of(trainer)
    return None if plane is None else _Neurons(trainer, plane)


class _Neurons:
    """Keeps the grid, which no step changes."""

    def __init__(self, trainer: Trainer, plane: Plane) -> None:
        self._trainer = trainer
        self._plane = plane
        self._grid = entering(trainer, grid(plane, CELLS))
        self._each = max(1, min(MOST_NEURONS, MOST_TILES // (len(trainer.setup.layers) + 1)))
        self._input = orders_of(trainer.project.graph)[None].chain[0]

    def __call__(self, run_id: str) -> Reported | None:
        """All layers that give each sample a row of numbers, the features first."""
        trainer, x = self._trainer, self._grid.clone()
        found: list[tuple[NodeId, int, Bytes, Peaks]] = []
        with undisturbed(trainer) as model:
            found += self._responses(self._input, x.reshape(len(x), -1))
            for node, layer in trainer.setup.modules(model):
                x = layer(x)
                found += self._responses(node, x)
        layers, sizes, pictures, peaks = zip(*found, strict=True)
        message = Neurons(run_id, trainer.step, names_of(trainer), self._plane, layers, sizes)
        return message, (*pictures, *peaks)

    def _responses(self, node: NodeId, x: torch.Tensor) -> list[tuple[NodeId, int, Bytes, Peaks]]:
        """A layer's responses where they can be shown, copied before the next layer may change them."""
        if x.ndim != 2 or not x.shape[1] or not x.is_floating_point():
            return []
        return [(node, x.shape[1], *as_bytes(numbers(x[:, : self._each])))]


def as_bytes(responses: NDArray[np.floating]) -> tuple[Bytes, Peaks]:
    """Responses (cells, neurons) as pictures uint8 (neurons, CELLS, CELLS) and their peaks (neurons,)."""
    columns = np.asarray(responses, np.float32).T
    finite = np.isfinite(columns)
    size = np.where(finite, np.abs(columns), 0)
    peaks = size.max(1)
    scale = 127 / np.where(peaks > 0, peaks, 1)[:, None]
    places = np.rint(np.where(finite, columns, 0) * scale) + 128
    pictures = np.where(finite, places, 0).astype(np.uint8)
    return pictures.reshape(-1, CELLS, CELLS), peaks
