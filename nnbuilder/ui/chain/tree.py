"""The list itself: walks, selects and edits the chain by keyboard, and reorders it by mouse."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.chain.delegate import ChainDelegate, arrow_spot
from nnbuilder.ui.chain.dragging import RowDrag
from nnbuilder.ui.chain.model import ChainModel, Index
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.action_table import key_pressed
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_Flag = QItemSelectionModel.SelectionFlag
_ALT = Qt.KeyboardModifier.AltModifier


class ChainTree(QTreeView):
    """Shows the model; says what the user wants by signals, and follows a selection that it is told.

    `picked` carries the selected nodes, the current one last; `wanted` the name of the action whose key was
    pressed; `dropped` the node that rows were dropped at and on which side of it. What was folded stays
    folded while rows come and go.
    """

    picked = Signal(tuple)
    opened = Signal()
    wanted = Signal(str)
    dropped = Signal(str, str)
    menu_requested = Signal(QPoint)

    def __init__(self, model: ChainModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chain_tree")
        self.setAccessibleName("Chain of layers")
        self.chain = model
        self._folded: set[NodeId] = set()
        self._scroll = 0
        self._actions: Mapping[str, QAction] = {}
        self.drag = RowDrag(self, model)
        self.setModel(model)
        self.setItemDelegate(ChainDelegate(self))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setRootIsDecorated(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setExpandsOnDoubleClick(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(ThinScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        palette = self.palette()  # rows paint their selection themselves, the space before them stays empty
        palette.setColor(QPalette.ColorRole.Highlight, Qt.GlobalColor.transparent)
        self.setPalette(palette)
        self.collapsed.connect(self._fold)
        self.expanded.connect(self._unfold)
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        self.selectionModel().selectionChanged.connect(self._selected)
        colors.changed.connect(self.viewport().update)

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The selected nodes, the current one last."""
        current = self.chain.node_at(self.currentIndex())
        found = [self.chain.node_at(index) for index in self.selectionModel().selectedIndexes()]
        nodes = [node for node in found if node is not None]
        return tuple(sorted(nodes, key=lambda node: node == current))

    def show_nodes(self, nodes: Iterable[NodeId]) -> None:
        """Selects these nodes and shows the last one; does nothing where they are selected already."""
        indexes = [index for node in nodes if (index := self.chain.index_of(node)).isValid()]
        if {index.internalId() for index in indexes} == {
            index.internalId() for index in self.selectionModel().selectedIndexes()
        }:
            return
        wanted = QItemSelection()
        for index in indexes:
            wanted.select(index, index)
        if indexes:
            self.selectionModel().setCurrentIndex(indexes[-1], _Flag.NoUpdate)
            self.scrollTo(indexes[-1])
        self.selectionModel().select(wanted, _Flag.ClearAndSelect)

    def adopt(self, actions: Mapping[str, QAction]) -> None:
        """Takes the actions whose keys work in the list, whatever keys they have."""
        self._actions = actions

    def rename(self) -> None:
        """Opens the field for the name of the current row."""
        index = self.currentIndex()
        if index.isValid() and self.model().flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def event(self, event: QEvent) -> bool:
        """Takes its keys before the shortcuts of the window do."""
        editing = self.state() == QAbstractItemView.State.EditingState
        asked = event.type() == QEvent.Type.ShortcutOverride and not editing
        if asked and isinstance(event, QKeyEvent) and key_pressed(event, self._actions):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.drag.cancel():
            event.accept()
        elif self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # Enter comes here from the field, which Qt closes a little later
        elif name := key_pressed(event, self._actions):
            self.wanted.emit(name)
            event.accept()
        elif event.matches(QKeySequence.StandardKey.Copy) or event.modifiers() & _ALT:
            event.ignore()  # Qt would copy the words of a row, and walk with Alt as without
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.drag.cancel()
        super().focusOutEvent(event)

    def drawBranches(self, painter: QPainter, rect: QRect, index: Index) -> None:
        """Leaves the space before the rows empty: the rows say themselves what can be folded."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if (
            self.model().hasChildren(index)
            and index.isValid()
            and arrow_spot(self.visualRect(index)).contains(point)
        ):
            self.setExpanded(index, not self.isExpanded(index))
            event.accept()
            return
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and self.selectionModel().isSelected(index):
            self.drag.press(point)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.drag.move(event.position().toPoint()):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.drag.active:
            self.drag.cancel()
            super().mouseReleaseEvent(event)
            return
        target = self.drag.end()
        self.setState(QAbstractItemView.State.NoState)
        if target is not None:
            self.dropped.emit(target.node, target.side)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self.drag.paint(painter)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def _selected(self) -> None:
        self.picked.emit(self.nodes)

    def _fold(self, index: Index) -> None:
        if (node := self.chain.node_at(index)) is not None:
            self._folded.add(node)

    def _unfold(self, index: Index) -> None:
        if (node := self.chain.node_at(index)) is not None:
            self._folded.discard(node)

    def _remember(self) -> None:
        self._scroll = self.verticalScrollBar().value()

    def _restore(self) -> None:
        folded = self._folded & set(self.chain.nodes)
        self.expandAll()
        for node in folded:
            self.collapse(self.chain.index_of(node))
        self._folded = folded
        self.verticalScrollBar().setValue(self._scroll)
