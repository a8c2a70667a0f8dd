"""The list of layers in a whole window: the actions of the table reach it, with whatever keys they have."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from nnbuilder.graph.graph import GROUP, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.ui.chain.panel import ChainPanel
from tests.ui.conftest import Stage

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key


@pytest.fixture
def chain(stage: Stage) -> ChainPanel:
    """The list with the keyboard, the first layer selected."""
    stage.key(Key.Key_L, CTRL | SHIFT)
    panel = stage.window.panels.chain
    assert panel.tree.hasFocus()
    stage.window.selection.set([layers(stage)[0]])
    stage.settle()
    return panel


def layers(stage: Stage) -> tuple[NodeId, ...]:
    """The chain without its ends."""
    return order_of(stage.graph).layers


def types(stage: Stage) -> list[str]:
    """What the layers of the chain are."""
    return [stage.graph.nodes[key].type for key in layers(stage)]


def refusal(panel: ChainPanel) -> str:
    """Why the last edit was refused."""
    [label] = [label for label in panel.findChildren(QLabel) if label.objectName() == "chain_refusal"]
    return "" if label.isHidden() else label.text()


def test_copies_are_pasted_behind_the_row(stage: Stage, chain: ChainPanel) -> None:
    before = layers(stage)
    stage.key(Key.Key_C, CTRL)
    stage.key(Key.Key_Down)
    stage.key(Key.Key_V, CTRL)
    after = layers(stage)
    assert after[:2] == before[:2]
    assert stage.graph.nodes[after[2]].type == stage.graph.nodes[before[0]].type
    assert len(after) == len(before) + 1
    assert stage.window.selection.nodes == chain.tree.nodes == (after[2],)
    assert stage.session.document.undo_stack.index() == 1


def test_nothing_to_paste_is_said_in_the_list(stage: Stage, chain: ChainPanel) -> None:
    QGuiApplication.clipboard().setText("nonsense")
    stage.key(Key.Key_V, CTRL)
    assert refusal(chain) == "The clipboard holds no layers and no nn.Sequential."


def test_cut_goes_on_with_the_next_row(stage: Stage, chain: ChainPanel) -> None:
    before = layers(stage)
    stage.key(Key.Key_X, CTRL)
    assert layers(stage) == before[1:]
    assert chain.tree.nodes == before[1:2]


def test_rows_are_grouped_disabled_and_ungrouped(stage: Stage, chain: ChainPanel) -> None:
    before = layers(stage)
    stage.key(Key.Key_Down, SHIFT)
    stage.key(Key.Key_G, CTRL)
    [group] = stage.graph.of_type(GROUP)
    assert chain.tree.nodes == (group.id,)
    stage.key(Key.Key_D)
    assert stage.graph.nodes[group.id].disabled
    stage.key(Key.Key_D)
    stage.key(Key.Key_G, CTRL | SHIFT)
    assert layers(stage) == before


def test_a_refusal_of_the_drawing_is_said_in_the_list(stage: Stage, chain: ChainPanel) -> None:
    stage.window.selection.set([layers(stage)[0], layers(stage)[2]])
    stage.key(Key.Key_G, CTRL)
    assert refusal(chain) == "Choose layers that follow each other without a gap."
    stage.window.selection.set([])
    stage.key(Key.Key_G, CTRL)
    assert refusal(chain) == "Select a layer between Input and Loss first."


def test_layers_are_moved_into_a_group_and_out_on_the_canvas(stage: Stage) -> None:
    canvas = stage.window.panels.canvas
    first, second, third = layers(stage)[:3]
    stage.window.selection.set([first, second])
    stage.trigger("network.group")
    [group] = stage.graph.of_type(GROUP)
    canvas.setFocus()
    stage.window.selection.set([third])
    stage.key(Key.Key_BracketRight, CTRL)
    assert order_of(stage.graph, group.id).layers == (first, second, third)
    assert canvas.level.group == group.id
    assert stage.window.selection.nodes == (third,)
    stage.key(Key.Key_BracketLeft, CTRL)
    assert canvas.level.group is None
    assert layers(stage)[:2] == (group.id, third)
    assert not stage.action("network.out").isEnabled()


def test_enter_ends_renaming_and_the_list_keeps_the_keyboard(stage: Stage, chain: ChainPanel) -> None:
    first = layers(stage)[0]
    stage.key(Key.Key_F2)
    stage.type("squash")
    stage.key(Key.Key_Return)
    assert stage.graph.nodes[first].name == "squash"
    assert chain.tree.hasFocus()
    stage.key(Key.Key_Return)
    assert not chain.tree.hasFocus()


def test_a_changed_shortcut_works_in_the_list(stage: Stage, chain: ChainPanel) -> None:
    keymap = stage.window.boxes.keymap
    assert keymap is not None
    before = layers(stage)
    keymap.assign("network.forth", ["Ctrl+J"])
    stage.key(Key.Key_Down, ALT)
    assert layers(stage) == before
    stage.key(Key.Key_J, CTRL)
    assert layers(stage)[:2] == (before[1], before[0])
    assert "Ctrl+J move" in chain.tree.accessibleDescription()
