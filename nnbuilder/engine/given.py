"""Rows that somebody names to be sent through a network: typed as a list, from a file, or of the data.

What is typed or read from a file goes in as it is, as `model(torch.tensor(...))` would take it; rows of the
data go in as training has them: standardized where the project says so.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from nnbuilder.data.load import load, raw_of
from nnbuilder.data.prepare import Rows as Numbers
from nnbuilder.data.prepare import chosen_part, split_rows
from nnbuilder.data.raw import RawData
from nnbuilder.engine.batches import count_batches
from nnbuilder.graph.analysis import TensorType
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.project import Project

TEXT_LIMIT = 1_000_000
"""The most letters of a typed list."""

DTYPES = {"float32": torch.float32, "float64": torch.float64, "int64": torch.int64}

_DATA = re.compile(r"data(?::(?P<first>-?\d+)?(?P<range>:(?P<end>-?\d+)?)?)?\Z")

_BATCH = re.compile(r"batch:(\d{1,12})\Z")

_DRAWN = 200_000_000
"""Numbers of rows that are drawn at most to find a batch."""

_EXAMPLES = "Type rows as [[1, 2, 3]], a file x.npy, or rows of the data as data:0:8"


class GivenError(NNBuilderError):
    """What was given cannot be taken as rows; one sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Rows for a network: x (rows, ...); y is as the data have it, (rows,) or (rows, values), None without.

    `numbers` are the places of the rows in the data, from 0. `note` is a sentence on what was made of them.
    """

    x: torch.Tensor
    y: torch.Tensor | None = None
    numbers: tuple[int, ...] = ()
    note: str = ""


def read_given(text: str, project: Project, kind: TensorType, base: Path | None) -> Given:
    """The rows that a text names, of the kind that enters the network.

    `base` is the folder where data and relative files lie. Raises `GivenError`, and `DataError` for data.
    """
    text = text.strip()
    if not text:
        raise GivenError(f"No rows are given. {_EXAMPLES}.")
    if found := _DATA.match(text):
        return _of_data(found, project, kind, base)
    if found := _BATCH.match(text):
        return _of_batch(int(found[1]), project, kind, base)
    if text[0] in "[(":
        return as_rows(_typed(text), kind)
    return as_rows(_file(text, base), kind)


def as_rows(array: np.ndarray[Any, Any], kind: TensorType) -> Given:
    """Numbers as rows for a network: a single sample becomes one row, flat ones get the shape that enters."""
    if not array.size:
        raise GivenError(f"There are no numbers in it: its shape is {array.shape}.")
    if array.dtype.kind not in "fiub":
        raise GivenError(f"It holds {array.dtype}, no numbers.")
    sizes = kind.shape[1:]
    note = ""
    if array.ndim == len(sizes) and _fits(array.shape, sizes):
        array, note = array[np.newaxis], "One sample was given: it goes in as a batch of one row."
    whole = [size for size in sizes if size is not None]
    flat = array.ndim == 2 and len(sizes) != 1 and len(whole) == len(sizes)
    if flat and array.shape[1] == int(np.prod(whole)):
        array = array.reshape(len(array), *whole)
        note = f"Each row takes the shape {tuple(whole)}."
    return Given(_tensor(array, kind), note=note)


def _fits(shape: tuple[int, ...], sizes: tuple[int | None, ...]) -> bool:
    return all(size is None or size == own for own, size in zip(shape, sizes, strict=True))


def _tensor(array: np.ndarray[Any, Any], kind: TensorType) -> torch.Tensor:
    if kind.dtype == "int64":
        if array.dtype.kind == "f" and not (np.isfinite(array).all() and (array == np.trunc(array)).all()):
            raise GivenError("The network takes whole numbers (int64), and some of these are not.")
        return torch.from_numpy(np.ascontiguousarray(array, np.int64))
    return torch.from_numpy(np.ascontiguousarray(array, np.float64)).to(DTYPES[kind.dtype])


def _typed(text: str) -> np.ndarray[Any, Any]:
    """A list of Python's as numbers; nothing is run."""
    if len(text) > TEXT_LIMIT:
        raise GivenError(f"{len(text):,} letters are too many to type: put the rows into a .npy file.")
    try:
        value = ast.literal_eval(text)
    except SyntaxError as error:
        where = f" at letter {error.offset}" if error.offset else ""
        raise GivenError(f"This is no list of numbers: {error.msg}{where}. {_EXAMPLES}.") from error
    except (ValueError, TypeError, RecursionError, MemoryError) as error:
        raise GivenError(f"This is no list of numbers: only numbers may stand in it. {_EXAMPLES}.") from error
    _regular(value, "")
    try:
        return np.array(value, np.int64 if _whole(value) else np.float64)
    except (OverflowError, ValueError) as error:
        raise GivenError(f"These numbers cannot be taken: {error}.") from error


def _regular(value: Any, place: str) -> tuple[int, ...]:
    """The shape of nested lists; raises at the first that has another one than its neighbours."""
    if isinstance(value, bool | int | float):
        return ()
    if not isinstance(value, list | tuple):
        where = f" at {place}" if place else ""
        raise GivenError(f"{value!r}{where} is no number.")
    shapes = [_regular(part, f"{place}[{index}]") for index, part in enumerate(value)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            own, first = (_counted(one) for one in (shape, shapes[0]))
            raise GivenError(f"The list is ragged: {place}[{index}] is {own}, but {place}[0] is {first}.")
    return (len(value), *(shapes[0] if shapes else ()))


def _counted(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a number"
    if len(shape) > 1:
        return f"of shape {shape}"
    return f"{shape[0]} number{'s' if shape[0] != 1 else ''} long"


def _whole(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_whole, value))
    return isinstance(value, int)


def _file(text: str, base: Path | None) -> np.ndarray[Any, Any]:
    path = Path(text).expanduser()
    found = next((one for one in (path, (base or Path()) / path) if one.is_file()), None)
    if path.suffix.lower() != ".npy":
        raise GivenError(f"{text} is no list, no .npy file and no rows of the data. {_EXAMPLES}.")
    if found is None:
        raise GivenError(f"There is no file {path}.")
    try:
        array = np.load(found, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError) as error:
        raise GivenError(f"{path} cannot be read as an array: {error}.") from error
    if not isinstance(array, np.ndarray):
        raise GivenError(f"{path} holds several arrays: save the one that is meant as .npy.")
    return array


def _of_data(found: re.Match[str], project: Project, kind: TensorType, base: Path | None) -> Given:
    """Rows of the data in their own order, before they are split."""
    raw = raw_of(project.data.source, base)
    count = len(raw.x)
    numbers = np.arange(count, dtype=np.int64)[_slice(found, count)]
    if not len(numbers):
        last = f"the data have the rows 0 to {count - 1:,}"
        raise GivenError(f"{found[0]} names no row: {last}.")
    return _rows(raw, numbers, project, kind, base, _told(project, numbers))


def _of_batch(number: int, project: Project, kind: TensorType, base: Path | None) -> Given:
    """The rows of one batch as training draws them: batch 0 is that of its first step, and so on for ever."""
    raw, training = raw_of(project.data.source, base), project.training
    rows, _, _, _ = split_rows(raw, project.data.split, training.seed)
    each = count_batches(len(rows), training.batch_size)
    epoch, position = divmod(number, each)
    if epoch * len(rows) > _DRAWN:
        raise GivenError(
            f"batch:{number} is in epoch {epoch + 1:,}, too far in to be drawn: name an earlier one."
        )
    shuffle = torch.Generator().manual_seed(training.seed)
    for _ in range(epoch + 1):
        order = torch.randperm(len(rows), generator=shuffle)
    start = position * training.batch_size
    numbers = rows[order[start : start + training.batch_size].numpy()]
    scaled = ", standardized" if project.data.standardize else ""
    note = f"Batch {position + 1:,} of {each:,} in epoch {epoch + 1:,}, drawn as training draws it{scaled}."
    return _rows(raw, numbers, project, kind, base, note)


def _rows(
    raw: RawData, numbers: Numbers, project: Project, kind: TensorType, base: Path | None, note: str
) -> Given:
    """Rows of the data by their numbers, as training would have them."""
    scaling = load(project.data, project.training.seed, base).scaling
    part = chosen_part(raw, numbers, scaling, reconstruct=project.data.reconstruct)
    sizes = [size or 1 for size in kind.shape[1:]]
    if part.x[0].size != int(np.prod(sizes)):
        raise GivenError(
            f"A row of {raw.title} has the shape {part.x.shape[1:]}, but the Input takes {kind.label()}. "
            "Type rows of that shape, or let the Input follow the data."
        )
    x = torch.from_numpy(part.x).reshape(len(part), *sizes).to(DTYPES[kind.dtype])
    return Given(x, torch.from_numpy(part.y), tuple(map(int, numbers)), note)


def _told(project: Project, numbers: Numbers) -> str:
    rows = f"Row {numbers[0]}" if len(numbers) == 1 else f"Rows {numbers[0]} to {numbers[-1]}"
    return f"{rows} of the data{', standardized as for training' if project.data.standardize else ''}."


def _slice(found: re.Match[str], count: int) -> slice:
    first, end = (int(found[name]) if found[name] else None for name in ("first", "end"))
    if found["range"] is not None or first is None:
        return slice(first, end)
    if not -count <= first < count:
        return slice(0, 0)
    return slice(first % count, first % count + 1)
