"""Where a dragged box snaps to: lines on which others lie, and distances that others keep."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nnbuilder.graph.geometry import GAP

_SAME = 0.51
"""Places that differ by no more are the same."""


class Box(NamedTuple):
    """A rectangle of the scene."""

    left: float
    top: float
    right: float
    bottom: float


class Line(NamedTuple):
    """A guide to be drawn: a line on which boxes lie, or with `gap` a distance between two of them."""

    x1: float
    y1: float
    x2: float
    y2: float
    gap: bool = False


class Snap(NamedTuple):
    """How far a box is from where it should be, and why."""

    dx: float = 0.0
    dy: float = 0.0
    lines: tuple[Line, ...] = ()


Boxes = NDArray[np.float64]
"""Others to snap to: (n, 4), each left, top, right, bottom."""


def boxes(others: list[Box]) -> Boxes:
    """Others as an array."""
    return np.array(others, np.float64).reshape(-1, 4)


def snap(box: Box, others: Boxes, reach: float) -> Snap:
    """The nearest place within `reach` where a box lies on a line with others, or as far apart as they do."""
    if not len(others):
        return Snap()
    dy = _nearest(_to_lines(box, others, 1), reach)
    if dy is None:
        dy = _nearest(_to_gaps(box, others, 1), reach)
    box = _shifted(box, 0.0, dy or 0.0)
    dx = _nearest(_to_lines(box, others, 0), reach)
    spaced = _nearest(_to_gaps(box, others, 0), reach)
    if spaced is not None and (dx is None or abs(spaced) < abs(dx)):
        dx = spaced
    box = _shifted(box, dx or 0.0, 0.0)
    if dy is None and dx is None:
        return Snap()
    lines = [
        line for axis in (0, 1) for line in (*_on_lines(box, others, axis), *_on_gaps(box, others, axis))
    ]
    return Snap(dx or 0.0, dy or 0.0, tuple(lines))


def _shifted(box: Box, dx: float, dy: float) -> Box:
    return Box(box.left + dx, box.top + dy, box.right + dx, box.bottom + dy)


def _nearest(offsets: Boxes, reach: float) -> float | None:
    """The smallest offset within reach."""
    if not len(offsets):
        return None
    best = float(offsets[np.argmin(np.abs(offsets))])
    return best if abs(best) <= reach else None


def _features(box: Box, axis: int) -> tuple[float, float, float]:
    """The middle and the two sides of a box along an axis."""
    low, high = box[axis], box[axis + 2]
    return (low + high) / 2, low, high


def _of_others(others: Boxes, axis: int) -> Boxes:
    low, high = others[:, axis], others[:, axis + 2]
    return np.stack([(low + high) / 2, low, high])


def _to_lines(box: Box, others: Boxes, axis: int) -> Boxes:
    """How far a box is from lying on one line with each other, by middle or by side."""
    mine = np.array(_features(box, axis))[:, None]
    return np.asarray(_of_others(others, axis) - mine, np.float64).ravel()


def _on_lines(box: Box, others: Boxes, axis: int) -> Iterator[Line]:
    """The first line through the middles or sides on which a box lies with others."""
    across = 1 - axis
    theirs = _of_others(others, axis)
    for feature, place in enumerate(_features(box, axis)):
        same = others[np.abs(theirs[feature] - place) < _SAME]
        if len(same):
            low = min(float(same[:, across].min()), box[across])
            high = max(float(same[:, across + 2].max()), box[across + 2])
            yield Line(place, low, place, high) if axis == 0 else Line(low, place, high, place)
            return


def _mates(box: Box, others: Boxes, axis: int) -> list[tuple[float, float]]:
    """Where others that lie in the same row (axis 0) or column (axis 1) start and end, in order."""
    across = 1 - axis
    beside = (others[:, across] < box[across + 2]) & (others[:, across + 2] > box[across])
    ends = others[beside][:, [axis, axis + 2]]
    return [(float(low), float(high)) for low, high in ends[np.argsort(ends[:, 0])]]


def _neighbours(
    box: Box, mates: list[tuple[float, float]], axis: int
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The two nearest before a box and the two nearest behind it, the nearest first."""
    middle = (box[axis] + box[axis + 2]) / 2
    before = [mate for mate in mates if mate[1] <= middle]
    behind = [mate for mate in mates if mate[0] >= middle]
    return before[:-3:-1], behind[:2]


def _to_gaps(box: Box, others: Boxes, axis: int) -> Boxes:
    """How far a box is from each place where it is as far from a neighbour as that from the next one."""
    before, behind = _neighbours(box, _mates(box, others, axis), axis)
    low, high = box[axis], box[axis + 2]
    offsets: list[float] = []
    if before:
        gaps = [GAP, *(before[0][0] - further[1] for further in before[1:])]
        offsets += [before[0][1] + gap - low for gap in gaps if gap > 0]
    if behind:
        gaps = [GAP, *(further[0] - behind[0][1] for further in behind[1:])]
        offsets += [behind[0][0] - gap - high for gap in gaps if gap > 0]
    if before and behind and behind[0][0] - before[0][1] > high - low:
        offsets.append((before[0][1] + behind[0][0]) / 2 - (low + high) / 2)
    return np.array(offsets, np.float64)


def _on_gaps(box: Box, others: Boxes, axis: int) -> Iterator[Line]:
    """The equal distances around a box."""
    before, behind = _neighbours(box, _mates(box, others, axis), axis)
    low, high = box[axis], box[axis + 2]
    spans = [(before[1][1], before[0][0])] if len(before) > 1 else []
    spans += [(before[0][1], low)] if before else []
    spans += [(high, behind[0][0])] if behind else []
    spans += [(behind[0][1], behind[1][0])] if len(behind) > 1 else []
    mine = [span for span in spans if low in span or high in span]
    across = (box[1 - axis] + box[3 - axis]) / 2
    for span in spans:
        equal = [other for other in spans if other is not span and _same_length(span, other)]
        if equal and (span in mine or any(other in mine for other in equal)):
            yield _line(span, across, axis)


def _same_length(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[1] > one[0] and abs((one[1] - one[0]) - (other[1] - other[0])) < _SAME


def _line(span: tuple[float, float], across: float, axis: int) -> Line:
    start, end = span
    return Line(start, across, end, across, True) if axis == 0 else Line(across, start, across, end, True)
