"""A weight matrix with its bias beside it as a table, each cell tinted by its size."""

import math
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from nnbuilder.protocol.algebra import Matrix, Numbers
from nnbuilder.ui.algebra.words import number
from nnbuilder.ui.common import colors, fonts

_Index = QModelIndex | QPersistentModelIndex
_Role = Qt.ItemDataRole
_NOWHERE = QModelIndex()


class MatrixModel(QAbstractTableModel):
    """Rows of numbers under these heads; `signed` ones are tinted, against the largest."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: Matrix = ()
        self._across: tuple[str, ...] = ()
        self._down: tuple[str, ...] = ()
        self._tinted = 0
        self._most = 0.0

    def show(self, rows: Matrix, across: tuple[str, ...], down: tuple[str, ...], tinted: int = 0) -> None:
        """Shows numbers; the first `tinted` columns are tinted."""
        self.beginResetModel()
        self._rows, self._across, self._down, self._tinted = rows, across, down, tinted
        shown = (one for row in rows for one in row[:tinted] if math.isfinite(one))
        self._most = max(map(abs, shown), default=0.0)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._across)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _Role.DisplayRole) -> Any:
        heads = self._across if orientation == Qt.Orientation.Horizontal else self._down
        return heads[section] if role == _Role.DisplayRole and section < len(heads) else None

    def data(self, index: _Index, role: int = _Role.DisplayRole) -> Any:
        value = self._rows[index.row()][index.column()]
        if role in {_Role.DisplayRole, _Role.AccessibleTextRole}:
            return number(value)
        if role == _Role.ToolTipRole:
            return f"{self._down[index.row()]}, {self._across[index.column()]}: {value!r}"
        if role == _Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _Role.BackgroundRole and index.column() < self._tinted and not math.isfinite(value):
            return colors.current().color("error_soft")
        if role == _Role.BackgroundRole and index.column() < self._tinted and self._most and value:
            share = 0.6 * abs(value) / self._most
            return colors.current().mixed("window", "high" if value > 0 else "low", share)
        return None


class MatrixTable(QTableView):
    """Shows a matrix; cells are chosen by mouse or keys."""

    def __init__(self, name: str, heard: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.numbers = MatrixModel()
        self.setModel(self.numbers)
        self.setObjectName(name)
        self.setAccessibleName(heard)
        self.setToolTip(heard)
        self.setFont(fonts.fixed(0.9))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setMinimumSize(220, 120)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(66)
        colors.changed.connect(self.viewport().update)

    def fit(self) -> None:
        """Takes no more height than its rows need."""
        needed = sum(map(self.rowHeight, range(self.numbers.rowCount())))
        frame = 2 * self.frameWidth() + self.horizontalScrollBar().sizeHint().height()
        self.setMaximumHeight(max(self.horizontalHeader().sizeHint().height() + needed + frame, 120))

    def show_layer(self, weight: Matrix, bias: Numbers) -> None:
        """Shows W, and b behind it where there is one."""
        across = tuple(f"in {place}" for place in range(len(weight[0]))) if weight else ()
        rows = tuple((*row, bias[place]) if bias else row for place, row in enumerate(weight))
        down = tuple(f"out {place}" for place in range(len(weight)))
        self.numbers.show(rows, (*across, *(("b",) if bias else ())), down, len(across))
        self.fit()
