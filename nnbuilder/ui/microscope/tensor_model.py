"""A tensor as a table: dimension 0 downwards, all others flat to the right, with colours for the sizes."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from nnbuilder.protocol.microscope import Tensor
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.heat import Doubles

Index = QModelIndex | QPersistentModelIndex

COLUMNS = 1024
"""Columns of a table at most; the sentence above it says where there are more."""


class TensorModel(QAbstractTableModel):
    """Shows one tensor; the chosen number is framed by its selection."""

    def __init__(self) -> None:
        super().__init__()
        self.tensor: Tensor | None = None
        self._numbers: Doubles = np.zeros((0, 0))
        self._largest = 1.0
        colors.changed.connect(self.layoutChanged)

    def show(self, tensor: Tensor | None, array: np.ndarray[Any, Any] | None) -> None:
        """Shows another tensor, or none."""
        self.beginResetModel()
        self.tensor = tensor
        self._numbers = np.zeros((0, 0)) if array is None else _flat(np.asarray(array, np.float64))
        finite = np.abs(self._numbers[np.isfinite(self._numbers)])
        self._largest = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
        self.endResetModel()

    @property
    def words(self) -> str:
        """Shape and dtype, and how much of the tensor is in the table."""
        if self.tensor is None:
            return ""
        shape, rows = self.tensor.shape, self.rowCount()
        text = f"{shape if len(shape) != 1 else f'({shape[0]},)'} {self.tensor.dtype}, cpu"
        whole = shape[0] if shape else 1
        if rows < whole and len(shape) > 1:
            text += f", the first {rows:,} of {whole:,} rows"
        wide = int(np.prod(shape[1:])) if len(shape) > 1 else 1
        return text + (f", {COLUMNS:,} of {wide:,} columns" if wide > COLUMNS else "")

    @property
    def chosen(self) -> tuple[int, int] | None:
        """Row and column of the chosen number."""
        if self.tensor is None or not self.tensor.chosen:
            return None
        place, shape = self.tensor.chosen, self.tensor.shape
        column = 0
        for at, size in zip(place[1:], shape[1:], strict=False):
            column = column * size + at
        found = (place[0], column)
        return found if found[0] < self.rowCount() and found[1] < self.columnCount() else None

    def flat(self, index: Index) -> int:
        """Where in the whole tensor a cell is, counted flat."""
        return index.row() * int(self._numbers.shape[1]) + index.column()

    def rowCount(self, parent: Index | None = None) -> int:
        """How many rows were sent."""
        return 0 if parent is not None and parent.isValid() else self._numbers.shape[0]

    def columnCount(self, parent: Index | None = None) -> int:
        """All other dimensions, flat."""
        return 0 if parent is not None and parent.isValid() else min(self._numbers.shape[1], COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """A number, and its colour: blue below zero, orange above."""
        value = float(self._numbers[index.row(), index.column()])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._written(value)
            case Qt.ItemDataRole.ToolTipRole:
                return f"{self.place(index)} = {value:.9g}"
            case Qt.ItemDataRole.BackgroundRole:
                return self._color(value)
            case Qt.ItemDataRole.FontRole:
                return fonts.fixed(0.92)
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
        if self.tensor is None:
            return ""
        inner = np.unravel_index(index.column(), self.tensor.shape[1:]) if len(self.tensor.shape) > 1 else ()
        return f"[{', '.join(map(str, (index.row(), *map(int, inner))))}]"

    def _written(self, value: float) -> str:
        whole = self.tensor is not None and self.tensor.dtype.startswith("int")
        return f"{value:.0f}" if whole else f"{value:.4g}"

    def _color(self, value: float) -> QColor:
        palette = colors.current()
        if not np.isfinite(value):
            return palette.color("error", 0.5)
        share = min(abs(value) / self._largest, 1.0)
        return palette.color("#e8862e" if value > 0 else "#3f83d6", 0.45 * share)


def _flat(array: Doubles) -> Doubles:
    return array.reshape(len(array), -1) if array.ndim else array.reshape(1, 1)
