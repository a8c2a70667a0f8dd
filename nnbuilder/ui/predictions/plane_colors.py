"""The colours of the plane: each class in its own, paler where the network is less sure."""

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.codec import Arrays
from nnbuilder.protocol.predictions import Boundary
from nnbuilder.ui.common.colors import Palette
from nnbuilder.ui.common.heat import Bytes, Doubles, channels, diverging, mix
from nnbuilder.ui.common.tints import class_color

_PALEST, _STRONGEST = 0.06, 0.72
"""Shares of a class's own colour where nothing speaks for it, and where all does."""


def plane_pixels(report: Boundary, arrays: Arrays, palette: Palette) -> Bytes:
    """The plane as uint8 (rows, columns, 4), from the bottom up."""
    values, sure = (np.asarray(array, np.float64) for array in arrays[:2])
    if not report.classes:
        low, high = value_span(arrays)
        return diverging(palette)[_as_bytes(values, low, high)]
    count = len(report.classes)
    table = np.array([channels(class_color(palette, index)) for index in range(int(values.max()) + 1)])
    known = np.clip((sure - 1 / count) / max(1 - 1 / count, 1e-9), 0, 1)
    share = _PALEST + (_STRONGEST - _PALEST) * known
    own = table[values.astype(int)].reshape(-1, 4)
    pixels = mix(channels(palette.color("canvas")), own, share.ravel())
    return np.rint(pixels).astype(np.uint8).reshape(*values.shape, 4)


def value_span(arrays: Arrays) -> tuple[float, float]:
    """The values that colours reach over: those of the data."""
    targets = np.asarray(arrays[3], np.float64)
    return (float(targets.min()), float(targets.max())) if len(targets) else (-1.0, 1.0)


def value_colors(values: NDArray[np.float32], span: tuple[float, float], palette: Palette) -> Bytes:
    """The colour of each value (n,) of the data, as the plane has it: uint8 (n, 4)."""
    return diverging(palette)[_as_bytes(np.asarray(values, np.float64), *span)]


def _as_bytes(values: Doubles, low: float, high: float) -> Bytes:
    half = (high - low) / 2 or 1.0
    places = np.rint((values - (low + high) / 2) / half * 127).clip(-127, 127) + 128
    return np.where(np.isfinite(values), np.nan_to_num(places), 0).astype(np.uint8)
