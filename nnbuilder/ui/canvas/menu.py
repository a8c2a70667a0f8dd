"""The context menus of the canvas, of a node and of an edge."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nnbuilder.catalog import registry
from nnbuilder.graph.graph import INPUT, LOSS, Edge, NodeId
from nnbuilder.ui.canvas.operations import Operations
from nnbuilder.ui.canvas.scene import Hit


def menu_for(parent: QWidget, do: Operations, hit: Hit, point: QPointF) -> QMenu:
    """The menu for one thing, which is selected first; the menu goes when it is closed."""
    menu = QMenu(parent)
    menu.setObjectName("canvas.menu")
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    if hit.node is not None:
        _for_node(menu, do, hit.node)
    elif hit.edge is not None:
        _for_edge(menu, do, hit.edge)
    else:
        _for_void(menu, do, point)
    return menu


def _for_node(menu: QMenu, do: Operations, node: NodeId) -> None:
    selection = do.bench.selection
    if node not in selection.nodes:
        selection.set([node])
    for problem in do.bubbles.problems(node):
        for fix in problem.fixes:
            _add(menu, f"Fix: {fix.title}", partial(do.bubbles.mend, fix))
    menu.addSeparator()
    _add(menu, "Edit arguments", do.inspect)
    _add_layers(menu.addMenu("Add layer behind"), do.append_layer)
    many = len(selection.nodes)
    _add(menu, f"Delete {many} layers" if many > 1 else "Delete", do.delete_selected)


def _for_edge(menu: QMenu, do: Operations, edge: Edge) -> None:
    do.bench.selection.set([])
    do.bench.scene.edges.select([edge])
    _add_layers(menu.addMenu("Insert layer here"), lambda name: do.insert_layer(name, edge))
    _add(menu, "Cut edge", lambda: do.cut(edge))


def _for_void(menu: QMenu, do: Operations, point: QPointF) -> None:
    _add_layers(menu.addMenu("Add layer"), lambda name: do.add_layer(name, point))
    for end in (INPUT, LOSS):
        if not do.bench.document.project.graph.of_type(end):
            _add(menu, f"Add {end}", partial(do.add_layer, end, point))
    menu.addSeparator()
    _add(menu, "Select all", do.select_all)
    _add(menu, "Fit drawing", do.fit)
    _add(menu, "100 %", do.camera.actual_size)


def _add_layers(menu: QMenu, chosen: Callable[[str], None]) -> None:
    for group, layers in registry.groups():
        sub = menu.addMenu(group)
        for layer in layers:
            _add(sub, layer.name, partial(chosen, layer.name)).setToolTip(layer.summary)


def _add(menu: QMenu, text: str, handler: Callable[[], None]) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: handler())
    return action
