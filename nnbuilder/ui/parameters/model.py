"""The parameters as rows for Qt's views, sorted and filtered."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QSortFilterProxyModel, Qt

from nnbuilder.protocol.parameter_columns import BUFFER, COLUMNS, tip
from nnbuilder.protocol.parameters import ParameterKey, ParameterRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.table import NOWHERE, Index, heading_cell, side

_Role = Qt.ItemDataRole


class ParameterModel(QAbstractTableModel):
    """Shows the rows that it is given, in PyTorch's order."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[ParameterRow, ...] = ()

    def show_rows(self, rows: tuple[ParameterRow, ...]) -> None:
        """Shows other rows; the same parameters only get their new figures."""
        same = [row.key for row in rows] == [row.key for row in self.rows]
        if same:
            self.rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        return heading_cell(COLUMNS[section], role)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], COLUMNS[index.column()]
        match role:
            case _Role.DisplayRole:
                return column.text(row)
            case _Role.ToolTipRole:
                return tip(row, column)
            case _Role.AccessibleTextRole:
                return f"{column.title}: {column.text(row)}"
            case _Role.TextAlignmentRole:
                return side(column)
            case _Role.ForegroundRole:
                return _ink(row)
        return None


class Arranged(QSortFilterProxyModel):
    """The same rows sorted by any column and filtered by words that all have to occur."""

    def __init__(self, model: ParameterModel) -> None:
        super().__init__()
        self._model = model
        self._words: tuple[str, ...] = ()
        self.setSourceModel(model)
        self.setDynamicSortFilter(True)

    @property
    def rows(self) -> tuple[ParameterRow, ...]:
        """What is shown, in the order shown."""
        return tuple(
            self._model.rows[self.mapToSource(self.index(at, 0)).row()] for at in range(self.rowCount())
        )

    def filter_by(self, text: str) -> None:
        """Shows the rows in whose name, layer, shape or dtype every word occurs."""
        self._words = tuple(text.casefold().split())
        self.invalidate()

    def row_at(self, index: Index) -> ParameterRow | None:
        """The parameter of a cell."""
        return self._model.rows[self.mapToSource(index).row()] if index.isValid() else None

    def index_of(self, key: ParameterKey) -> QModelIndex:
        """The first cell of a parameter; an invalid index where it is not shown."""
        place = next((at for at, row in enumerate(self._model.rows) if row.key == key), -1)
        return self.mapFromSource(self._model.index(place, 0)) if place >= 0 else QModelIndex()

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:
        del source_parent
        row = self._model.rows[source_row]
        frozen = BUFFER if row.buffer else "" if row.requires_grad else "frozen"
        shape = "x".join(map(str, row.shape))
        text = f"{row.full} {row.layer} {shape} {row.shape} {row.dtype} {frozen}".casefold()
        return all(word in text for word in self._words)

    def lessThan(self, left: Index, right: Index) -> bool:
        if left.column() == 0:
            return left.row() < right.row()  # the order of the network
        rank = COLUMNS[left.column()].rank
        first, second = rank(self._model.rows[left.row()]), rank(self._model.rows[right.row()])
        if first is None or second is None:
            ascending = self.sortOrder() == Qt.SortOrder.AscendingOrder
            return first is not None if ascending else second is not None and first is None
        return bool(first < second)


def _ink(row: ParameterRow) -> Any:
    """Frozen parameters and buffers are quiet, those with numbers that are not finite red."""
    if row.nonfinite:
        return colors.current().color("error")
    return None if row.requires_grad else colors.current().color("muted")
