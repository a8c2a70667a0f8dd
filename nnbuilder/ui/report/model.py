"""The report as a tree for Qt's views: groups hold their layers, any column sorts."""

from collections.abc import Iterator
from typing import Any, overload

import msgspec
from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.columns import COLUMNS, Column
from nnbuilder.graph.report.rows import Row
from nnbuilder.ui.common.table import NOWHERE, Index, heading_cell, side
from nnbuilder.ui.report.tips import header_tip, row_tip

ROW_ROLE = Qt.ItemDataRole.UserRole + 1

_TOP = -1
_AS_DRAWN = -1


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """Where a row stands: the row around it, its place there, the rows in it in the order shown."""

    node: NodeId
    parent: int
    place: int
    children: tuple[int, ...]


class ReportModel(QAbstractItemModel):
    """Shows the rows it is given; a row is made into text only when a view asks for it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tops: tuple[Row, ...] = ()
        self._rows: list[Row] = []
        self._entries: list[_Entry] = []
        self._roots: tuple[int, ...] = ()
        self._places: dict[NodeId, int] = {}
        self._column = _AS_DRAWN
        self._descending = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows in the order shown, groups before what lies in them."""
        return tuple(self._rows[place] for place in self._in_order(self._roots))

    def show_rows(self, tops: tuple[Row, ...]) -> None:
        """Shows other rows; the tree is made anew only where rows came, went or moved."""
        self._tops = tops
        rows, entries = self._arranged()
        if entries == self._entries:
            self._rows = rows
            self._say_again()
            return
        self.beginResetModel()
        self._rows, self._entries = rows, entries
        self._roots = tuple(place for place, entry in enumerate(entries) if entry.parent == _TOP)
        self._places = {entry.node: place for place, entry in enumerate(entries)}
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._column = column
        self._descending = order == Qt.SortOrder.DescendingOrder
        self.show_rows(self._tops)

    def index_of(self, node: NodeId) -> QModelIndex:
        """The first cell of a node's row; an invalid index where it has none."""
        place = self._places.get(node)
        return NOWHERE if place is None else self._at(place)

    def node_at(self, index: Index) -> NodeId | None:
        """The node of a cell."""
        return self._entries[index.internalId()].node if index.isValid() else None

    def index(self, row: int, column: int, parent: Index = NOWHERE) -> QModelIndex:
        places = self._inside(parent)
        if not (0 <= column < len(COLUMNS) and 0 <= row < len(places)):
            return QModelIndex()
        return self.createIndex(row, column, places[row])

    @overload
    def parent(self) -> QObject: ...

    @overload
    def parent(self, child: Index) -> QModelIndex: ...

    def parent(self, child: Index | None = None) -> QObject | QModelIndex | None:
        if child is None:
            return super().parent()
        return self._at(self._entries[child.internalId()].parent) if child.isValid() else QModelIndex()

    def rowCount(self, parent: Index = NOWHERE) -> int:
        return 0 if parent.column() > 0 else len(self._inside(parent))

    def columnCount(self, parent: Index = NOWHERE) -> int:
        return len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.internalId()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row)
        if role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return row_tip(row, column.key)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {column.text(row) or 'none'}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return side(column)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(COLUMNS):
            return None
        column = COLUMNS[section]
        if role == Qt.ItemDataRole.ToolTipRole:
            return header_tip(column)
        return heading_cell(column, role)

    def _arranged(self) -> tuple[list[Row], list[_Entry]]:
        """The rows level by level, each level in the order asked for."""
        rows: list[Row] = []
        entries: list[_Entry] = []
        waiting: list[tuple[tuple[Row, ...], int]] = [(self._tops, _TOP)]
        for level, parent in waiting:
            first = len(rows)
            inside = self._sorted(level)
            rows += inside
            entries += [_Entry(row.id, parent, place, ()) for place, row in enumerate(inside)]
            if parent != _TOP:
                places = tuple(range(first, len(rows)))
                entries[parent] = msgspec.structs.replace(entries[parent], children=places)
            waiting += [(row.children, first + place) for place, row in enumerate(inside) if row.children]
        return rows, entries

    def _sorted(self, level: tuple[Row, ...]) -> tuple[Row, ...]:
        if self._column == _AS_DRAWN:
            return level
        column: Column = COLUMNS[self._column]
        if column.key == "name":
            return level[::-1] if self._descending else level  # the order of the chain
        return tuple(sorted(level, key=column.rank, reverse=self._descending))

    def _in_order(self, places: tuple[int, ...]) -> Iterator[int]:
        for place in places:
            yield place
            yield from self._in_order(self._entries[place].children)

    def _say_again(self) -> None:
        """Tells views that the words of all rows may be others."""
        folders = (self._at(place) for place, entry in enumerate(self._entries) if entry.children)
        for parent in (NOWHERE, *folders):
            if rows := self.rowCount(parent):
                last = self.index(rows - 1, len(COLUMNS) - 1, parent)
                self.dataChanged.emit(self.index(0, 0, parent), last)

    def _inside(self, parent: Index) -> tuple[int, ...]:
        return self._entries[parent.internalId()].children if parent.isValid() else self._roots

    def _at(self, place: int) -> QModelIndex:
        return NOWHERE if place == _TOP else self.createIndex(self._entries[place].place, 0, place)
