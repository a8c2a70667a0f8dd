"""What is named on the bench, as a list with shape, dtype and the rest of what is known of each."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from nnbuilder.protocol.bench import BenchValue

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()

COLUMNS = ("Name", "Shape", "dtype", "device")


def shape_text(value: BenchValue) -> str:
    """A shape as people write it."""
    if value.shape is None:
        return value.text.splitlines()[0][:40] if value.text else value.kind
    return " × ".join(map(str, value.shape)) or "one number"


def facts(value: BenchValue) -> str:
    """All that is known of a value, in one line."""
    if value.shape is None:
        return value.kind
    parts = [
        f"shape {tuple(value.shape)}",
        value.dtype,
        value.device,
        f"{value.numel:,} number{'s' if value.numel != 1 else ''}",
    ]
    if value.kind in {"Tensor", "Parameter"}:
        parts += [f"strides {tuple(value.strides)}", f"requires_grad {value.requires_grad}"]
    return ", ".join(parts)


class NamesModel(QAbstractTableModel):
    """The named values in the order in which they were made."""

    def __init__(self) -> None:
        super().__init__()
        self.values: tuple[BenchValue, ...] = ()

    def show(self, values: tuple[BenchValue, ...]) -> None:
        """Shows these."""
        if values != self.values:
            self.beginResetModel()
            self.values = values
            self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.values)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == _Role.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        value = self.values[index.row()]
        if role in {_Role.DisplayRole, _Role.AccessibleTextRole}:
            return (value.name, shape_text(value), value.dtype, value.device)[index.column()]
        return f"{value.name}: {facts(value)}" if role == _Role.ToolTipRole else None
