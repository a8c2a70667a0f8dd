"""Small pictures of what comes out of a node: its first numbers, rows or channels, and a histogram."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.preview import NodePreview

PICTURES = 6
"""Channels of the first row that are sent."""

SIDE = 28
"""Rows and columns of a picture at most; larger images are shrunk, longer rows cut."""

BINS = 24
FIRST = 8
"""Numbers of the first row that are sent."""

Array = NDArray[np.generic]
Drawn = tuple[NodePreview, tuple[Array, ...]]


def drawn(node: NodeId, output: torch.Tensor) -> Drawn:
    """What there is to see of an output, of any shape, the rows in dimension 0."""
    image = output.dim() > 3
    pictures = _channels(output) if image else _rows(output)
    first = output[0].flatten()[:FIRST] if output.dim() and len(output) else output.flatten()[:FIRST]
    return _told(node, output, image=image), (_floats(pictures), _floats(first), _histogram(output))


def loss_drawn(node: NodeId, rows: torch.Tensor, mean: torch.Tensor) -> Drawn:
    """What there is to see of the loss of each row (rows,), and what the loss makes of them all."""
    told = _told(node, rows, loss=True)
    pictures = rows.reshape(1, 1, -1)[..., :SIDE]
    return told, (_floats(pictures), _floats(mean.reshape(1)), _histogram(rows))


def _told(node: NodeId, output: torch.Tensor, *, image: bool = False, loss: bool = False) -> NodePreview:
    """Its shape, dtype and figures."""
    numbers = _finite(output)
    dtype = str(output.dtype).removeprefix("torch.")
    missing = output.numel() - numbers.numel()
    if not numbers.numel():
        return NodePreview(node, tuple(output.shape), dtype, nonfinite=missing, image=image, loss=loss)
    low, high = (float(one) for one in torch.aminmax(numbers))
    mean, spread = float(numbers.mean()), float(numbers.std(correction=0))
    return NodePreview(node, tuple(output.shape), dtype, low, high, mean, spread, missing, image, loss)


def _rows(output: torch.Tensor) -> torch.Tensor:
    """Rows of numbers as one picture; of a sequence the first row's steps."""
    if output.dim() == 3:
        return output[:1, :SIDE, :SIDE]
    if output.dim() == 2:
        return output[None, :SIDE, :SIDE]
    return output.reshape(1, 1, -1)[..., :SIDE]


def _channels(output: torch.Tensor) -> torch.Tensor:
    """The first row's first channels; of a volume the slice in its middle."""
    row = output[0, :PICTURES].float()
    while row.dim() > 3:
        row = row[:, row.shape[1] // 2]
    if max(row.shape[1:]) <= SIDE:
        return row
    scale = SIDE / max(row.shape[1:])
    tall, wide = (max(1, round(size * scale)) for size in row.shape[1:])
    return functional.adaptive_avg_pool2d(row, (tall, wide))


def _histogram(output: torch.Tensor) -> Array:
    """How many numbers lie in each bin between the least and the greatest."""
    numbers = _finite(output).numpy()
    low, high = (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)
    counts, _ = np.histogram(numbers, BINS, (low, high if high > low else low + 1.0))
    return counts.astype(np.int32)


def _finite(output: torch.Tensor) -> torch.Tensor:
    numbers = output.detach().double().flatten()
    return numbers[numbers.isfinite()]


def _floats(tensor: torch.Tensor) -> Array:
    found: Array = tensor.detach().to(torch.float32).contiguous().numpy()
    return found
