"""Histograms of all layers' weights and gradients: one row of 64 bins per layer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

BINS = 64


@dataclass(frozen=True, slots=True, eq=False)
class HistogramRows:
    """Histograms of several layers: counts float32 (layers, bins), edges float32 (layers, 2) low and high.

    `nonfinite` counts NaN and infinite values per layer; they are in no bin.
    """

    counts: NDArray[np.float32]
    edges: NDArray[np.float32]
    nonfinite: tuple[int, ...]


def weight_histograms(layers: Sequence[nn.Module]) -> HistogramRows:
    """One histogram per layer over all its parameters together."""
    return histogram_rows([list(layer.parameters()) for layer in layers])


def gradient_histograms(layers: Sequence[nn.Module]) -> HistogramRows:
    """One histogram per layer over the gradients of its last step; all zero where there are none."""
    return histogram_rows(
        [
            [parameter.grad for parameter in layer.parameters() if parameter.grad is not None]
            for layer in layers
        ]
    )


@torch.no_grad()
def histogram(tensors: Iterable[torch.Tensor]) -> tuple[torch.Tensor, float, float, int]:
    """Counts (bins,) over all values, the lowest and highest edge, and how many values are not finite.

    As in `numpy.histogram`: equal bins from the least to the greatest value, the last one closed; where all
    values are equal, half a unit to either side, or a thousandth of a large value.
    """
    parts = [tensor.detach().reshape(-1).float() for tensor in tensors if tensor.numel()]
    bounds = [bound for part in parts for bound in torch.stack(part.aminmax()).tolist()]
    nonfinite = 0
    if not np.isfinite(bounds).all():
        size = sum(map(len, parts))
        parts = [finite for part in parts if len(finite := part[part.isfinite()])]
        nonfinite = size - sum(map(len, parts))
        bounds = [bound for part in parts for bound in torch.stack(part.aminmax()).tolist()]
    low, high = (min(bounds), max(bounds)) if bounds else (0.0, 0.0)
    if low == high:
        half = max(0.5, 1e-3 * abs(low))
        low, high = low - half, high + half
    counts = torch.zeros(BINS)
    for part in parts:
        counts += torch.histc(part, BINS, low, high).cpu()
    return counts, low, high, nonfinite


def histogram_rows(layers: Sequence[Sequence[torch.Tensor]]) -> HistogramRows:
    """One histogram for each layer, over all its tensors together."""
    found = [histogram(tensors) for tensors in layers]
    counts = np.zeros((len(found), BINS), np.float32)
    for row, (bins, *_) in zip(counts, found, strict=True):
        row[:] = bins.numpy()
    edges = np.array([(low, high) for _, low, high, _ in found], np.float32).reshape(-1, 2)
    return HistogramRows(counts, edges, tuple(nonfinite for *_, nonfinite in found))
