"""A value's numbers as a table of two dimensions, with the heat of each cell; one slice of more at a time."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from nnbuilder.ui.common import colors

Array = NDArray[np.generic]
_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()

MOST = 2000
"""The most rows and columns that a table has; more nobody reads."""


def strength(array: Array) -> float:
    """The largest distance from zero, of what is finite."""
    numbers = np.abs(array.astype(np.float64))
    numbers = numbers[np.isfinite(numbers)]
    return float(numbers.max()) if numbers.size else 0.0


def written(number: Any, dtype: str) -> str:
    """A number as PyTorch would print it, near enough."""
    if dtype == "bool":
        return "True" if number else "False"
    if isinstance(number, np.floating):
        return (
            f"{float(number):.4f}"
            if 1e-4 <= abs(float(number)) < 1e5 or number == 0
            else f"{float(number):.4g}"
        )
    return str(int(number))


class NumbersModel(QAbstractTableModel):
    """One matrix; cells are tinted by how far they are from zero, against the largest of all slices."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers: Array = np.zeros((0, 0))
        self._dtype = ""
        self._most = 0.0

    @property
    def numbers(self) -> Array:
        """What is shown."""
        return self._numbers

    def show(self, numbers: Array, dtype: str, most: float) -> None:
        """Shows a matrix."""
        self.beginResetModel()
        self._numbers, self._dtype, self._most = numbers[:MOST, :MOST], dtype, most
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else int(self._numbers.shape[1])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        del orientation
        return str(section) if role == _Role.DisplayRole else None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        number = self._numbers[index.row(), index.column()]
        if role in {_Role.DisplayRole, _Role.AccessibleTextRole}:
            return written(number, self._dtype)
        if role == _Role.ToolTipRole:
            return f"[{index.row()}, {index.column()}] = {number}"
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _Role.BackgroundRole:
            return self._tint(float(number))
        return None

    def _tint(self, number: float) -> QColor | None:
        palette = colors.current()
        if not np.isfinite(number):
            return palette.color("error_soft")
        if not self._most or not number:
            return None
        return palette.mixed("window", "high" if number > 0 else "low", 0.6 * abs(number) / self._most)
