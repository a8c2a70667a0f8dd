"""A tensor as a table of two dimensions, with colours for the sizes; of more dimensions a slice at a time."""

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QFont

from nnbuilder.protocol.microscope import Tensor
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.heat import Doubles

Index = QModelIndex | QPersistentModelIndex

COLUMNS = 1024
"""Columns of a table at most; the sentence above it says where there are more."""


class TensorModel(QAbstractTableModel):
    """Shows one tensor; the chosen number is framed by its selection.

    A vector stands in one column. Of a tensor of more than two dimensions the last two are shown: `slice` is
    which of `slices`, counted flat over all dimensions before them.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tensor: Tensor | None = None
        self.slice = 0
        self._slices: Doubles = np.zeros((1, 0, 0))
        self._largest = 1.0
        colors.changed.connect(self.layoutChanged)

    def show(self, tensor: Tensor | None, array: np.ndarray[Any, Any] | None) -> None:
        """Shows another tensor, or none; of several slices the one with the chosen number."""
        self.beginResetModel()
        self.tensor = tensor
        self._slices = np.zeros((1, 0, 0)) if array is None else _sliced(np.asarray(array, np.float64))
        finite = np.abs(self._slices[np.isfinite(self._slices)])
        self._largest = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        self.slice = min(self._chosen_slice(), self.slices - 1)
        self.endResetModel()

    def show_slice(self, index: int) -> None:
        """Shows another slice of the same tensor."""
        self.beginResetModel()
        self.slice = min(max(index, 0), self.slices - 1)
        self.endResetModel()

    @property
    def slices(self) -> int:
        """How many slices were sent."""
        return len(self._slices)

    @property
    def matrix(self) -> Doubles:
        """The numbers of the slice that is shown."""
        found: Doubles = self._slices[self.slice]
        return found

    @property
    def colours(self) -> Doubles | None:
        """Three channels (3, rows, columns) around the slice, where a row has just so many."""
        if self.tensor is None or len(self.tensor.shape) < 3 or self.tensor.shape[-3] != 3:
            return None
        first = self.slice // 3 * 3
        return self._slices[first : first + 3] if first + 3 <= self.slices else None

    @property
    def numbers(self) -> Doubles:
        """All numbers that were sent."""
        return self._slices

    @property
    def words(self) -> str:
        """Shape and dtype, and how much of the tensor is in the table."""
        if self.tensor is None:
            return ""
        shape = self.tensor.shape
        text = f"{shape if len(shape) != 1 else f'({shape[0]},)'} {self.tensor.dtype}, cpu"
        whole = math.prod(shape) if shape else 1
        if self._slices.size < whole:
            row = max(whole // max(shape[0], 1), 1)
            text += f", the first {self._slices.size // row:,} of {shape[0]:,} rows"
        wide = self.matrix.shape[1]
        return text + (f", {COLUMNS:,} of {wide:,} columns" if wide > COLUMNS else "")

    @property
    def chosen(self) -> tuple[int, int] | None:
        """Row and column of the chosen number, where it is in the slice that is shown."""
        if self.tensor is None or not self.tensor.chosen or self.slice != self._chosen_slice():
            return None
        place, shape = self.tensor.chosen, self.tensor.shape
        if len(shape) < 3:
            found = (place[0], place[1] if len(place) > 1 else 0)
        elif len(place) == len(shape):
            found = (place[-2], place[-1])
        else:
            return None
        return found if found[0] < self.rowCount() and found[1] < self.columnCount() else None

    @property
    def window(self) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """The rows and columns of the slice that the chosen output comes from; None without any in it."""
        tensor = self.tensor
        if tensor is None or not tensor.window or len(tensor.shape) != len(tensor.window) + 2:
            return None
        *outer, columns = tensor.window
        rows = outer.pop() if outer else tuple(range(self.rowCount()))
        apart = any(at not in places for at, places in zip(self.leading[2:], outer, strict=True))
        return None if apart or tensor.chosen[:1] != self.leading[:1] else (rows, columns)

    @property
    def leading(self) -> tuple[int, ...]:
        """The indices of the slice in the dimensions before its own two."""
        if self.tensor is None or len(self.tensor.shape) < 3 or not all(self.tensor.shape):
            return (0,)
        return tuple(int(one) for one in np.unravel_index(self.slice, self.tensor.shape[:-2]))

    def flat(self, index: Index) -> int:
        """Where in the whole tensor a cell is, counted flat."""
        _, rows, columns = (int(size) for size in self._slices.shape)
        return (self.slice * rows + index.row()) * columns + index.column()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows were sent."""
        return 0 if parent is not None and parent.isValid() else self.matrix.shape[0]

    def columnCount(self, parent: Index | None = None) -> int:
        """The last dimension."""
        return 0 if parent is not None and parent.isValid() else min(self.matrix.shape[1], COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A number, and its colour: blue below zero, orange above."""
        value = float(self.matrix[index.row(), index.column()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._written(value)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{self.place(index)} = {value:.9g}"
            case Qt.ItemDataRole.BackgroundRole:
                return self._color(value)
            case Qt.ItemDataRole.FontRole:
                return self._font(index)
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, _orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Indices from 0, as PyTorch counts."""
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def place(self, index: Index) -> str:
        """A cell as Python writes it."""
        if self.tensor is None or not self.tensor.shape:
            return ""
        inner = np.unravel_index(self.flat(index), self.tensor.shape)
        return f"[{', '.join(str(int(one)) for one in inner)}]"

    def _chosen_slice(self) -> int:
        """Which slice the chosen number lies in."""
        if self.tensor is None or len(self.tensor.shape) < 3 or not all(self.tensor.shape):
            return 0
        sizes = self.tensor.shape[:-2]
        known = self.tensor.chosen[: len(sizes)]
        place = (*known, *(0,) * (len(sizes) - len(known)))
        return int(np.ravel_multi_index(place, sizes, mode="clip"))

    def _font(self, index: Index) -> QFont:
        """Bold in the window that the chosen output comes from."""
        font, window = fonts.fixed(0.92), self.window
        font.setBold(window is not None and index.row() in window[0] and index.column() in window[1])
        return font

    def _written(self, value: float) -> str:
        whole = self.tensor is not None and self.tensor.dtype.startswith("int")
        return f"{value:.0f}" if whole else f"{value:.4g}"

    def _color(self, value: float) -> QColor:
        palette = colors.current()
        if not np.isfinite(value):
            return palette.color("error", 0.5)
        share = min(abs(value) / self._largest, 1.0)
        return palette.color("#e8862e" if value > 0 else "#3f83d6", 0.45 * share)


def _sliced(array: Doubles) -> Doubles:
    """An array as slices (slices, rows, columns)."""
    if array.ndim < 2:
        return array.reshape(1, -1, 1)
    if not array.size:
        return np.zeros((1, 0, 0))
    return array.reshape(-1, *array.shape[-2:])
