"""The context menus of the canvas, of a node, of a port and of an edge, with the actions of the table."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nnbuilder.catalog import registry
from nnbuilder.graph.edits import Disconnect
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, NodeId, Port
from nnbuilder.ui.canvas.annotate import Annotations
from nnbuilder.ui.canvas.operations import Operations
from nnbuilder.ui.canvas.port_keys import PortKeys
from nnbuilder.ui.canvas.scene import Hit

_OF_CLIPBOARD = ("edit.cut", "edit.copy", "edit.paste", "edit.duplicate")
_OF_NODE = ("network.arguments", "network.rename", "network.disable", "network.freeze")
_OF_CHAIN = ("network.back", "network.forth", "edit.select_chain")
_OF_GROUP = ("network.group", "network.ungroup", "network.into", "network.out")
_OF_END = ("edit.delete",)
_OF_VOID = ("network.add", "edit.paste", "edit.select_all")
_OF_VIEW = ("view.fit", "view.selection", "view.actual", "view.tidy")
_UP = ("network.leave",)


class Menus:
    """Makes the menu for whatever was pressed; `actions` are those of the window's table."""

    def __init__(
        self,
        parent: QWidget,
        operations: Operations,
        ports: PortKeys,
        annotations: Annotations,
        actions: Mapping[str, QAction],
    ) -> None:
        self._parent = parent
        self._do = operations
        self._bench = operations.bench
        self._ports = ports
        self._annotations = annotations
        self._actions = actions

    def menu_for(self, hit: Hit, point: QPointF) -> QMenu:
        """The menu for one thing, which is selected first; the menu goes when it is closed."""
        menu = QMenu(self._parent)
        menu.setObjectName("canvas.menu")
        menu.setToolTipsVisible(True)
        menu.aboutToHide.connect(menu.deleteLater)
        if hit.kind == "port" and hit.node is not None and hit.side is not None:
            self._for_port(menu, Port(hit.node, hit.side))
        elif hit.node is not None:
            self._for_node(menu, hit.node)
        elif hit.note is not None:
            self._annotations.fill_menu(menu, hit.note)
            self._add_actions(menu, _OF_CLIPBOARD)
            self._add_actions(menu, _OF_END)
        elif hit.edge is not None:
            self._for_edge(menu, hit.edge)
        else:
            self._for_void(menu, point)
        return menu

    def _for_node(self, menu: QMenu, node: NodeId) -> None:
        selection, bubbles = self._bench.selection, self._do.bubbles
        if node not in selection.nodes:
            selection.set([node])
        for problem in bubbles.problems(node):
            for fix in problem.fixes:
                _add(menu, f"Fix: {fix.title}", partial(bubbles.mend, fix))
        menu.addSeparator()
        if node in self._bench.graph.nodes and self._bench.graph.nodes[node].type == GROUP:
            _add(menu, "Open group", partial(self._do.open, node))
        self._add_actions(menu, _OF_NODE)
        _add_layers(menu.addMenu("Add layer behind"), self._do.append_layer)
        for names in (_OF_CHAIN, _OF_GROUP, _OF_CLIPBOARD, _OF_END):
            self._add_actions(menu, names)

    def _for_port(self, menu: QMenu, port: Port) -> None:
        graph = self._bench.graph
        self._bench.selection.set([port.node])
        self._ports.focus(port)
        self._add_actions(menu, ("network.connect",))
        edges = graph.outgoing(port.node) if port.side == "out" else graph.incoming(port.node)
        for edge in edges:
            _add_layers(menu.addMenu("Insert layer here"), partial(self._insert, edge))
        if not edges and port.side == "out":
            _add_layers(menu.addMenu("Add layer here"), self._do.append_layer)
        if edges:
            cut = "Cut edge" if len(edges) == 1 else f"Cut {len(edges)} edges"
            _add(menu, cut, lambda: self._bench.apply(Disconnect(edges)))
        self._add_actions(menu, ("edit.select_chain",))

    def _for_edge(self, menu: QMenu, edge: Edge) -> None:
        self._bench.selection.set([])
        self._bench.scene.edges.select([edge])
        _add_layers(menu.addMenu("Insert layer here"), partial(self._insert, edge))
        _add(menu, "Cut edge", partial(self._do.cut, edge))

    def _for_void(self, menu: QMenu, point: QPointF) -> None:
        _add_layers(menu.addMenu("Add layer"), lambda name: self._do.add_layer(name, point))
        for end in (INPUT, LOSS):
            if not self._bench.graph.of_type(end):
                _add(menu, f"Add {end}", partial(self._do.add_layer, end, point))
        menu.addSeparator()
        _add(menu, "Add note", partial(self._annotations.add_note, point))
        _add(menu, "Add frame", partial(self._annotations.add_frame, point))
        for names in (_OF_VOID, _OF_VIEW, _UP if self._bench.group else ()):
            self._add_actions(menu, names)

    def _insert(self, edge: Edge, layer: str) -> None:
        self._do.insert_layer(layer, edge)

    def _add_actions(self, menu: QMenu, names: tuple[str, ...]) -> None:
        """Adds actions of the table, those that this window has."""
        menu.addSeparator()
        menu.addActions([self._actions[name] for name in names if name in self._actions])


def _add_layers(menu: QMenu, chosen: Callable[[str], None]) -> None:
    for group, layers in registry.groups():
        sub = menu.addMenu(group)
        sub.setToolTipsVisible(True)
        for layer in layers:
            _add(sub, layer.name, partial(chosen, layer.name)).setToolTip(layer.summary)


def _add(menu: QMenu, text: str, handler: Callable[[], object]) -> QAction:
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda _checked=False: handler())
    return action
