"""A matrix product taken apart: which row and which column meet in each number of its result."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnbuilder.protocol.codec import Arrays
from nnbuilder.ui.common.picture import Numbers

Array = NDArray[np.generic]

TERMS = 6
"""The most products of a number that are written out."""


@dataclass(frozen=True, slots=True, eq=False)
class Meeting:
    """Where a number of the result comes from: the matrix, counted from 0, its row and its column."""

    matrix: int = 0
    row: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A result with its two sides, as PyTorch's `matmul` takes them.

    A side of one dimension is one row at the left, one column at the right; dimensions before the last two
    count matrices, of which a single one meets all. Numbers of the result are counted through, from 0.
    """

    result: Array
    left: Array
    right: Array

    @classmethod
    def of(cls, arrays: Arrays) -> "Product | None":
        """The product that was answered; None where there is none."""
        if len(arrays) != 3 or not all(array.ndim and array.size for array in arrays[1:]):
            return None
        made = cls(*arrays)
        rows, columns = made.size
        fits = made.result.size == made.count * rows * columns
        return made if fits and made.result.size else None

    @property
    def batch(self) -> tuple[int, ...]:
        """How many matrices there are, by dimension; () for a single one."""
        return np.broadcast_shapes(self.left.shape[:-2], self.right.shape[:-2])

    @property
    def count(self) -> int:
        """How many matrices there are."""
        return int(np.prod(self.batch, dtype=int))

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of each matrix of the result."""
        return (
            self.left.shape[-2] if self.left.ndim > 1 else 1,
            self.right.shape[-1] if self.right.ndim > 1 else 1,
        )

    def matrices(self, matrix: int) -> tuple[Numbers, Numbers, Numbers]:
        """One matrix of the result, and the two that it is the product of."""
        left, right = self._left, self._right
        return (
            self.result.reshape(self.count, *self.size)[matrix].astype(np.float64),
            left[self._place(left, matrix)].astype(np.float64),
            right[self._place(right, matrix)].astype(np.float64),
        )

    def meeting(self, at: int) -> Meeting:
        """Where a number of the result comes from."""
        rows, columns = self.size
        matrix, inside = divmod(at, rows * columns)
        return Meeting(matrix, *divmod(inside, columns))

    def at(self, meeting: Meeting) -> int:
        """The number that comes from there."""
        rows, columns = self.size
        return (meeting.matrix * rows + meeting.row) * columns + meeting.column

    def named(self, matrix: int) -> str:
        """Which matrix of the left meets which one of the right; empty where there is one of each."""
        if not self.batch:
            return ""
        return f"left{self._index(self._left, matrix)} @ right{self._index(self._right, matrix)}"

    def worked(self, at: int) -> str:
        """How a number came about, with its numbers; the result is PyTorch's."""
        meeting = self.meeting(at)
        _, left, right = self.matrices(meeting.matrix)
        pairs = zip(left[meeting.row].tolist(), right[:, meeting.column].tolist(), strict=True)
        terms = [f"{_short(one)} * {_short(other)}" for one, other in pairs]
        if len(terms) > TERMS:
            terms = [*terms[: TERMS - 1], "…", terms[-1]]
        place = _listed(np.unravel_index(at, self.result.shape)) if self.result.ndim else ""
        names = f"{place}  {self.named(meeting.matrix)}".strip()
        return f"{names}:  " * bool(names) + f"{' + '.join(terms)}  =  {self.result.flat[at].item():.4g}"

    @property
    def _left(self) -> Array:
        return self.left if self.left.ndim > 1 else self.left[None, :]

    @property
    def _right(self) -> Array:
        return self.right if self.right.ndim > 1 else self.right[:, None]

    def _place(self, side: Array, matrix: int) -> tuple[int, ...]:
        """Where a side has the matrix that meets there: of a dimension of one there is only that one."""
        whole = np.unravel_index(matrix, self.batch) if self.batch else ()
        own = side.shape[:-2]
        return tuple(
            int(place) if size > 1 else 0
            for place, size in zip(whole[len(whole) - len(own) :], own, strict=True)
        )

    def _index(self, side: Array, matrix: int) -> str:
        place = self._place(side, matrix)
        return _listed(place) if place else ""


def _listed(place: tuple[int, ...] | tuple[np.intp, ...]) -> str:
    return f"[{', '.join(str(int(one)) for one in place)}]"


def _short(number: float) -> str:
    text = f"{number:.4g}"
    return f"({text})" if number < 0 else text
