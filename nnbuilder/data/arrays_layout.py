"""What lies in a NumPy archive: name, shape and dtype of each array, read without the arrays themselves."""

import math
import zipfile
import zlib
from pathlib import Path

import msgspec
import numpy as np
from numpy.lib import format as npy

from nnbuilder.data.errors import refuse

SUFFIX = ".npz"

BYTES_LIMIT = 2 * 2**30
"""Bytes that the chosen arrays may have in memory."""

ARRAYS_LIMIT = 1000
"""Arrays of an archive that are looked at."""

_SAMPLES = ("x", "data", "samples", "features", "images", "inputs", "x_train", "train_x", "input")
_TARGETS = ("y", "target", "targets", "labels", "label", "classes", "y_train", "train_y", "output")
_KINDS = "iufbUS"


class ArrayHead(msgspec.Struct, frozen=True):
    """One array of an archive; `dtype` as NumPy writes it ("<f4"), `length` is the size of dimension 0."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def length(self) -> int:
        """How many samples or targets it could hold."""
        return self.shape[0] if self.shape else 0

    @property
    def size(self) -> int:
        """Bytes that it takes in memory."""
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return np.dtype(self.dtype).kind in "iufb"

    def label(self) -> str:
        """Its name with shape and dtype, for example "x  (150, 4) float32"."""
        return f"{self.name}  {self.shape} {np.dtype(self.dtype).name}"


def read_heads(path: Path) -> tuple[ArrayHead, ...]:
    """The arrays in a .npz file that can be data, in its order; raises `DataError` where it is none.

    Arrays of Python objects are passed over: reading them could run code.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")][:ARRAYS_LIMIT]
            heads = [_head(archive, name) for name in names]
    except OSError as error:
        raise refuse("data-file", f"{path} cannot be read: {error.strerror}.", "source.path") from error
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        why = str(error).strip().partition("\n")[0].rstrip(".")
        text = f"{path.name} is not a NumPy archive (.npz): {why}."
        raise refuse("data-file", text, "source.path") from error
    usable = tuple(head for head in heads if head.shape and np.dtype(head.dtype).kind in _KINDS)
    if not usable:
        text = f"{path.name} has no array of numbers: save samples and targets with np.savez(path, x=x, y=y)."
        raise refuse("data-file", text, "source.path")
    return usable


def propose(heads: tuple[ArrayHead, ...]) -> tuple[str, str]:
    """The arrays that are most likely samples and targets, "" where none can be; usual names come first."""
    samples = [head for head in heads if head.numeric]
    x = min(samples, key=lambda head: (_rank(head.name, _SAMPLES), len(head.shape) < 2), default=None)
    if x is None:
        return "", ""
    others = [head for head in heads if head.name != x.name and is_target(head, x)]
    y = min(others, key=lambda head: _rank(head.name, _TARGETS), default=None)
    return x.name, "" if y is None else y.name


def is_target(head: ArrayHead, x: ArrayHead) -> bool:
    """Whether an array could hold one target for each sample of `x`."""
    return head.length == x.length and math.prod(head.shape[1:]) == 1


def _rank(name: str, usual: tuple[str, ...]) -> int:
    return usual.index(name.lower()) if name.lower() in usual else len(usual)


def _head(archive: zipfile.ZipFile, name: str) -> ArrayHead:
    with archive.open(name) as file:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    return ArrayHead(name.removesuffix(".npy"), tuple(map(int, shape)), dtype.str)
