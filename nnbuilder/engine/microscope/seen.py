"""What is to be told of a place: arithmetic, and tensors with as many of their numbers as are sent."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nnbuilder.protocol.microscope import Role, Tensor
from nnbuilder.protocol.worked import Worked

NUMBERS = 65_536
"""Numbers of a tensor that are sent at most, in whole rows."""

Array = NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is to be told of a place."""

    worked: tuple[Worked, ...]
    tensors: tuple[tuple[Tensor, torch.Tensor], ...]
    loss_after: float | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()


def tensor_of(
    title: str,
    tensor: torch.Tensor,
    role: Role,
    chosen: tuple[int, ...],
    window: tuple[tuple[int, ...], ...] = (),
) -> tuple[Tensor, torch.Tensor]:
    """A tensor as it is shown, beside its numbers."""
    dtype = str(tensor.dtype).removeprefix("torch.")
    return Tensor(title, tuple(tensor.shape), dtype, chosen, role, window), tensor.detach()


def array_of(tensor: torch.Tensor) -> Array:
    """The numbers that are sent: whole rows, as many as fit."""
    if tensor.dim() and tensor.numel() > NUMBERS:
        tensor = tensor[: max(1, NUMBERS // max(tensor[0].numel(), 1))]
    if tensor.dtype not in (torch.float32, torch.float64, torch.int64):
        tensor = tensor.float()
    found: Array = tensor.contiguous().numpy()
    return found


def finite(value: torch.Tensor) -> float | None:
    """A number as JSON can carry it; None for NaN and the infinities."""
    plain = float(value.detach())
    return plain if math.isfinite(plain) else None
