"""The palette's list: drags layers, opens and closes groups, appends by Enter and double click."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTreeView, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.scrollbar import ThinScrollBar
from nnbuilder.ui.palette.delegate import PaletteDelegate
from nnbuilder.ui.palette.model import COLOR_ROLE, COMMON, PaletteModel, layer_of


def run_drag(drag: QDrag) -> None:
    """Lets Qt run a drag until the mouse is let go."""
    drag.exec(Qt.DropAction.CopyAction)


FIRST_OPEN = frozenset({COMMON})
"""The groups that are open before anybody has opened or closed one: the list fits into the panel then."""


class PaletteTree(QTreeView):
    """Shows the model; `chosen` carries a layer to append. Groups stay as they were left."""

    chosen = Signal(str)

    def __init__(self, model: PaletteModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.run_drag = run_drag
        self._open = set(FIRST_OPEN)
        self.setObjectName("palette.layers")
        self.setAccessibleName("Layers")
        self.setModel(model)
        self.setItemDelegate(PaletteDelegate(self))
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformRowHeights(False)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBar(ThinScrollBar())
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setExpandsOnDoubleClick(False)
        self.viewport().setAutoFillBackground(False)
        colors.changed.connect(self.viewport().update)
        self.expanded.connect(lambda index: self._open.add(str(index.data())))
        self.collapsed.connect(lambda index: self._open.discard(str(index.data())))

    def restore(self) -> None:
        """Opens the groups that were open when the list showed groups last."""
        for row in range(self.model().rowCount()):
            index = self.model().index(row, 0)
            if str(index.data()) in self._open:
                self.expand(index)

    def choose_first(self) -> None:
        """Appends the first layer of the list."""
        model = self.model()
        first = model.index(0, 0)
        if first.isValid() and not layer_of(first):
            first = model.index(0, 0, first)
        if first.isValid():
            self.chosen.emit(layer_of(first))

    def enter(self) -> None:
        """Takes the keyboard and selects the first layer."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        index = self.model().index(0, 0)
        if index.isValid() and not layer_of(index):
            index = self.model().index(0, 0, index)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def startDrag(self, supportedActions: Qt.DropAction) -> None:  # noqa: N803
        index = self.currentIndex()
        if not layer_of(index):
            return
        drag = QDrag(self)
        drag.setMimeData(self.model().mimeData([index]))
        drag.setPixmap(self._picture(index))
        drag.setHotSpot(QPoint(-10, -8))  # the edge below the mouse stays in sight
        self.run_drag(drag)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and layer_of(self.currentIndex()):
            self.chosen.emit(layer_of(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        name = layer_of(self.indexAt(event.position().toPoint()))
        if name and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(name)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        shape = Qt.CursorShape.PointingHandCursor if index.isValid() else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if layer_of(index) else shape)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and not layer_of(index) and event.button() == Qt.MouseButton.LeftButton:
            self.setExpanded(index, not self.isExpanded(index))

    def _picture(self, index: QModelIndex) -> QPixmap:
        """What hangs at the mouse during a drag: the card's header."""
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(round(128 * ratio), round(27 * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color(str(index.data(COLOR_ROLE)), 0.9))
        painter.drawRoundedRect(0, 0, 128, 27, 7, 7)
        painter.setPen(Qt.GlobalColor.white)
        painter.setFont(fonts.pixels(13, bold=True))
        painter.drawText(10, 0, 110, 27, Qt.AlignmentFlag.AlignVCenter, layer_of(index))
        painter.end()
        return pixmap
