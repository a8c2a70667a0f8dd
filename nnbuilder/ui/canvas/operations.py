"""What can be done on the canvas besides mouse gestures; keys, menus and other panels call it."""

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from nnbuilder.graph.edit import counted
from nnbuilder.graph.edits import Disconnect, RemoveNodes, RemoveNotes
from nnbuilder.graph.graph import Edge, NodeId
from nnbuilder.project.edits import Several
from nnbuilder.ui.canvas import building, walk
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.camera import Camera
from nnbuilder.ui.canvas.gestures.base import Bench
from nnbuilder.ui.canvas.problems import ProblemBubbles

LARGEST_FIT = 1.6
"""How far a small selection is enlarged."""


class Operations(QObject):
    """Adds, removes, selects and shows; `inspect_requested` asks for the keyboard to go to the inspector."""

    inspect_requested = Signal()

    def __init__(self, bench: Bench, camera: Camera, bubbles: ProblemBubbles, parent: QObject) -> None:
        super().__init__(parent)
        self.bench = bench
        self.camera = camera
        self.bubbles = bubbles
        self.below = 0.0
        """How much is shown below each card; the fit leaves room for it."""

    def fit(self) -> None:
        """Shows the whole drawing, at 100 % at most."""
        self.camera.fit(self.bench.level.bounds.adjusted(0.0, 0.0, 0.0, self.below))

    def fit_selection(self) -> None:
        """Shows what is selected, or everything where nothing is."""
        around = QRectF()
        for key in self.bench.selection.nodes:
            around = around.united(self.bench.scene.rect_of(key))
        self.camera.fit(self.bench.level.bounds if around.isNull() else around, LARGEST_FIT)

    def open(self, node: NodeId) -> None:
        """Enters a group; of any other layer the form."""
        if not self.bench.level.go(node):
            self.inspect_requested.emit()

    def leave(self) -> bool:
        """Goes out of the group that is shown and selects it; False at the top."""
        group = self.bench.group
        if group is None or not self.bench.level.leave():
            return False
        self.reveal(group)
        return True

    def reveal(self, node: NodeId) -> None:
        """Selects a node and scrolls it into view, in the group that it lies in."""
        self.bench.level.show_level_of(node)
        scene = self.bench.scene
        if scene.item(node) is not None:
            self.bench.selection.set([node])
            self.camera.reveal(scene.rect_of(node))

    def append_layer(self, layer: str) -> None:
        """Adds a layer behind the selected node, or before the Loss."""
        bench = self.bench
        here = bench.selection.current
        here = here if here in bench.level.graph.nodes else None
        self._build(building.append(bench.graph, [building.new(layer)], here, bench.group))

    def insert_layer(self, layer: str, edge: Edge) -> None:
        """Puts a layer into an edge."""
        self._build(building.insert(self.bench.graph, [building.new(layer)], edge))

    def add_layer(self, layer: str, at: QPointF) -> None:
        """Adds a layer, unconnected, at a point of the scene."""
        self._build(
            building.build(self.bench.graph, [building.new(layer)], Spot((at.x(), at.y())), self.bench.group)
        )

    def delete_selected(self) -> None:
        """Removes what is selected, closing the gap, or cuts edges; leaves the group where nothing is."""
        edges, graph = self.bench.scene.edges.selected, self.bench.graph
        nodes = tuple(key for key in self.bench.selection.nodes if key in graph.nodes)
        notes = tuple(key for key in self.bench.selection.nodes if key in graph.notes)
        if nodes and notes:
            title = f"Delete {counted(graph, (*nodes, *notes))}"
            self.bench.apply(Several(title, (RemoveNodes(nodes), RemoveNotes(notes))))
        elif nodes or notes:
            self.bench.apply(RemoveNodes(nodes) if nodes else RemoveNotes(notes))
        elif edges:
            self.bench.apply(Disconnect(tuple(edges)))
        else:
            self.leave()

    def cut(self, edge: Edge) -> None:
        """Cuts one edge."""
        self.bench.apply(Disconnect((edge,)))

    def select_all(self) -> None:
        """Selects every node."""
        self.bench.selection.set(walk.reading_order(self.bench.graph, self.bench.group))

    def select_nothing(self) -> bool:
        """Deselects nodes and edges; whether anything was selected."""
        was = bool(self.bench.selection.nodes or self.bench.scene.edges.selected)
        self.bench.selection.set([])
        self.bench.scene.edges.select([])
        return was

    def inspect(self) -> None:
        """Asks for the keyboard to go to the inspector; enters a group that is selected alone."""
        alone = self.bench.selection.current if len(self.bench.selection.nodes) == 1 else None
        if alone is None or not self.bench.level.go(alone):
            self.inspect_requested.emit()

    def _build(self, built: building.Built) -> None:
        if self.bench.apply(built.edit):
            self.reveal(built.nodes[-1])
