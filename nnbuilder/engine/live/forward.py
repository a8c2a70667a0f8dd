"""Runs a network that is being trained, and leaves no trace of it in the training."""

import contextlib
from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from nnbuilder.engine.batches import pieces
from nnbuilder.engine.evaluate import CHUNK_ROWS
from nnbuilder.engine.metrics import numbers
from nnbuilder.engine.setup import Rows
from nnbuilder.engine.trainer import Trainer

Floats = NDArray[np.float64]


@contextlib.contextmanager
def undisturbed(trainer: Trainer) -> Iterator[nn.Sequential]:
    """The network in eval mode, without gradients; modes and random numbers are afterwards as before."""
    model, device = trainer.model, trainer.setup.device
    trained = [module for module in model.modules() if module.training]
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices), torch.inference_mode():
        model.eval()
        try:
            yield model
        finally:
            for module in trained:
                module.training = True


def outputs(trainer: Trainer, x: torch.Tensor) -> torch.Tensor:
    """What the network makes of rows like those that it is trained on, in pieces that fit into memory."""
    with undisturbed(trainer) as model:
        return torch.cat([model(part.clone()) for part in pieces(x, CHUNK_ROWS)])


def entering(trainer: Trainer, samples: Floats) -> torch.Tensor:
    """Samples (n, features) in the data's own units as the network takes them."""
    like, scaling = trainer.setup.train.x, trainer.prepared.scaling
    shape = trainer.prepared.train.x.shape[1:]
    scaled = (samples.reshape(len(samples), *shape) - scaling.x_mean) / scaling.x_scale
    x = torch.from_numpy(scaled.astype(np.float32)).reshape(len(samples), *like.shape[1:])
    return x.to(like.device, like.dtype)


def takes_numbers(trainer: Trainer) -> bool:
    """Whether the network takes numbers that can lie between others, not for example tokens."""
    return trainer.setup.train.x.is_floating_point()


def in_units(trainer: Trainer, rows: Rows) -> tuple[Floats, Floats]:
    """Samples (n, features) and targets (n, values) of a part in the data's own units."""
    scaling = trainer.prepared.scaling
    x = numbers(rows.x).astype(np.float64).reshape(len(rows.x), *scaling.x_mean.shape)
    return (x * scaling.x_scale + scaling.x_mean).reshape(len(x), -1), values_in_units(trainer, rows.y)


def values_in_units(trainer: Trainer, values: torch.Tensor) -> Floats:
    """Targets or predictions (n, values) in the data's own units; class indices stay as they are."""
    plain = numbers(values).astype(np.float64).reshape(len(values), -1)
    scaling = trainer.prepared.scaling
    if trainer.prepared.profile.classes:
        return plain
    if trainer.project.data.reconstruct:
        return plain * scaling.x_scale.reshape(-1) + scaling.x_mean.reshape(-1)
    return plain * scaling.y_scale + scaling.y_mean


def some(rows: Rows, most: int) -> Rows:
    """At most so many rows, spread evenly over all."""
    if len(rows.x) <= most:
        return rows
    chosen = torch.linspace(0, len(rows.x) - 1, most, device=rows.x.device).round().long()
    return Rows(rows.x[chosen], rows.y[chosen])
