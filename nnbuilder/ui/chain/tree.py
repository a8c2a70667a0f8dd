"""The list itself: walks, selects and edits the chain by keyboard."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.chain.delegate import ChainDelegate, arrow_spot
from nnbuilder.ui.chain.model import ChainModel, Index
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_Key = Qt.Key
_Flag = QItemSelectionModel.SelectionFlag
_ALT, _CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
_PLAIN = Qt.KeyboardModifier.NoModifier

Chord = tuple[Qt.KeyboardModifier, Qt.Key]


class ChainTree(QTreeView):
    """Shows the model; says what the user wants by signals, and follows a selection that it is told.

    `picked` carries the selected nodes, the current one last. What was folded stays folded while rows come
    and go.
    """

    picked = Signal(tuple)
    opened = Signal()
    add_requested = Signal()
    removed = Signal()
    duplicated = Signal()
    shifted = Signal(int)
    moved_in = Signal()
    moved_out = Signal()
    menu_requested = Signal(QPoint)

    def __init__(self, model: ChainModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chain_tree")
        self.setAccessibleName("Chain of layers")
        self._chain = model
        self._folded: set[NodeId] = set()
        self._scroll = 0
        self._keys = self._chords()
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
        current = self._chain.node_at(self.currentIndex())
        found = [self._chain.node_at(index) for index in self.selectionModel().selectedIndexes()]
        nodes = [node for node in found if node is not None]
        return tuple(sorted(nodes, key=lambda node: node == current))

    def show_nodes(self, nodes: Iterable[NodeId]) -> None:
        """Selects these nodes and shows the last one; does nothing where they are selected already."""
        indexes = [index for node in nodes if (index := self._chain.index_of(node)).isValid()]
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

    def rename(self) -> None:
        """Opens the field for the name of the current row."""
        index = self.currentIndex()
        if index.isValid() and self.model().flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def event(self, event: QEvent) -> bool:
        """Takes its keys before the shortcuts of the window do."""
        editing = self.state() == QAbstractItemView.State.EditingState
        asked = event.type() == QEvent.Type.ShortcutOverride and not editing
        if asked and isinstance(event, QKeyEvent) and self._chord(event) in self._keys:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        act = self._keys.get(self._chord(event))
        if act is not None:
            act()
            event.accept()
        else:
            super().keyPressEvent(event)

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
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.indexAt(event.position().toPoint()).isValid():
            self.opened.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_requested.emit(event.globalPos())

    def _chords(self) -> dict[Chord, Callable[[], object]]:
        return {
            (_PLAIN, _Key.Key_Return): self.opened.emit,
            (_PLAIN, _Key.Key_Enter): self.opened.emit,
            (_PLAIN, _Key.Key_F2): self.rename,
            (_PLAIN, _Key.Key_Delete): self.removed.emit,
            (_PLAIN, _Key.Key_Backspace): self.removed.emit,
            (_PLAIN, _Key.Key_Insert): self.add_requested.emit,
            (_PLAIN, _Key.Key_Slash): self.add_requested.emit,
            (_CTRL, _Key.Key_D): self.duplicated.emit,
            (_ALT, _Key.Key_Up): lambda: self.shifted.emit(-1),
            (_ALT, _Key.Key_Down): lambda: self.shifted.emit(1),
            (_ALT, _Key.Key_Right): self.moved_in.emit,
            (_ALT, _Key.Key_Left): self.moved_out.emit,
        }

    def _chord(self, event: QKeyEvent) -> Chord:
        key = _Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        shifted = Qt.KeyboardModifier.ShiftModifier if key == _Key.Key_Slash else _PLAIN
        return modifiers & ~shifted, key

    def _selected(self) -> None:
        self.picked.emit(self.nodes)

    def _fold(self, index: Index) -> None:
        if (node := self._chain.node_at(index)) is not None:
            self._folded.add(node)

    def _unfold(self, index: Index) -> None:
        if (node := self._chain.node_at(index)) is not None:
            self._folded.discard(node)

    def _remember(self) -> None:
        self._scroll = self.verticalScrollBar().value()

    def _restore(self) -> None:
        folded = self._folded & set(self._chain.nodes)
        self.expandAll()
        for node in folded:
            self.collapse(self._chain.index_of(node))
        self._folded = folded
        self.verticalScrollBar().setValue(self._scroll)
