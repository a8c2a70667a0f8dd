"""Curves as straight pieces, and how far a point lies from them."""

import math
from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

Pieces = Sequence[tuple[float, float]]
"""The corners of a curve that was made straight piece by piece."""


def pieces_of(path: QPainterPath) -> Pieces:
    """The corners of a curve; none for an empty path."""
    polygons = path.toSubpathPolygons()
    return [(point.x(), point.y()) for polygon in polygons for point in polygon.toList()]


def distance(pieces: Pieces, point: QPointF) -> float:
    """How far a point lies from the nearest piece; infinite where there is none."""
    x, y = point.x(), point.y()
    nearest = math.inf
    for (x1, y1), (x2, y2) in pairwise(pieces):
        dx, dy = x2 - x1, y2 - y1
        length = dx * dx + dy * dy
        share = 0.0 if length == 0.0 else min(max(((x - x1) * dx + (y - y1) * dy) / length, 0.0), 1.0)
        nearest = min(nearest, math.hypot(x1 + share * dx - x, y1 + share * dy - y))
    return nearest
