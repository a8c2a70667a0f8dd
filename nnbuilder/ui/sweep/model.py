"""The runs of a sweep as rows that can be ordered by any column."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt

from nnbuilder.runs.sweep_record import SweepRecord, SweepRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.table import Index, heading_cell, side
from nnbuilder.ui.sweep.columns import Column, columns_of, raw, sort_key, text

_Role = Qt.ItemDataRole
_TOKENS = {"finished": "ok", "failed": "error", "lost": "error", "stopped": "warning", "running": "accent"}
_TROUBLED = {"failed", "lost", "running"}


class SweepModel(QAbstractTableModel):
    """Shows one sweep; `rows` are in the order of the table."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.rows: list[SweepRow] = []
        self.columns: tuple[Column, ...] = columns_of(None, "")
        self._order = (0, Qt.SortOrder.AscendingOrder)

    def show_sweep(self, sweep: SweepRecord | None, rows: Sequence[SweepRow]) -> None:
        """Shows other rows; where columns and rows are the same ones, only their cells change."""
        metric = next((row.metric for row in rows if row.metric), "")
        columns = columns_of(sweep, metric)
        if columns == self.columns and {row.trial for row in rows} == {row.trial for row in self.rows}:
            self._refresh(rows)
            return
        self.beginResetModel()
        self.columns = columns
        self.rows = list(rows)
        if self._order[0] >= len(columns):
            self._order = (0, Qt.SortOrder.AscendingOrder)
        self._sort()
        self.endResetModel()

    def row_at(self, index: Index) -> SweepRow | None:
        """The row of a cell."""
        return self.rows[index.row()] if index.isValid() else None

    def place_of(self, number: int) -> int:
        """The place of a trial in the table, -1 where it is not there."""
        return next((place for place, row in enumerate(self.rows) if row.trial.number == number), -1)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _Role.DisplayRole) -> Any:
        row, column = self.rows[index.row()], self.columns[index.column()]
        if role == _Role.DisplayRole:
            return text(row, column)
        if role == _Role.ToolTipRole:
            return row.message or f"{row.trial.title}\n{row.trial.run}"
        if role == _Role.TextAlignmentRole:
            return side(column)
        if role == _Role.ForegroundRole:
            tinted = column.kind == "status" or (column.kind == "number" and row.status in _TROUBLED)
            token = _TOKENS.get(row.status, "muted") if tinted else "text"
            return colors.current().color("faint" if raw(row, column) is None else token)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or section >= len(self.columns):
            return None
        return heading_cell(self.columns[section], role)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column, order)
        self._rearrange()

    def _refresh(self, rows: Sequence[SweepRow]) -> None:
        fresh = {row.trial: row for row in rows}
        self.rows = [fresh[row.trial] for row in self.rows]
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self.columns) - 1))
        self._rearrange()

    def _rearrange(self) -> None:
        """Orders the rows; selection and current row stay with their runs."""
        before = list(self.rows)
        ordered = self._sorted()
        if [row.trial for row in ordered] == [row.trial for row in before]:
            return
        self.layoutAboutToBeChanged.emit()
        self.rows = ordered
        where = {row.trial: place for place, row in enumerate(ordered)}
        for index in self.persistentIndexList():
            self.changePersistentIndex(index, self.index(where[before[index.row()].trial], index.column()))
        self.layoutChanged.emit()

    def _sort(self) -> None:
        self.rows = self._sorted()

    def _sorted(self) -> list[SweepRow]:
        column = self.columns[min(self._order[0], len(self.columns) - 1)]
        descending = self._order[1] == Qt.SortOrder.DescendingOrder
        rows = sorted(self.rows, key=lambda row: row.trial.number)
        return sorted(rows, key=lambda row: sort_key(row, column, descending=descending), reverse=descending)
