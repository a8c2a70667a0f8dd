"""The network as a tree for Qt's views: groups hold their layers, rows stand in the order of the chain."""

from typing import Any, overload

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from nnbuilder.graph.diff import GraphDiff
from nnbuilder.graph.edits import Rename
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, NodeId
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.chain.rows import TOP, Entry, Row, entries_of, row_of

NODE_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class ChainModel(QAbstractItemModel):
    """Follows document and analysis when told to; `refused` carries why a name was not taken."""

    refused = Signal(str)

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._analysis = analysis
        self._entries: tuple[Entry, ...] = ()
        self._roots: tuple[int, ...] = ()
        self._places: dict[NodeId, int] = {}
        self._loose = False
        """Whether rows outside of chains are there, whose order follows the places of their cards."""

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The nodes of all rows."""
        return tuple(self._places)

    def follow(self) -> None:
        """Shows the document as it is; the tree is made anew only where rows came, went or moved."""
        entries = entries_of(self._document.project.graph)
        if entries != self._entries:
            self.beginResetModel()
            self._entries = entries
            self._roots = tuple(place for place, entry in enumerate(entries) if entry.parent == TOP)
            self._places = {entry.node: place for place, entry in enumerate(entries)}
            self._loose = any(self._is_loose(entry) for entry in entries)
            self.endResetModel()
        else:
            self.say_again()

    def follow_change(self, diff: GraphDiff) -> None:
        """Shows what changed; where no row can have moved, only the rows that changed."""
        rewired = diff.added or diff.removed or diff.edges_added or diff.edges_removed
        if rewired or self._loose or any(self._rehomed(node) for node in diff.changed):
            self.follow()
            return
        for index in map(self.index_of, diff.changed):
            self.dataChanged.emit(index, index)

    def say_again(self) -> None:
        """Tells views that the words of all rows may be others."""
        folders = (self._at(place) for place, entry in enumerate(self._entries) if entry.children)
        for parent in (_NOWHERE, *folders):
            if rows := self.rowCount(parent):
                self.dataChanged.emit(self.index(0, 0, parent), self.index(rows - 1, 0, parent))

    def index_of(self, node: NodeId) -> QModelIndex:
        """The row of a node; an invalid index where it has none."""
        place = self._places.get(node)
        return _NOWHERE if place is None else self._at(place)

    def node_at(self, index: Index) -> NodeId | None:
        """The node of a row."""
        return self._entries[index.internalId()].node if index.isValid() else None

    def index(self, row: int, column: int, parent: Index = _NOWHERE) -> QModelIndex:
        rows = self._rows(parent)
        if column != 0 or not 0 <= row < len(rows):
            return QModelIndex()
        return self.createIndex(row, 0, rows[row])

    @overload
    def parent(self) -> QObject: ...

    @overload
    def parent(self, child: Index) -> QModelIndex: ...

    def parent(self, child: Index | None = None) -> QObject | QModelIndex | None:
        if child is None:
            return super().parent()
        return self._at(self._entries[child.internalId()].parent) if child.isValid() else QModelIndex()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return len(self._rows(parent))

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = self._document.project.graph.nodes
        node = self.node_at(index)
        if node is None or node not in found:
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags if found[node].type in {INPUT, LOSS} else flags | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node_at(index)
        graph = self._document.project.graph
        if node is None or node not in graph.nodes:
            return None
        if role == NODE_ROLE:
            return node
        if role == Qt.ItemDataRole.EditRole:
            return graph.nodes[node].name
        if role in _WORDS:
            return _WORDS[role](row_of(graph, self._entries[index.internalId()], self._analysis))
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        node = self.node_at(index)
        if node is None or role != Qt.ItemDataRole.EditRole:
            return False
        try:
            self._document.apply(Rename(node, str(value)))
        except EditRefused as refusal:
            self.refused.emit(str(refusal))
            return False
        return True

    def _is_loose(self, entry: Entry) -> bool:
        return entry.index is None and self._document.project.graph.nodes[entry.node].type not in {
            INPUT,
            LOSS,
        }

    def _rehomed(self, node: NodeId) -> bool:
        """Whether a node lies in another group than its row."""
        place = self._places.get(node)
        if place is None:
            return True
        around = self._entries[place].parent
        group = None if around == TOP else self._entries[around].node
        return self._document.project.graph.nodes[node].parent != group

    def _rows(self, parent: Index) -> tuple[int, ...]:
        return self._entries[parent.internalId()].children if parent.isValid() else self._roots

    def _at(self, place: int) -> QModelIndex:
        return _NOWHERE if place == TOP else self.createIndex(self._entries[place].place, 0, place)


def _described(row: Row) -> str:
    return " ".join(row.problems)


def _tip(row: Row) -> str:
    return "\n".join((row.heard, *row.problems))


_WORDS = {
    ROW_ROLE: lambda row: row,
    Qt.ItemDataRole.DisplayRole: lambda row: row.title,
    Qt.ItemDataRole.AccessibleTextRole: lambda row: row.heard,
    Qt.ItemDataRole.AccessibleDescriptionRole: _described,
    Qt.ItemDataRole.ToolTipRole: _tip,
}
