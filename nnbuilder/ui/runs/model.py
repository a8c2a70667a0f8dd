"""The stored runs as a table for Qt's views: filtered by words, sorted by any column."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt

from nnbuilder.runs.overview import RunOverview
from nnbuilder.ui.common.table import NOWHERE, Index, heading_cell, side
from nnbuilder.ui.runs.columns import COLUMNS, KEYS, matches
from nnbuilder.ui.runs.tints import Tints

RUN_ROLE = Qt.ItemDataRole.UserRole + 1
TINT_ROLE = Qt.ItemDataRole.UserRole + 2


class RunsModel(QAbstractTableModel):
    """Shows the runs that it is given; those without a value in the sorted column come last."""

    def __init__(self, tints: Tints, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tints = tints
        self._all: tuple[RunOverview, ...] = ()
        self._rows: list[RunOverview] = []
        self._wanted = ""
        self._column = KEYS["when"]
        self._descending = True

    @property
    def rows(self) -> tuple[RunOverview, ...]:
        """The runs that are shown, from top to bottom."""
        return tuple(self._rows)

    def show_runs(self, runs: Sequence[RunOverview]) -> None:
        """Shows other runs; the table is made anew only where they came, went or moved."""
        self._all = tuple(runs)
        self._arrange()

    def filter(self, wanted: str) -> None:
        """Shows only the runs in which all these words occur."""
        self._wanted = wanted
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column = column if column >= 0 else KEYS["when"]
        self._descending = order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def row_of(self, folder: Path) -> int | None:
        """Where a run stands; None where it is not shown."""
        return next((row for row, run in enumerate(self._rows) if run.folder == folder), None)

    def tint(self) -> None:
        """Tells views that runs have other colours."""
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(COLUMNS) - 1))

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        run, column = self._rows[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(run)
        if role == RUN_ROLE:
            return run
        if role == TINT_ROLE:
            return self._tints.color(run.folder)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(run, column.key)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(run) or 'none'}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return side(column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        return heading_cell(COLUMNS[section], role)

    def _arrange(self) -> None:
        rows = self._sorted([run for run in self._all if matches(run, self._wanted)])
        if [run.folder for run in rows] == [run.folder for run in self._rows]:
            self._rows = rows
            self.tint()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _sorted(self, runs: list[RunOverview]) -> list[RunOverview]:
        order = COLUMNS[self._column].order
        known = [run for run in runs if not order(run)[0]]
        unknown = [run for run in runs if order(run)[0]]
        return [*sorted(known, key=order, reverse=self._descending), *unknown]


def _tip(run: RunOverview, key: str) -> str:
    """What a cell has no room for."""
    column = COLUMNS[KEYS[key]]
    lines = [column.text(run)]
    if key == "name":
        lines = [run.title, f"In {run.folder}", run.label.note]
    return "\n".join(filter(None, lines))
