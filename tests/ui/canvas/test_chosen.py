"""What keys do with everything that is selected, each as one step."""

from PySide6.QtCore import Qt

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import order_of
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
CONTROL_SHIFT = CONTROL | Qt.KeyboardModifier.ShiftModifier


def places(desk: Desk, *nodes: NodeId) -> list[tuple[float, float]]:
    """Where nodes lie."""
    return [(desk.graph.nodes[node].x, desk.graph.nodes[node].y) for node in nodes]


def test_alt_and_arrows_reorder_and_exchange_places(desk: Desk) -> None:
    slots = places(desk, N2, N3)
    desk.selection.set([N2])
    desk.key(Qt.Key.Key_Right, ALT)
    assert order(desk.graph) == ["Input", "ReLU", "Linear", "Linear", "Loss"]
    assert places(desk, N3, N2) == slots
    assert desk.selected() == [N2]
    assert desk.document.undo_stack.count() == 1
    desk.key(Qt.Key.Key_Up, ALT)
    assert order(desk.graph) == ["Input", "Linear", "ReLU", "Linear", "Loss"]
    assert places(desk, N2, N3) == slots


def test_several_layers_are_moved_together(desk: Desk) -> None:
    slots = places(desk, N2, N3, N4)
    desk.selection.set([N3, N2])
    desk.key(Qt.Key.Key_Down, ALT)
    assert order_of(desk.graph).chain == (N1, N4, N2, N3, N5)
    assert places(desk, N4, N2, N3) == slots


def test_beyond_the_end_nothing_moves(desk: Desk) -> None:
    desk.selection.set([N4])
    desk.key(Qt.Key.Key_Right, ALT)
    assert desk.document.undo_stack.count() == 0
    assert desk.view.sentence.text() == "This is the last place in the chain."


def test_layers_with_a_gap_between_cannot_be_moved(desk: Desk) -> None:
    desk.selection.set([N2, N4])
    desk.key(Qt.Key.Key_Right, ALT)
    assert desk.document.undo_stack.count() == 0
    assert "without a gap" in desk.view.sentence.text()


def test_d_disables_and_enables(desk: Desk) -> None:
    desk.selection.set([N1, N2, N3])
    desk.key(Qt.Key.Key_D)
    assert [desk.graph.nodes[node].disabled for node in (N1, N2, N3, N4)] == [False, True, True, False]
    assert desk.view.actions_by_name["network.disable"].text() == "Enable"
    desk.key(Qt.Key.Key_E, CONTROL)
    assert not desk.graph.nodes[N2].disabled
    assert desk.document.undo_stack.undoText() == "Enable 2 layers"


def test_shift_f_freezes_and_unfreezes(desk: Desk) -> None:
    desk.selection.set([N1, N2, N3])
    desk.key(Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert [desk.graph.nodes[node].frozen for node in (N1, N2, N3, N4)] == [False, True, False, False]
    assert desk.view.actions_by_name["network.freeze"].text() == "Unfreeze"
    desk.selection.set([N2])
    desk.key(Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    assert not desk.graph.nodes[N2].frozen
    assert desk.document.undo_stack.undoText() == "Unfreeze Linear"
    desk.selection.set([N3])
    assert not desk.view.actions_by_name["network.freeze"].isEnabled()


def test_duplicate_adds_a_copy_and_selects_it(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    desk.key(Qt.Key.Key_D, CONTROL)
    assert len(desk.graph.nodes) == 7
    assert len(desk.selected()) == 2
    assert not {N2, N3} & set(desk.selected())
    assert desk.document.undo_stack.undoText() == "Duplicate 2 layers"
    desk.document.undo_stack.undo()
    assert desk.selected() == [N2, N3]


def test_group_and_ungroup_give_back_the_chain(desk: Desk) -> None:
    desk.selection.set([N2, N3, N4])
    desk.key(Qt.Key.Key_G, CONTROL)
    assert order(desk.graph) == ["Input", "Sequential", "Loss"]
    [group] = desk.selected()
    assert desk.graph.nodes[group].type == "Sequential"
    assert desk.graph.nodes[N3].parent == group
    desk.key(Qt.Key.Key_G, CONTROL_SHIFT)
    assert order_of(desk.graph).chain == (N1, N2, N3, N4, N5)
    assert desk.selected() == [N2, N3, N4]
    assert desk.document.undo_stack.count() == 2


def test_what_comes_out_of_a_group_covers_nothing(desk: Desk) -> None:
    desk.selection.set([N2, N3, N4])
    desk.key(Qt.Key.Key_G, CONTROL)
    [group] = desk.selected()
    desk.view.operations.append_layer("Tanh")
    desk.selection.set([group])
    desk.key(Qt.Key.Key_G, CONTROL_SHIFT)
    spots = places(desk, *desk.graph.nodes)
    assert len(set(spots)) == len(spots) == 6


def test_select_chain_from_here(desk: Desk) -> None:
    desk.selection.set([N3])
    desk.key(Qt.Key.Key_A, CONTROL_SHIFT)
    assert desk.selected() == [N3, N4, N5]


def test_what_cannot_be_done_is_greyed_with_the_reason(desk: Desk) -> None:
    actions = desk.view.actions_by_name
    assert not actions["edit.copy"].isEnabled()
    assert actions["edit.copy"].toolTip().endswith("Select a layer first.")
    desk.selection.set([N1])
    assert actions["edit.copy"].isEnabled()
    assert "Select a layer between Input and Loss first." in actions["network.group"].toolTip()
    assert "Select a group first." in actions["network.ungroup"].toolTip()
    desk.selection.set([N2, N3])
    assert "Select one layer only." in actions["network.rename"].toolTip()
    desk.selection.set([N2])
    assert actions["network.rename"].toolTip().count("\n") == 0


def test_undo_is_named_and_brings_selection_and_view_back(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    desk.view.camera.zoom(2.0)
    seen = desk.view.camera.visible()
    desk.key(Qt.Key.Key_Delete)
    assert desk.document.undo_stack.undoText() == "Delete 2 layers"
    desk.view.camera.zoom(0.3)
    desk.selection.set([N5])
    desk.document.undo_stack.undo()
    assert desk.selected() == [N2, N3]
    assert (desk.view.camera.visible().center() - seen.center()).manhattanLength() < 3
    assert abs(desk.view.camera.visible().width() - seen.width()) < 1
    desk.document.undo_stack.redo()
    assert desk.selected() == [N5]
    assert desk.view.camera.scale < 1.0


def test_undo_leads_back_into_the_group(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    desk.key(Qt.Key.Key_G, CONTROL)
    [group] = desk.selected()
    desk.view.level.go(group)
    desk.selection.set([N3])
    desk.key(Qt.Key.Key_D)
    desk.view.level.go(None)
    desk.document.undo_stack.undo()
    assert desk.view.level.group == group
    assert desk.selected() == [N3]


def test_inside_a_group_everything_works_as_outside(desk: Desk) -> None:
    desk.selection.set([N2, N3, N4])
    desk.key(Qt.Key.Key_G, CONTROL)
    [group] = desk.selected()
    desk.view.level.go(group)
    desk.key(Qt.Key.Key_A, CONTROL)
    assert desk.selected() == [N2, N3, N4]
    desk.key(Qt.Key.Key_C, CONTROL)
    desk.key(Qt.Key.Key_V, CONTROL)
    assert len(desk.selected()) == 3
    assert {desk.graph.nodes[node].parent for node in desk.selected()} == {group}
    desk.selection.set([N2])
    desk.key(Qt.Key.Key_Right)
    assert desk.selected() == [N3]
    desk.key(Qt.Key.Key_D, CONTROL)
    assert desk.graph.nodes[desk.selected()[0]].parent == group
