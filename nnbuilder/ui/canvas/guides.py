"""Draws why something snaps: the lines on which it lies with others, and equal distances."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene

from nnbuilder.ui.canvas.snapping import Line
from nnbuilder.ui.common import colors

_TICK = 5.0


class Guides:
    """The guides of one gesture, each an item of its own, so that a thin line repaints thinly."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self._shown: dict[Line, QGraphicsPathItem] = {}

    @property
    def lines(self) -> tuple[Line, ...]:
        """The guides that are drawn."""
        return tuple(self._shown)

    def show(self, lines: tuple[Line, ...]) -> None:
        """Draws exactly these guides."""
        for line in [line for line in self._shown if line not in lines]:
            self._scene.removeItem(self._shown.pop(line))
        for line in lines:
            if line not in self._shown:
                self._shown[line] = self._drawn(line)

    def clear(self) -> None:
        """Takes all guides away."""
        self.show(())

    def _drawn(self, line: Line) -> QGraphicsPathItem:
        pen = QPen(colors.current().color("warning" if line.gap else "accent"), 1.0)
        pen.setCosmetic(True)
        item = QGraphicsPathItem(_path(line))
        item.setPen(pen)
        item.setZValue(-0.4)  # below the cards: what they say stays readable
        self._scene.addItem(item)
        return item


def _path(line: Line) -> QPainterPath:
    """A line; one that shows a distance has a tick at either end."""
    start, end = QPointF(line.x1, line.y1), QPointF(line.x2, line.y2)
    path = QPainterPath(start)
    path.lineTo(end)
    if line.gap:
        tick = QPointF(0.0, _TICK) if line.y1 == line.y2 else QPointF(_TICK, 0.0)
        for point in (start, end):
            path.moveTo(point - tick)
            path.lineTo(point + tick)
    return path
