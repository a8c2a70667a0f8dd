"""What a drag of cards would leave behind: the copy that is carried, the edge that closes a gap."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from nnbuilder.graph.graph import Edge, NodeId, Port
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.aims import place_of
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.ghosts import Ghost, Ghosts
from nnbuilder.ui.canvas.scene import CanvasScene
from nnbuilder.ui.common import colors


class Preview:
    """Draws both on demand and takes them away again."""

    def __init__(self, bench: Bench, keys: Sequence[NodeId], bridge: Edge | None) -> None:
        self._bench = bench
        self._keys = keys
        self._bridge = bridge
        self._ghosts: Ghosts | None = None
        self._line: QGraphicsPathItem | None = None

    def bridge_path(self) -> QPainterPath:
        """The curve of the edge that closes the gap."""
        if self._bridge is None:
            return QPainterPath()
        ends = Port(self._bridge.source, "out"), Port(self._bridge.target, "in")
        return geo.edge_path(*(place_of(self._bench.scene, port) for port in ends))

    def show(self, away: QPointF, *, copying: bool) -> None:
        """Draws copies of the cards that far from them, or none."""
        if self._ghosts is None and copying:
            scene = self._bench.scene
            ghosts = [ghost_of(scene, key) for key in self._keys if scene.item(key) is not None]
            self._ghosts = Ghosts(scene, scene.shared, ghosts)
        elif self._ghosts is not None and not copying:
            self._bench.scene.removeItem(self._ghosts)
            self._ghosts = None
        if self._ghosts is not None:
            self._ghosts.setPos(away)

    def show_bridge(self, *, shown: bool) -> None:
        """Draws the edge that closes the gap, or not."""
        if self._line is None and shown:
            self._line = QGraphicsPathItem(self.bridge_path())
            self._line.setPen(QPen(colors.current().color("accent"), 2.4, Qt.PenStyle.DashLine))
            self._line.setZValue(-0.5)
            self._bench.scene.addItem(self._line)
        elif self._line is not None and not shown:
            self._bench.scene.removeItem(self._line)
            self._line = None

    def clear(self) -> None:
        """Takes both away."""
        self.show(QPointF(), copying=False)
        self.show_bridge(shown=False)


def ghost_of(scene: CanvasScene, key: NodeId) -> Ghost:
    """A card or a note as it is drawn while a copy of it is carried."""
    rect = scene.rect_of(key)
    if key in scene.cards:
        look = scene.cards[key].look
        return Ghost(rect, look.title, look.color)
    return Ghost(rect)
