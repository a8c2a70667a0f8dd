"""Straight boundaries between the classes of a linear model of two features."""

import itertools
import math
from collections.abc import Sequence

from nnbuilder.protocol.algebra import Matrix

Box = tuple[float, float, float, float]
"""Least x and y, then largest x and y."""

Row = tuple[float, float, float]
"""a, b and c of a x + b y + c."""


def segments(weight: Sequence[Sequence[float]], bias: Sequence[float], box: Box) -> Matrix:
    """Where two classes have the same and the largest score: x0, y0, x1, y1 of pieces within a box.

    One row of scores is that of the second class against a zero for the first. Scores that are no numbers
    have no boundary.
    """
    if not all(map(math.isfinite, (*itertools.chain(*weight), *bias))):
        return ()
    rows: list[Row] = [(row[0], row[1], end) for row, end in zip(weight, bias, strict=True)]
    if len(rows) == 1:
        rows = [(0.0, 0.0, 0.0), rows[0]]
    found = []
    for one, two in itertools.combinations(range(len(rows)), 2):
        others = [row for place, row in enumerate(rows) if place not in {one, two}]
        piece = _piece(rows[one], rows[two], others, _widened(box))
        found += [piece] if piece else []
    return tuple(found)


def _piece(one: Row, two: Row, others: list[Row], box: Box) -> tuple[float, ...] | None:
    """The part of the line between two classes that lies in the box and where no other class has more."""
    a, b, c = (left - right for left, right in zip(one, two, strict=True))
    size = math.hypot(a, b)
    if size < 1e-12:
        return None
    at, along = (-a * c / size**2, -b * c / size**2), (-b / size, a / size)
    low, high = -math.inf, math.inf
    sides: list[Row] = [(1, 0, -box[0]), (-1, 0, box[2]), (0, 1, -box[1]), (0, -1, box[3])]
    sides += [(one[0] - row[0], one[1] - row[1], one[2] - row[2]) for row in others]
    for x, y, end in sides:  # where x * px + y * py + end is not below zero
        slope, value = x * along[0] + y * along[1], x * at[0] + y * at[1] + end
        if abs(slope) < 1e-12:
            if value < 0:
                return None
        elif slope > 0:
            low = max(low, -value / slope)
        else:
            high = min(high, -value / slope)
    if low >= high:
        return None
    ends = ((at[0] + t * along[0], at[1] + t * along[1]) for t in (low, high))
    return tuple(number for end in ends for number in end)


def _widened(box: Box) -> Box:
    """The box with a little room around it."""
    wide, tall = 0.06 * (box[2] - box[0]), 0.06 * (box[3] - box[1])
    return box[0] - wide, box[1] - tall, box[2] + wide, box[3] + tall
