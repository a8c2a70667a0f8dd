"""A NumPy archive as data: one array holds the samples, another one target for each."""

import math
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnbuilder.data.arrays_layout import BYTES_LIMIT, ArrayHead, is_target, propose, read_heads
from nnbuilder.data.errors import DataError, DataFault, refuse
from nnbuilder.data.raw import Floats, RawData
from nnbuilder.data.spec import ArraysData, Task
from nnbuilder.data.table import CLASS_LIMIT
from nnbuilder.data.table_layout import find_table

_FEW = 20
"""Different whole numbers, kept as floats, up to which they are taken for classes."""


def load_arrays(spec: ArraysData, folder: Path | None) -> RawData:
    """The arrays that were chosen; raises `DataError` with what to choose instead."""
    path = find_table(spec.path, folder)
    x_head, y_head = _chosen(spec, read_heads(path), path.name)
    x, goal = _read(path, x_head, y_head)
    _finite(x, x_head.name, path.name)
    if len(x) < 2:
        text = f"{path.name} has {len(x)} samples in {x_head.name}; training needs two."
        raise refuse("data-rows", text, "source.path")
    features = tuple(f"{x_head.name} {i}" for i in range(x.shape[1])) if x.ndim == 2 else ()
    if (spec.task or _task(goal)) == "regression":
        values = _values(goal, y_head.name, path.name)
        return RawData(path.name, x, values, features, (), y_head.name)
    y, classes = _classes(goal, y_head.name)
    return RawData(path.name, x, y, features, classes, y_head.name)


def _chosen(spec: ArraysData, heads: tuple[ArrayHead, ...], title: str) -> tuple[ArrayHead, ArrayHead]:
    found = {head.name: head for head in heads}
    for field, name in (("x", spec.x), ("y", spec.y)):
        if name not in found:
            raise _no_array(field, name, heads)
    x, y = found[spec.x], found[spec.y]
    if not x.numeric:
        raise refuse("data-arrays", f"{x.name} of {title} holds text; samples are numbers.", "source.x")
    if not is_target(y, x):
        text = f"{y.label()} is not one target for each of the {x.length:,} samples in {x.name}"
        hot = y.length == x.length and len(y.shape) == 2
        more = "; one-hot rows become class numbers with y.argmax(axis=1)" if hot else ""
        raise refuse("data-arrays", f"{text}{more}.", "source.y")
    if x.size + y.size > BYTES_LIMIT:
        size = (x.size + y.size) / 2**30
        text = f"The arrays of {title} take {size:.1f} GiB; {BYTES_LIMIT // 2**30} can be loaded."
        raise refuse("data-file", text, "source.path")
    return x, y


def _no_array(field: str, name: str, heads: tuple[ArrayHead, ...]) -> DataError:
    """Says which arrays there are; those that fit are choices."""
    there = ", ".join(head.name for head in heads[:_FEW])
    text = f"There is no array {name!r}" if name else f"Choose the array of {_MEANS[field]}"
    likely = propose(heads)[0 if field == "x" else 1]
    fault = DataFault("data-arrays", f"{text}; the file has {there}.", field=f"source.{field}")
    return DataError((fault,), choices=(likely,) if likely else ())


_MEANS = {"x": "samples", "y": "targets"}


def _read(path: Path, x: ArrayHead, y: ArrayHead) -> tuple[Floats, NDArray[Any]]:
    """Samples as float64 (rows, ...) and targets (rows,) as they are."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            samples = np.ascontiguousarray(archive[x.name], dtype=np.float64)
            goal = archive[y.name].reshape(-1)
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        why = str(error).strip().partition("\n")[0].rstrip(".")
        raise refuse("data-file", f"{path.name} cannot be read: {why}.", "source.path") from error
    return samples.reshape(-1, 1) if samples.ndim == 1 else samples, goal


def _finite(array: Floats, name: str, title: str) -> None:
    finite = np.isfinite(array)
    if finite.all():
        return
    place = tuple(int(index) for index in np.argwhere(~finite)[0])
    many = int((~finite).sum())
    text = f"{title}: {name}{list(place)} is {array[place]:g}; {many:,} values there are no finite numbers."
    raise refuse("data-cell", text, "source.x")


def _task(goal: NDArray[Any]) -> Task:
    """Text, True/False and repeated whole numbers are classes; all else are values."""
    if goal.dtype.kind in "USb":
        return "classification"
    if not np.isfinite(goal).all() or (goal != np.floor(goal)).any():
        return "regression"
    found = len(np.unique(goal))
    most = min(CLASS_LIMIT, len(goal) // 2) if goal.dtype.kind in "iu" else min(_FEW, max(2, len(goal) // 5))
    return "classification" if found <= max(2, most) else "regression"


def _values(goal: NDArray[Any], name: str, title: str) -> Floats:
    if goal.dtype.kind in "US":
        text = f"{name} of {title} holds text, so its values cannot be predicted as numbers."
        raise refuse("data-target", text, "source.task")
    values = np.ascontiguousarray(goal, dtype=np.float64)
    _finite(values, name, title)
    return values


def _classes(goal: NDArray[Any], name: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Class indices and names, sorted as numbers or as text."""
    found, indices = np.unique(goal, return_inverse=True)
    if not 2 <= len(found) <= CLASS_LIMIT:
        many = "only one value" if len(found) == 1 else f"{len(found):,} different values"
        text = f"{name} has {many}; classes are 2 to {CLASS_LIMIT:,}: choose another array."
        raise refuse("data-classes", text, "source.y")
    return indices.reshape(-1).astype(np.int64), tuple(map(_class_name, found.tolist()))


def _class_name(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return (
        str(int(value))
        if isinstance(value, float) and math.isfinite(value) and value == int(value)
        else str(value)
    )
