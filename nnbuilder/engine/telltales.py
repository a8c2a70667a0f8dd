"""Columns of a table that are no facts about a sample: the target in other numbers, and counted rows."""

import numpy as np
from numpy.typing import NDArray

from nnbuilder.data.prepare import Prepared

SAME = 1e-9
"""A correlation that is nearer to 1, or to -1, than this is one: rounding to float32 changes it less."""

FEW_ROWS = 10
"""In tables of fewer rows numbers may follow each other by chance."""

Flags = NDArray[np.bool_]


def copies_of_target(prepared: Prepared) -> tuple[str, ...]:
    """Features with one value for each class, or that grow evenly with the number to predict.

    An only feature is never among them: without it there would be nothing to learn from.
    """
    part, profile = prepared.train, prepared.profile
    if not _named(prepared) or len(part) < FEW_ROWS:
        return ()
    if profile.classes:
        same = _one_value_each(part.x, part.y)
    elif profile.values == 1:
        same = _in_step(part.x, part.y[:, 0])
    else:
        return ()
    return tuple(name for name, copy in zip(profile.features, same, strict=True) if copy)


def row_numbers(prepared: Prepared) -> tuple[str, ...]:
    """Features that hold each of as many whole numbers in a row as there are rows, none of them twice."""
    if not _named(prepared) or prepared.profile.rows < FEW_ROWS:
        return ()
    parts = [part.x for part in (prepared.train, prepared.validation, prepared.test) if len(part)]
    scaling = prepared.scaling
    low = np.min([x.min(axis=0) for x in parts], axis=0) * scaling.x_scale
    high = np.max([x.max(axis=0) for x in parts], axis=0) * scaling.x_scale
    near = np.flatnonzero(np.abs(high - low - (prepared.profile.rows - 1)) < 0.5)
    found = []
    for column in near:
        values = np.concatenate([x[:, column] for x in parts]) * scaling.x_scale[column]
        places = np.sort(values + scaling.x_mean[column])
        whole = np.rint(places)
        if np.abs(places - whole).max() < 0.25 and (np.diff(whole) == 1).all():
            found.append(prepared.profile.features[column])
    return tuple(found)


def _named(prepared: Prepared) -> bool:
    """Whether the samples are rows of several named columns."""
    x = prepared.train.x
    return x.ndim == 2 and x.shape[1] > 1 and len(prepared.profile.features) == x.shape[1]


def _one_value_each(x: NDArray[np.float32], labels: NDArray[np.generic]) -> Flags:
    """Columns of x (rows, columns) that hold one value for all rows of a class, and each its own."""
    groups = [x[labels == label] for label in np.unique(labels)]
    same = np.all([group.min(axis=0) == group.max(axis=0) for group in groups], axis=0)
    values = np.sort([group[0] for group in groups], axis=0)
    apart: Flags = same & (np.diff(values, axis=0) > 0).all(axis=0) & (len(groups) > 1)
    return apart


def _in_step(x: NDArray[np.float32], y: NDArray[np.generic]) -> Flags:
    """Columns of x (rows, columns) whose correlation with y (rows,) is 1 or -1."""
    centered, goal = x - x.mean(axis=0, dtype=np.float64), y.astype(np.float64) - y.mean(dtype=np.float64)
    length = np.sqrt((centered**2).sum(axis=0) * (goal**2).sum())
    varies = length > 0
    share = np.abs(goal @ centered) / np.where(varies, length, 1.0)
    found: Flags = varies & (share > 1 - SAME)
    return found
