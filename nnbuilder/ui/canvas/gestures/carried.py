"""What is in the hand during a drag: cards, notes and the edges among them, moved in the scene alone."""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.layout import Place
from nnbuilder.ui.canvas.gestures.base import Bench


class Carried:
    """Remembers where everything was; a thousand cards move within a few milliseconds."""

    def __init__(self, bench: Bench, keys: Iterable[NodeId]) -> None:
        scene = bench.scene
        self._bench = bench
        self._items = {key: item for key in keys if (item := scene.item(key)) is not None}
        self.places: dict[NodeId, Place] = {key: (item.x(), item.y()) for key, item in self._items.items()}
        self.bounds = QRectF()
        """The rectangle around everything, as it was."""
        for key in self._items:
            self.bounds = self.bounds.united(scene.rect_of(key))
        self._nodes = [key for key in self._items if key in scene.cards]
        self._away = QPointF()
        scene.edges.lift(set(self._nodes))

    def moved(self, away: QPointF) -> dict[NodeId, Place]:
        """Where everything would lie that far away."""
        dx, dy = away.x(), away.y()
        return {key: (x + dx, y + dy) for key, (x, y) in self.places.items()}

    def show(self, away: QPointF) -> None:
        """Draws everything that far from where it was."""
        if away == self._away:
            return
        self._away = away
        dx, dy = away.x(), away.y()
        for item, (x, y) in zip(self._items.values(), self.places.values(), strict=True):
            item.setPos(x + dx, y + dy)
        self._bench.scene.carry_edges(self._nodes, away)

    def put_back(self) -> None:
        """Draws everything where it lies in the document by now: an undo may have moved it meanwhile."""
        level, scene = self._bench.level, self._bench.scene
        scene.edges.set_down()
        lying = {key: (node.x, node.y) for key, node in level.graph.nodes.items()}
        lying.update((note.id, (note.x, note.y)) for note in level.notes)
        scene.move({key: lying[key] for key in self.places if key in lying})
