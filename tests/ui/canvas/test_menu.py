"""The context menus: they hold the very actions of the table."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from nnbuilder.graph.edits import Disconnect
from nnbuilder.graph.graph import Edge
from nnbuilder.ui.canvas.scene import Hit
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def open_menu(desk: Desk, hit: Hit) -> QMenu:
    """The menu for something; it goes with the canvas."""
    return desk.view.menus.menu_for(hit, QPointF(50.0, 400.0))


def named(menu: QMenu) -> list[str]:
    """The actions of the table in a menu."""
    return [action.objectName() for action in menu.actions() if action.objectName()]


def first(menu: QMenu, title: str) -> QMenu:
    """A submenu by its title."""
    [found] = [action.menu() for action in menu.actions() if action.text() == title]
    assert isinstance(found, QMenu)
    return found


def leaf(menu: QMenu) -> QAction:
    """The first layer of a menu of layers."""
    group = menu.actions()[0].menu()
    assert isinstance(group, QMenu)
    return group.actions()[0]


def test_a_node_offers_the_actions_of_the_table(desk: Desk) -> None:
    desk.selection.set([N4])
    menu = open_menu(desk, Hit("card", N2))
    assert desk.selected() == [N2]
    assert {
        "network.rename",
        "network.arguments",
        "network.disable",
        "network.group",
        "edit.select_chain",
        "edit.cut",
        "edit.copy",
        "edit.paste",
        "edit.duplicate",
        "edit.delete",
    } <= set(named(menu))
    next(action for action in menu.actions() if action.objectName() == "edit.delete").trigger()
    assert N2 not in desk.graph.nodes


def test_a_selected_node_keeps_the_whole_selection(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    open_menu(desk, Hit("card", N3))
    assert desk.selected() == [N2, N3]


def test_an_edge_takes_layers_and_can_be_cut(desk: Desk) -> None:
    menu = open_menu(desk, Hit("edge", edge=Edge(N2, N3)))
    leaf(first(menu, "Insert layer here")).trigger()
    assert order(desk.graph) == ["Input", "Linear", "Linear", "ReLU", "Linear", "Loss"]
    menu = open_menu(desk, Hit("edge", edge=Edge(N3, N4)))
    next(action for action in menu.actions() if action.text() == "Cut edge").trigger()
    assert Edge(N3, N4) not in desk.graph.edges


def test_a_port_connects_inserts_and_cuts(desk: Desk) -> None:
    menu = open_menu(desk, Hit("port", N2, "out"))
    assert "network.connect" in named(menu)
    assert desk.view.ports.focused is not None
    leaf(first(menu, "Insert layer here")).trigger()
    assert len(desk.graph.nodes) == 6
    menu = open_menu(desk, Hit("port", N3, "in"))
    next(action for action in menu.actions() if action.text() == "Cut edge").trigger()
    assert not desk.graph.incoming(N3)


def test_an_open_port_takes_a_layer(desk: Desk) -> None:
    desk.document.apply(Disconnect((Edge(N3, N4),)))
    menu = open_menu(desk, Hit("port", N3, "out"))
    leaf(first(menu, "Add layer here")).trigger()
    assert desk.graph.outgoing(N3)


def test_the_void_adds_pastes_and_selects(desk: Desk) -> None:
    menu = open_menu(desk, Hit())
    assert {"edit.paste", "edit.select_all", "view.fit"} <= set(named(menu))
    leaf(first(menu, "Add layer")).trigger()
    assert len(desk.graph.nodes) == 6
