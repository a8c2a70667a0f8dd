"""Numbers as colours: pictures of responses, blue below zero and orange above."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from nnbuilder.ui.common.colors import Palette

Bytes = NDArray[np.uint8]
Doubles = NDArray[np.float64]

ZERO = 128
"""The byte of a response of 0; 1 and 255 are the ends, 0 stands for what is not finite."""


def channels(color: QColor) -> Doubles:
    """Red, green, blue and opacity, 0 to 255."""
    return np.array(color.getRgb(), np.float64)


def diverging(palette: Palette) -> Bytes:
    """The colour of each byte of a response, uint8 (256, 4)."""
    middle = channels(palette.color("card"))
    ends = channels(palette.color("low")), channels(palette.color("high"))
    places = (np.arange(256) - ZERO) / (ZERO - 1)
    table = np.where(places[:, None] < 0, mix(middle, ends[0], -places), mix(middle, ends[1], np.abs(places)))
    table[0] = channels(palette.color("error"))
    return np.rint(table).clip(0, 255).astype(np.uint8)


def mix(one: Doubles, other: Doubles, share: Doubles) -> Doubles:
    """Colours (n, 4) between two, by shares (n,)."""
    return np.asarray(one + (other - one) * share[:, None], np.float64)


def image_of(pixels: Bytes) -> QImage:
    """A picture of pixels uint8 (height, width, 4), the first row at the top."""
    height, width, _ = pixels.shape
    data = np.ascontiguousarray(pixels).tobytes()
    return QImage(data, width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()


def sheet(pictures: Bytes, columns: int, gap: int, table: Bytes) -> QImage:
    """Responses uint8 (n, rows, columns) from the bottom up, side by side on one transparent picture."""
    count, tall, wide = pictures.shape
    columns = max(1, min(columns, count))
    lines = max(1, math.ceil(count / columns))
    pixels = np.zeros((lines * (tall + gap) - gap, columns * (wide + gap) - gap, 4), np.uint8)
    for place, picture in enumerate(pictures):
        top, left = place // columns * (tall + gap), place % columns * (wide + gap)
        pixels[top : top + tall, left : left + wide] = table[picture[::-1]]
    return image_of(pixels)
