"""The same drawing in NodeGraphQt, where it is installed (`pip install nnbuilder[bench]`)."""

import importlib.util
from typing import Any

from PySide6.QtWidgets import QApplication, QGraphicsView

from nnbuilder.graph.graph import Graph, NodeId


def peer_installed() -> bool:
    """Whether it can be imported."""
    return importlib.util.find_spec("NodeGraphQt") is not None


def open_peer(graph: Graph, size: tuple[int, int]) -> tuple[Any, QGraphicsView]:
    """A NodeGraphQt window with all nodes and edges in view; the first thing owns it."""
    from NodeGraphQt import BaseNode, NodeGraph

    class Layer(BaseNode):  # type: ignore[misc]
        """A node with one port on each side."""

        __identifier__ = "bench"
        NODE_NAME = "Layer"

        def __init__(self) -> None:
            super().__init__()
            self.add_input("in")
            self.add_output("out")

    window = NodeGraph()
    window.register_node(Layer)
    made: dict[NodeId, Any] = {}
    for node in graph.nodes.values():
        made[node.id] = window.create_node(
            "bench.Layer", name=node.type, pos=[node.x, node.y], selected=False, push_undo=False
        )
    for edge in graph.edges:
        made[edge.source].output(0).connect_to(made[edge.target].input(0), push_undo=False)
    viewer: QGraphicsView = window.viewer()
    viewer.resize(*size)
    viewer.show()
    window.fit_to_selection()
    QApplication.processEvents()
    viewer.viewport().repaint()
    return window, viewer
