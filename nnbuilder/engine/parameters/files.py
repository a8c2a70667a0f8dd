"""Numbers for one parameter from a file: .npy, .npz, CSV, safetensors or what torch saves."""

import csv
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch

from nnbuilder.engine.foreign import read_foreign
from nnbuilder.engine.parameters.schemes import ChangeError
from nnbuilder.protocol.parameters import LoadNumbers
from nnbuilder.runs.weights import SUFFIXES

TABLES = (".csv", ".tsv", ".txt")
"""How files with numbers as text are named."""

ARRAYS = (".npy", ".npz")
"""How NumPy names its files."""

CSV_BYTES = 64 * 2**20
"""The largest text that is read."""

_FEW = 6

Tensors = Mapping[str, torch.Tensor]


def read_tensors(path: Path, *, unpickle: bool) -> Tensors:
    """The tensors in a file by name, "" for a single one; raises `ChangeError` or `ForeignError`."""
    kind = path.suffix.lower()
    if kind in SUFFIXES:
        return read_foreign(path, unpickle=unpickle).tensors
    try:
        if kind in ARRAYS:
            return _arrays(path)
        if kind in TABLES:
            return {"": torch.from_numpy(_table(path))}
    except OSError as error:
        raise ChangeError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    known = ", ".join((*ARRAYS, ".csv", *SUFFIXES))
    raise ChangeError(f"{path.name} is no file of numbers that can be read here: {known}.")


def fitting(
    tensors: Tensors, change: LoadNumbers, full: str, like: torch.Tensor
) -> tuple[torch.Tensor, tuple[str, ...]]:
    """The tensor that is meant, in the parameter's shape, and sentences on what was made of it."""
    name = change.name or best_name(tensors, full, like)
    if name not in tensors:
        raise ChangeError(f"There is no tensor {name} in the file.")
    found, notes = tensors[name], []
    if name:
        notes.append(f"{name} of the file is taken.")
    if change.transposed and found.dim() == 2:
        found = found.T
        notes.append("Rows and columns are exchanged.")
    if found.shape != like.shape:
        found = _shaped(found, full, like)
        notes.append(f"The {found.numel():,} numbers take the shape {tuple(like.shape)}, row by row.")
    if found.dtype != like.dtype:
        kinds = [str(one.dtype).removeprefix("torch.") for one in (found, like)]
        notes.append(f"{kinds[0]} becomes {kinds[1]}.")
    if not like.dtype.is_floating_point and not bool((found.double() % 1 == 0).all()):
        raise ChangeError(f"{full} takes whole numbers ({str(like.dtype).removeprefix('torch.')}).")
    found = found.to(like.dtype)
    if bad := int((~torch.isfinite(found)).sum()):
        verb, taken = ("is", "it is taken as it is") if bad == 1 else ("are", "they are taken as they are")
        text = f"{bad:,} of the {found.numel():,} numbers {verb} NaN or infinite: {taken}"
        notes.append(f"{text}, to be looked at; training from there has no finite loss.")
    return found, tuple(notes)


def best_name(tensors: Tensors, full: str, like: torch.Tensor) -> str:
    """The tensor of a file that a parameter most likely means; raises `ChangeError` where there is none."""
    own = full.rpartition(".")[2]
    alike = [name for name, tensor in tensors.items() if tensor.shape == like.shape]
    for name in (full, own, ""):
        if name in tensors:
            return name
    ending = [name for name in alike if name.rpartition(".")[2] == own]
    if found := ending or alike or (list(tensors) if len(tensors) == 1 else []):
        return found[0]
    there = ", ".join(f"{name} {tuple(one.shape)}" for name, one in list(tensors.items())[:_FEW])
    more = f" and {len(tensors) - _FEW} more" if len(tensors) > _FEW else ""
    raise ChangeError(
        f"No tensor of the file has the shape {tuple(like.shape)} of {full}: there are {there}{more}."
    )


def _shaped(found: torch.Tensor, full: str, like: torch.Tensor) -> torch.Tensor:
    """Flat numbers in another shape; everything else that does not fit is refused."""
    flat = max((found.dim(), *(size for size in found.shape if size == found.numel()))) == found.numel()
    if found.numel() == like.numel() and (flat or like.dim() > 2):
        return found.reshape(like.shape)
    shapes = f"It is {tuple(found.shape)}, but {full} is {tuple(like.shape)}"
    if found.dim() == 2 and found.T.shape == like.shape:
        raise ChangeError(f"{shapes}: with rows and columns exchanged it would fit.")
    raise ChangeError(f"{shapes}.")


def _arrays(path: Path) -> Tensors:
    try:
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"": _tensor(loaded, path.name)}
            return {name: _tensor(loaded[name], f"{name} in {path.name}") for name in loaded.files}
    except (ValueError, EOFError, MemoryError, zipfile.BadZipFile) as error:
        said = str(error).strip().partition("\n")[0].rstrip(".")
        raise ChangeError(f"{path.name} cannot be read as an array: {said}.") from error


def _tensor(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]], what: str) -> torch.Tensor:
    if array.dtype.kind not in "fiub":
        raise ChangeError(f"{what} holds {array.dtype}, no numbers.")
    plain = (
        array.astype(array.dtype.newbyteorder("=")) if array.dtype.kind in "fi" else array.astype(np.int64)
    )
    return torch.from_numpy(np.ascontiguousarray(plain.reshape(array.shape)))


def _table(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """The numbers of a text, a row a line; a first line of words alone is left out."""
    if path.stat().st_size > CSV_BYTES:
        raise ChangeError(f"{path.name} is larger than {CSV_BYTES // 2**20} MiB: save it as .npy.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ChangeError(f"{path.name} is no text.") from error
    rows: list[list[float]] = []
    for number, cells in enumerate(csv.reader(text.splitlines(), delimiter=_delimiter(text)), 1):
        if not any(cell.strip() for cell in cells):
            continue
        if not rows and not any(map(_is_number, cells)):
            continue
        rows.append([_number(cell, path.name, number, place) for place, cell in enumerate(cells, 1)])
        if len(rows[-1]) != len(rows[0]):
            few = f"line {number} has {len(rows[-1])} numbers, the first {len(rows[0])}"
            raise ChangeError(f"The rows of {path.name} are not of one length: {few}.")
    if not rows:
        raise ChangeError(f"There are no numbers in {path.name}.")
    found = np.array(rows, np.float64)
    return found[0] if len(found) == 1 else found


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return next((one for one in "\t;,|" if one in first), " ")


def _number(cell: str, name: str, line: int, place: int) -> float:
    try:
        return float(cell)
    except ValueError as error:
        raise ChangeError(
            f"{name}, line {line}, column {place}: {cell.strip()[:40]!r} is no number."
        ) from error


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
