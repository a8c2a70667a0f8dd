"""The numbers of a parameter as a table that can be typed into, coloured by their size."""

import contextlib
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from nnbuilder.catalog.parse import arithmetic
from nnbuilder.catalog.spec import ArgError
from nnbuilder.protocol.parameters import ParameterRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.weights_editor.words import place_words

Index = QModelIndex | QPersistentModelIndex
Numbers = NDArray[np.float64]

COLUMNS = 1024
"""The most columns of the table; the picture shows all."""

_ENDLESS = {"nan", "inf", "infinity"}

_Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()


class WeightModel(QAbstractTableModel):
    """One matrix of a parameter; `typed` carries a flat place and a value, `refused` why a text is none."""

    typed = Signal(int, float)
    refused = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.row: ParameterRow | None = None
        self.array: Numbers = np.zeros((0, 0))
        self._slice = 0
        self._largest = 1.0
        colors.changed.connect(self.layoutChanged)

    @property
    def matrices(self) -> Numbers:
        """The numbers matrix by matrix (n, rows, columns); a vector is one row."""
        array = self.array if self.array.ndim > 1 else self.array.reshape(1, -1)
        return array.reshape(-1, *array.shape[-2:]) if array.size else np.zeros((0, 0, 0))

    @property
    def matrix(self) -> Numbers:
        """The matrix that is shown."""
        matrices = self.matrices
        return matrices[self._slice] if len(matrices) else np.zeros((0, 0))

    def show(self, row: ParameterRow, array: NDArray[Any]) -> None:
        """Shows a parameter; where it has the shape of the one before, views keep their place."""
        numbers = np.array(array, np.float64)
        same = self.row is not None and self.row.key == row.key and numbers.shape == self.array.shape
        if not same:
            self.beginResetModel()
            self._slice = 0
        self.row, self.array = row, numbers
        finite = np.abs(numbers[np.isfinite(numbers)])
        self._largest = float(finite.max(initial=0.0)) or 1.0
        if same:
            self._say_again()
        else:
            self.endResetModel()

    def show_slice(self, place: int) -> None:
        """Shows another matrix of the parameter."""
        self.beginResetModel()
        self._slice = min(max(place, 0), max(len(self.matrices) - 1, 0))
        self.endResetModel()

    def try_value(self, place: int, value: float) -> None:
        """Shows a number as it would be."""
        if 0 <= place < self.array.size:
            self.array.reshape(-1)[place] = value
            self._say_again()

    def flat(self, index: Index) -> int:
        """Where in the whole parameter a cell is, counted flat."""
        rows, columns = self.matrix.shape
        return int(self._slice * rows * columns + index.row() * columns + index.column())

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.matrix)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else min(int(self.matrix.shape[1]), COLUMNS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def headerData(self, section: int, _orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        return str(section) if role == _Role.DisplayRole else None

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        value = float(self.matrix[index.row(), index.column()])
        match role:
            case _Role.DisplayRole if self.row is not None and self.row.dtype.startswith("int"):
                return f"{value:.0f}"
            case _Role.DisplayRole:
                return f"{value:.4f}" if 1e-3 <= abs(value) < 1e4 or value == 0 else f"{value:.3g}"
            case _Role.EditRole:
                return f"{value:.9g}"
            case _Role.ToolTipRole | _Role.AccessibleTextRole:
                shape = self.row.shape if self.row else ()
                return f"{place_words(self.flat(index), shape)} = {value:.9g}".lstrip()
            case _Role.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case _Role.BackgroundRole:
                return self._tint(value)
        return None

    def setData(self, index: Index, value: Any, role: int = _Role.EditRole) -> bool:
        """Takes what was typed into a cell."""
        if role != _Role.EditRole or not index.isValid():
            return False
        number = number_of(str(value))
        if isinstance(number, str):
            self.refused.emit(number)
            return False
        if f"{number:.9g}" == self.data(index, _Role.EditRole):
            return False
        place = self.flat(index)
        self.try_value(place, number)
        self.typed.emit(place, number)
        return True

    def _tint(self, value: float) -> Any:
        palette = colors.current()
        if not np.isfinite(value):
            return palette.color("error_soft")
        share = 0.6 * min(abs(value) / self._largest, 1.0)
        return palette.mixed("window", "high" if value > 0 else "low", share) if value else None

    def _say_again(self) -> None:
        rows, columns = self.rowCount(), self.columnCount()
        if rows and columns:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, columns - 1))


def number_of(text: str) -> float | str:
    """The number that was typed, small arithmetic too; else a sentence on why it is none.

    NaN and infinity are taken from files only, where they tell of a training that went wrong.
    """
    if text.strip().lstrip("+-").casefold() in _ENDLESS:
        return f"{text.strip()} is not taken by hand, only from a file: type a number like 0.25."
    with contextlib.suppress(ArgError):
        number = float(arithmetic(text.strip()))
        if math.isfinite(number):
            return number
    return f"{text.strip()[:40]!r} is no number: type one like 0.25, -3e-2 or 1/3."
