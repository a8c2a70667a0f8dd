"""The floor: the least that a drawing of many nodes costs in Qt from Python."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from nnbuilder.graph.graph import Graph

WIDTH, HEIGHT = 128.0, 92.0


class FloorItem(QGraphicsItem):
    """A rounded box with a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self._word = word

    def boundingRect(self) -> QRectF:
        return QRectF(0, 0, WIDTH, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        painter.setBrush(QColor("#2f6fed"))
        painter.drawRoundedRect(0, 0, int(WIDTH), int(HEIGHT), 6, 6)
        painter.drawText(8, 20, self._word)


class FloorView(QGraphicsView):
    """Boxes and straight lines, and nothing that could be done with them."""

    def __init__(self, graph: Graph) -> None:
        scene = QGraphicsScene()
        super().__init__(scene)
        self._scene = scene
        for node in graph.nodes.values():
            item = FloorItem(node.type)
            item.setPos(node.x, node.y)
            scene.addItem(item)
        for edge in graph.edges:
            source, target = graph.nodes[edge.source], graph.nodes[edge.target]
            scene.addLine(source.x + WIDTH, source.y + 45, target.x, target.y + 45)

    def fit(self) -> None:
        """Brings everything into view."""
        self.fitInView(self._scene.itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)
