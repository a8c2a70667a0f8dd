"""The rows of a comparison between a file of weights and the network."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from nnbuilder.protocol.tensor_fit import TensorFit
from nnbuilder.ui.common import colors

COLUMNS = ("Tensor", "In the file", "In the network", "")

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()


def verdict(row: TensorFit) -> str:
    """What is to be said of a tensor, in a word or two."""
    if row.fits:
        return "fits"
    if row.file is None:
        return "missing in the file"
    return "not in the network" if row.network is None else "another shape"


def shape(sizes: tuple[int, ...] | None) -> str:
    """A shape as it is read aloud; a dash where there is none."""
    if sizes is None:
        return "–"
    return " × ".join(map(str, sizes)) or "one number"


class FitModel(QAbstractTableModel):
    """Tensors with their shapes on both sides; what does not fit stands first."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[TensorFit, ...] = ()

    def show(self, rows: tuple[TensorFit, ...]) -> None:
        """Shows another comparison."""
        self.beginResetModel()
        self._rows = tuple(sorted(rows, key=lambda row: row.fits))
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        row = self._rows[index.row()]
        if role in {_Role.DisplayRole, _Role.ToolTipRole, _Role.AccessibleTextRole}:
            name = f"{row.name} → {row.own}" if row.own else row.name
            return (name, shape(row.file), shape(row.network), verdict(row))[index.column()]
        if role == _Role.ForegroundRole and (index.column() == len(COLUMNS) - 1 or not row.fits):
            return colors.current().color("ok" if row.fits else "error")
        return None
