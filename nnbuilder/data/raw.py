"""Data as it was found: numbers before split, scaling and rounding."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnbuilder.data.spec import Task

Floats = NDArray[np.float64]
Targets = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class RawData:
    """Samples as numbers: `x` float64 (rows, ...), `y` class indices int64 or values float64 (rows,).

    `features` name the columns of a table; there are none where a sample has more dimensions. `classes` are
    the names behind the indices, empty for regression; `unused` are columns that are left out.
    """

    title: str
    x: Floats
    y: Targets
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    target: str = "target"
    notes: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    @property
    def task(self) -> Task:
        """What can be learned from it."""
        return "classification" if self.classes else "regression"

    def sha256(self) -> str:
        """The hash of shape, dtype and values: equal for equal data wherever it came from."""
        digest = hashlib.sha256()
        for array in (self.x, self.y):
            plain = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
            digest.update(f"{plain.dtype.str}{plain.shape}".encode())
            digest.update(plain.data.cast("B"))
        return digest.hexdigest()
