"""The field on a card in which its name is typed: Enter keeps it, Esc leaves it as it was."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGraphicsView, QLineEdit

from nnbuilder.graph.edits import Rename
from nnbuilder.graph.graph import INPUT, LOSS, NodeId
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench

_NARROWEST = 120


class NameEdit(QLineEdit):
    """Renames one node at a time; a refusal is said and lets the user go on typing."""

    def __init__(self, view: QGraphicsView, bench: Bench, show: Callable[[NodeId], None]) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._bench = bench
        self._show = show
        self._node: NodeId | None = None
        self.setObjectName("canvas.name")
        self.setAccessibleName("Name of the layer")
        self.setToolTip("Enter keeps the name, Esc leaves it; empty goes back to the number")
        bench.document.changed.connect(self._follow)
        bench.document.replaced.connect(self.leave)
        self.hide()

    @property
    def node(self) -> NodeId | None:
        """The node that is being renamed."""
        return self._node

    def open(self, key: NodeId | None) -> None:
        """Lets the user type the name of a node."""
        node = None if key is None else self._bench.graph.nodes.get(key)
        if node is None or node.id not in self._bench.scene.cards:
            self._bench.say("Select one layer to rename.")
            return
        if node.type in {INPUT, LOSS}:
            self._bench.say(f"The {node.type} is an end of the network and has no name of its own.")
            return
        self._node = node.id
        self._show(node.id)
        self.setText(node.name)
        self.setPlaceholderText(node.type)
        self.place()
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def place(self) -> None:
        """Keeps to the head of its card."""
        card = self._bench.scene.cards.get(self._node) if self._node is not None else None
        if card is None:
            return
        head = QRectF(card.pos(), card.pos() + QPointF(geo.CARD_WIDTH, geo.HEADER_HEIGHT))
        spot = self._view.mapFromScene(head).boundingRect()
        height = self.sizeHint().height()
        self.setGeometry(spot.left(), spot.center().y() - height // 2, max(spot.width(), _NARROWEST), height)

    def leave(self) -> None:
        """Closes the field with nothing changed."""
        if self._node is None:
            return
        self._node = None
        had_focus = self.hasFocus()
        self.hide()
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # every key is typed here
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._keep()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        window_left = event.reason() == Qt.FocusReason.ActiveWindowFocusReason
        if self.isVisible() and not window_left and not self._keep():
            self.leave()

    def _keep(self) -> bool:
        """Renames; False where that is refused."""
        node, graph = self._node, self._bench.graph
        if node is None or node not in graph.nodes:
            self.leave()
            return True
        if self.text().strip() != graph.nodes[node].name and not self._bench.apply(Rename(node, self.text())):
            return False
        self.leave()
        return True

    def _follow(self) -> None:
        if self._node is not None and self._node not in self._bench.graph.nodes:
            self.leave()
        else:
            self.place()
