"""The chain as a list: everything by real keys, one undo step each."""

from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from nnbuilder.graph.edits import AddNode, Group, MoveInto, Rename, SetArg
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.project.project import Project
from nnbuilder.ui.actions import ACTIONS
from nnbuilder.ui.chain.panel import ChainPanel
from nnbuilder.ui.common.action_table import build_actions, set_keys, set_usable
from tests.ui.canvas.drawings import ids, order
from tests.ui.workbench import Open, Workbench, find

Key, Modifier = Qt.Key, Qt.KeyboardModifier
ALT, SHIFT, CTRL = Modifier.AltModifier, Modifier.ShiftModifier, Modifier.ControlModifier
N2, N3, G = NodeId("n2"), NodeId("n3"), NodeId("g")


@pytest.fixture
def triggered() -> list[str]:
    """The names of the actions that the list left to the window."""
    return []


@pytest.fixture
def panel(bench: Workbench, triggered: list[str]) -> ChainPanel:
    """The list with the keyboard, on Input, Linear, ReLU, Linear, Loss: n1 to n5."""
    panel = bench.show(ChainPanel(bench.document, bench.analysis, bench.selection), 240, 500)
    handlers = {row.name: partial(triggered.append, row.name) for row in ACTIONS}
    panel.adopt(build_actions(ACTIONS, handlers, panel))
    panel.tree.setFocus()
    return panel


@pytest.fixture
def grouped(bench: Workbench, panel: ChainPanel) -> ChainPanel:
    """The list with n2 and n3 in a group g."""
    bench.document.apply(Group(ids(2, 3), Node(G, GROUP)))
    bench.settle()
    return panel


def press(
    bench: Workbench, panel: ChainPanel, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None
) -> None:
    """Types a key where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget() or panel.tree, key, modifiers or Modifier.NoModifier)
    bench.settle()


def refusal(panel: ChainPanel) -> str:
    """Why the last edit was refused; empty where nothing is said."""
    label = find(panel, QLabel, "chain_refusal")
    return "" if label.isHidden() else label.text()


def rename(bench: Workbench, panel: ChainPanel, name: str) -> None:
    """Renames the current row by keys."""
    press(bench, panel, Key.Key_F2)
    field = find(panel, QLineEdit, "chain_name")
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Key.Key_Return)
    bench.settle()


def test_arrows_walk_and_shift_extends(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n1")
    press(bench, panel, Key.Key_Down)
    assert bench.selection.nodes == ids(2)
    press(bench, panel, Key.Key_Down, SHIFT)
    assert set(bench.selection.nodes) == set(ids(2, 3))
    assert bench.selection.current == N3
    press(bench, panel, Key.Key_A, CTRL)
    assert set(bench.selection.nodes) == set(ids(1, 2, 3, 4, 5))


def test_it_follows_the_selection_of_the_window(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n4", "n2")
    assert panel.tree.nodes == ids(4, 2)
    bench.select()
    assert panel.tree.nodes == ()


def test_a_click_selects(bench: Workbench, panel: ChainPanel) -> None:
    spot = panel.tree.visualRect(panel.model.index_of(N3)).center()
    QTest.mouseClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert bench.selection.nodes == ids(3)


def test_enter_and_double_click_ask_for_the_arguments(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n2")
    with bench.qtbot.waitSignal(panel.inspect_requested):
        press(bench, panel, Key.Key_Return)
    spot = panel.tree.visualRect(panel.model.index_of(N3)).center()
    with bench.qtbot.waitSignal(panel.inspect_requested):
        QTest.mouseDClick(panel.tree.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def test_delete_closes_the_gap_and_goes_on(bench: Workbench, panel: ChainPanel) -> None:
    before = bench.document.project
    bench.select("n2")
    press(bench, panel, Key.Key_Delete)
    assert order(bench.document.project.graph) == ["Input", "ReLU", "Linear", "Loss"]
    assert bench.selection.nodes == ids(3)
    assert panel.tree.nodes == ids(3)
    assert bench.undo_steps == 1
    bench.document.undo_stack.undo()
    assert bench.document.project == before


def test_layers_are_renamed_in_their_row(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n2")
    rename(bench, panel, "hidden")
    assert bench.document.project.graph.nodes[N2].name == "hidden"
    assert panel.tree.hasFocus()
    bench.select("n3")
    rename(bench, panel, "hidden")
    assert refusal(panel) == "Another layer is named hidden already."
    assert bench.undo_steps == 1


def test_the_ends_have_no_name(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n1")
    press(bench, panel, Key.Key_F2)
    assert not panel.findChildren(QLineEdit)


def test_alt_arrows_reorder_and_cards_change_places(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n2")
    places = [(node.x, node.y) for node in bench.document.project.graph.nodes.values()]
    press(bench, panel, Key.Key_Down, ALT)
    graph = bench.document.project.graph
    assert order(graph) == ["Input", "ReLU", "Linear", "Linear", "Loss"]
    assert [(graph.nodes[key].x, graph.nodes[key].y) for key in ids(1, 3, 2, 4, 5)] == places
    assert (bench.undo_steps, bench.selection.nodes, panel.tree.nodes) == (1, ids(2), ids(2))
    press(bench, panel, Key.Key_Up, ALT)
    press(bench, panel, Key.Key_Up, ALT)
    assert refusal(panel) == "The chain begins here."
    assert order(bench.document.project.graph) == ["Input", "Linear", "ReLU", "Linear", "Loss"]


def test_several_rows_move_together(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n2", "n3")
    press(bench, panel, Key.Key_Down, ALT)
    assert order_of(bench.document.project.graph).layers == ids(4, 2, 3)
    bench.select("n4", "n3")
    press(bench, panel, Key.Key_Up, ALT)
    assert refusal(panel) == "Choose layers that follow each other without a gap."


def test_duplicates_follow_in_the_chain(bench: Workbench, panel: ChainPanel) -> None:
    bench.document.apply(Rename(N2, "hidden"))
    bench.select("n2", "n3")
    press(bench, panel, Key.Key_D, CTRL)
    graph = bench.document.project.graph
    assert order(graph) == ["Input", "Linear", "ReLU", "Linear", "ReLU", "Linear", "Loss"]
    copies = bench.selection.nodes
    assert [graph.nodes[key].name for key in copies] == ["hidden_2", ""]
    assert set(panel.tree.nodes) == set(copies)
    assert bench.document.undo_stack.undoText() == "Duplicate 2 layers"
    bench.select("n1")
    press(bench, panel, Key.Key_D, CTRL)
    assert refusal(panel).startswith("Select a layer first")


def test_layers_go_into_a_group_and_out_of_it(bench: Workbench, grouped: ChainPanel) -> None:
    bench.select("n4")
    press(bench, grouped, Key.Key_BracketRight, CTRL)
    assert order_of(bench.document.project.graph, G).layers == ids(2, 3, 4)
    assert grouped.tree.nodes == ids(4)
    press(bench, grouped, Key.Key_Down, ALT)
    assert order_of(bench.document.project.graph).layers == (G, *ids(4))
    press(bench, grouped, Key.Key_Up, ALT)
    press(bench, grouped, Key.Key_BracketRight, CTRL)
    press(bench, grouped, Key.Key_BracketLeft, CTRL)
    assert order_of(bench.document.project.graph).layers == (G, *ids(4))
    press(bench, grouped, Key.Key_BracketLeft, CTRL)
    assert refusal(grouped) == "This layer lies in no group."
    bench.select("n1")
    press(bench, grouped, Key.Key_Left, ALT)
    assert refusal(grouped) == "The Input is an end of the network."


def test_what_was_folded_stays_folded(bench: Workbench, grouped: ChainPanel) -> None:
    tree, model = grouped.tree, grouped.model
    assert tree.isExpanded(model.index_of(G))
    row = tree.visualRect(model.index_of(G))
    QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(row.left() + 16, row.top() + 10))
    assert not tree.isExpanded(model.index_of(G))
    bench.document.apply(AddNode(Node(NodeId("t"), "Tanh")))
    bench.settle()
    assert not tree.isExpanded(model.index_of(G))
    bench.select("n3")
    assert tree.isExpanded(model.index_of(G))


def test_changed_shortcuts_count_in_the_list(
    bench: Workbench, panel: ChainPanel, triggered: list[str]
) -> None:
    actions = {action.objectName(): action for action in panel.findChildren(QAction)}
    set_keys(actions["edit.delete"], ["Ctrl+B"])
    set_keys(actions["network.group"], ["Ctrl+J"])
    bench.select("n2")
    press(bench, panel, Key.Key_Delete)
    assert bench.undo_steps == 0
    press(bench, panel, Key.Key_B, CTRL)
    assert order(bench.document.project.graph) == ["Input", "ReLU", "Linear", "Loss"]
    assert "Ctrl+B removes" in find(panel, QLabel, "chain_keys").text()
    press(bench, panel, Key.Key_J, CTRL)
    assert triggered == ["network.group"]


def test_what_cannot_be_done_now_is_said(bench: Workbench, panel: ChainPanel, triggered: list[str]) -> None:
    actions = {action.objectName(): action for action in panel.findChildren(QAction)}
    set_usable(actions["network.group"], "Select a layer first.")
    press(bench, panel, Key.Key_G, CTRL)
    assert (refusal(panel), triggered) == ("Select a layer first.", [])
    set_usable(actions["network.group"])
    press(bench, panel, Key.Key_G, CTRL)
    assert (refusal(panel), triggered) == ("", ["network.group"])


def test_a_loose_layer_goes_up_into_the_chain(bench: Workbench, panel: ChainPanel) -> None:
    bench.document.apply(AddNode(Node(NodeId("t"), "Tanh")))
    bench.select("t")
    press(bench, panel, Key.Key_Up, ALT)
    assert order(bench.document.project.graph) == ["Input", "Linear", "ReLU", "Linear", "Tanh", "Loss"]
    assert bench.undo_steps == 2
    assert panel.tree.nodes == (NodeId("t"),)


def test_an_edit_elsewhere_keeps_rows_and_place(bench: Workbench, panel: ChainPanel) -> None:
    resets: list[None] = []
    panel.model.modelReset.connect(lambda: resets.append(None))
    bench.select("n2")
    bench.document.apply(SetArg(N2, "out_features", 99))
    bench.settle()
    assert resets == []
    assert "out_features 99" in str(panel.model.index_of(N2).data(Qt.ItemDataRole.AccessibleTextRole))
    assert panel.tree.nodes == ids(2)


def test_layers_that_only_change_their_group_move(bench: Workbench, panel: ChainPanel) -> None:
    bench.document.apply(AddNode(Node(G, GROUP)))
    bench.document.apply(AddNode(Node(NodeId("t"), "Tanh")))
    bench.document.apply(MoveInto((NodeId("t"),), G))
    assert panel.model.parent(panel.model.index_of(NodeId("t"))) == panel.model.index_of(G)
    bench.document.undo_stack.undo()
    assert not panel.model.parent(panel.model.index_of(NodeId("t"))).isValid()


def test_its_keys_come_before_the_shortcuts_of_the_window(panel: ChainPanel) -> None:
    for key, wanted in ((Key.Key_Delete, True), (Key.Key_F2, True), (Key.Key_F5, False)):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Modifier.NoModifier)
        event.ignore()
        QApplication.sendEvent(panel.tree, event)
        assert event.isAccepted() is wanted


def test_while_hidden_it_waits_and_then_follows(bench: Workbench, panel: ChainPanel) -> None:
    panel.hide()
    bench.document.apply(AddNode(Node(NodeId("t"), "Tanh")))
    bench.select("t")
    assert NodeId("t") not in panel.model.nodes
    panel.show()
    assert panel.tree.nodes == (NodeId("t"),)


def test_an_empty_drawing_says_what_to_do(open_bench: Open) -> None:
    bench = open_bench(Project())
    panel = bench.show(ChainPanel(bench.document, bench.analysis, bench.selection), 240, 500)
    assert find(panel, QLabel, "chain_empty").isVisible()
    bench.document.apply(AddNode(Node(N2, "Tanh")))
    bench.settle()
    assert find(panel, QLabel, "chain_empty").isHidden()
    assert panel.tree.isVisible()


def test_a_context_menu_is_asked_for(bench: Workbench, panel: ChainPanel) -> None:
    spot = panel.tree.visualRect(panel.model.index_of(N3)).center()
    with bench.qtbot.waitSignal(panel.menu_requested) as signal:
        viewport = panel.tree.viewport()
        reason = QContextMenuEvent.Reason.Mouse
        QApplication.sendEvent(viewport, QContextMenuEvent(reason, spot, viewport.mapToGlobal(spot)))
    assert signal.args == [panel.tree.viewport().mapToGlobal(spot)]
