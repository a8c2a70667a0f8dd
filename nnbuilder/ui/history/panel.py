"""The history as a panel: every step by its name; a click goes back or forth to it."""

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QVBoxLayout, QWidget

from nnbuilder.session.document import Document
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.scrollbar import ThinScrollBar
from nnbuilder.ui.history.delegate import HistoryDelegate
from nnbuilder.ui.history.model import HistoryModel

_EMPTY = "Nothing was changed yet. Every edit will be listed here, to go back to with one click."


class HistoryList(QListView):
    """Shows the steps; arrows walk, Enter, Space or a click choose one: `chosen` carries its number."""

    chosen = Signal(int)

    def __init__(self, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history_list")
        self.setAccessibleName("History of edits")
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(ThinScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self._choose)
        colors.changed.connect(self.viewport().update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.chosen.emit(index.row())


class HistoryPanel(QWidget):
    """Follows the undo stack of a document, and moves in it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("history")
        self.setAccessibleName("History")
        self._stack = document.undo_stack
        self._stale = True
        self.model = HistoryModel(document, self)
        self.list = HistoryList(self.model)
        self._empty = quiet(_EMPTY)
        self._empty.setObjectName("history_empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 8)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._empty, 1)
        self.setFocusProxy(self.list)
        self.list.chosen.connect(self._stack.setIndex)
        self._stack.indexChanged.connect(self.refresh)
        self._stack.cleanChanged.connect(self.refresh)
        self._stack.undoTextChanged.connect(self.refresh)
        document.path_changed.connect(self.refresh)
        document.replaced.connect(self.refresh)

    def refresh(self) -> None:
        """Shows the stack as it is; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self.model.follow()
        empty = self._stack.count() == 0
        self._empty.setVisible(empty)
        self.list.setVisible(not empty)
        here = self.model.index(self._stack.index())
        self.list.setCurrentIndex(here)
        self.list.scrollTo(here)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()
