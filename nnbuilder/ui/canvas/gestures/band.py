"""The rubber band: selects what it touches."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QBrush, QPen
from PySide6.QtWidgets import QGraphicsRectItem

from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers
from nnbuilder.ui.common import colors


class BandGesture(Gesture):
    """Selects the cards within a rectangle; with `adding`, beside those selected before."""

    def __init__(self, bench: Bench, start: QPointF, *, adding: bool) -> None:
        self._bench = bench
        self._start = start
        self._before = bench.selection.nodes
        self._kept = self._before if adding else ()
        palette = colors.current()
        pen = QPen(palette.color("accent"), 1.0)
        pen.setCosmetic(True)
        self._item = QGraphicsRectItem()
        self._item.setPen(pen)
        self._item.setBrush(QBrush(palette.color("accent", 0.12)))
        self._item.setZValue(10.0)
        bench.scene.addItem(self._item)

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        rect = QRectF(self._start, point).normalized()
        self._item.setRect(rect)
        self._bench.selection.set(
            (*self._kept, *self._bench.scene.nodes_in(rect), *self._bench.scene.notes_in(rect))
        )

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        self.move(point, modifiers)
        self._bench.scene.removeItem(self._item)

    def cancel(self) -> None:
        self._bench.scene.removeItem(self._item)
        self._bench.selection.set(self._before)
