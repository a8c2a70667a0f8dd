"""A layer dragged from the palette: it lights up the edge it would go into, or lands where it is dropped."""

from PySide6.QtCore import QPointF

from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.project.edits import Edit
from nnbuilder.ui.canvas import building
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.base import Bench, Gesture, Modifiers

_REACH = 22.0


class DropGesture(Gesture):
    """Follows a layer over the canvas and adds it where it is let go."""

    def __init__(self, bench: Bench, layer: str) -> None:
        self._bench = bench
        self._layer = layer

    def move(self, point: QPointF, modifiers: Modifiers) -> None:
        self._bench.scene.edges.light_up(self._edge(point))

    def end(self, point: QPointF, modifiers: Modifiers) -> None:
        edge = self._edge(point)
        self.cancel()
        graph = self._bench.document.project.graph
        corner = (round(point.x() - geo.CARD_WIDTH / 2), round(point.y() - geo.PORT_Y))
        built = (
            building.insert(graph, self._layer, edge) if edge else building.add_at(graph, self._layer, corner)
        )
        self._add(*built)

    def cancel(self) -> None:
        self._bench.scene.edges.light_up(None)

    def _add(self, edit: Edit, node: NodeId) -> None:
        if self._bench.apply(edit):
            self._bench.selection.set([node])

    def _edge(self, point: QPointF) -> Edge | None:
        return self._bench.scene.edges.at(point, _REACH)
