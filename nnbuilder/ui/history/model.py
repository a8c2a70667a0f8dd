"""The undo stack as a list: how it began, then every step; those taken back are still there."""

from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from nnbuilder.session.document import Document

WHEN_ROLE = Qt.ItemDataRole.UserRole + 1
SAVED_ROLE = Qt.ItemDataRole.UserRole + 2

Index = QModelIndex | QPersistentModelIndex

_NOWHERE = QModelIndex()


class HistoryModel(QAbstractListModel):
    """Row 0 is the document as it was opened, row n as it was after n steps.

    `WHEN_ROLE` answers "past", "now" or "future", `SAVED_ROLE` whether this is what is on disk.
    """

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._stack = document.undo_stack
        self._count = 0

    def follow(self) -> None:
        """Shows the stack as it is."""
        count = self._stack.count() + 1
        if count > self._count:
            self.beginInsertRows(_NOWHERE, self._count, count - 1)
            self._count = count
            self.endInsertRows()
        elif count < self._count:
            self.beginRemoveRows(_NOWHERE, count, self._count - 1)
            self._count = count
            self.endRemoveRows()
        self.dataChanged.emit(self.index(0), self.index(self._count - 1))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = index.row()
        if not index.isValid() or row > self._stack.count():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(row)
        if role == WHEN_ROLE:
            return self._when(row)
        if role == SAVED_ROLE:
            return self._saved(row)
        if role in {Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole}:
            return self._heard(row)
        return None

    def _title(self, row: int) -> str:
        if row:
            return self._stack.text(row - 1)
        return f"Open {self._document.title}" if self._document.path else "Start"

    def _when(self, row: int) -> str:
        here = self._stack.index()
        return "now" if row == here else "past" if row < here else "future"

    def _saved(self, row: int) -> bool:
        return self._document.path is not None and row == self._stack.cleanIndex()

    def _heard(self, row: int) -> str:
        words = {"now": ", where the drawing stands", "past": "", "future": ", taken back"}
        return self._title(row) + words[self._when(row)] + (", saved" if self._saved(row) else "")
