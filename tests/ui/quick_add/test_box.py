"""The quick-add box in the window, with real keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.ui.quick_add.box import QuickAdd
from tests.ui.conftest import Stage

N2 = NodeId("n2")


def chain(stage: Stage) -> list[str]:
    """The types along the chain."""
    return [stage.graph.nodes[node].type for node in order_of(stage.graph).chain]


def open_box(stage: Stage) -> QuickAdd:
    """Presses `/` on the canvas."""
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_Slash)
    return stage.window.boxes.quick_add


def test_enter_appends_after_the_selection_as_one_step(stage: Stage) -> None:
    stage.window.selection.set([N2])
    box = open_box(stage)
    stage.type("linear 64, relu, dropout .3")
    layers = "Linear(out_features=64) → ReLU() → Dropout(p=0.3)"
    assert box.line.text().startswith(f"Enter adds {layers} behind Linear")
    steps = stage.session.document.undo_stack.count()
    stage.key(Qt.Key.Key_Return)
    assert chain(stage)[:6] == ["Input", "Linear", "Linear", "ReLU", "Dropout", "ReLU"]
    assert stage.session.document.undo_stack.count() == steps + 1
    spots = [(node.x, node.y) for node in stage.graph.nodes.values()]
    assert len(set(spots)) == len(spots)


def test_the_box_stays_for_the_next_and_goes_on_behind_it(stage: Stage) -> None:
    stage.window.selection.set([N2])
    box = open_box(stage)
    for word in ("tanh", "dropout"):
        stage.type(word)
        stage.key(Qt.Key.Key_Return)
        assert box.isVisible()
        assert box.field.text() == ""
        assert box.line.text().startswith("Added ")
    assert chain(stage)[2:4] == ["Tanh", "Dropout"]
    stage.key(Qt.Key.Key_Escape)
    assert not box.isVisible()
    assert QApplication.focusWidget() is stage.window.panels.canvas


def test_down_chooses_another_find_and_tab_completes(stage: Stage) -> None:
    stage.window.selection.set([N2])
    box = open_box(stage)
    stage.type("linear 8, lu")
    first = box.found[0].layers[-1].type
    stage.key(Qt.Key.Key_Down)
    other = box.found[box.current].layers[-1].type
    assert other != first
    stage.key(Qt.Key.Key_Tab)
    assert box.field.text() == f"linear 8, {other.lower()} "
    stage.key(Qt.Key.Key_Return)
    assert chain(stage)[3] == other


def test_purposes_find_layers(stage: Stage) -> None:
    box = open_box(stage)
    stage.type("non-linearity")
    assert "ReLU" in {meaning.layers[-1].type for meaning in box.found}


def test_what_is_not_understood_is_said_and_enter_does_nothing(stage: Stage) -> None:
    box = open_box(stage)
    stage.type("linear banana")
    assert "banana" in box.line.text()
    before = stage.graph
    stage.key(Qt.Key.Key_Return)
    assert stage.graph is before
    stage.type("")
    box.field.setText("input 4")
    assert box.line.text() == "The network has its Input already."
    stage.key(Qt.Key.Key_Return)
    assert stage.graph is before


def test_a_whole_network_on_an_empty_canvas(stage: Stage) -> None:
    stage.trigger("file.new")
    open_box(stage)
    stage.type("input 784, linear 128, relu, dropout .2, linear 10, loss")
    stage.key(Qt.Key.Key_Return)
    assert chain(stage) == ["Input", "Linear", "ReLU", "Dropout", "Linear", "Loss"]
    assert stage.session.document.undo_stack.count() == 1
    canvas = stage.window.panels.canvas
    spots = [(node.x, node.y) for node in stage.graph.nodes.values()]
    assert len(set(spots)) == len(spots)
    assert canvas.bench.selection.current == order_of(stage.graph).chain[-1]


def test_a_network_can_be_typed_layer_by_layer(stage: Stage) -> None:
    stage.trigger("file.new")
    open_box(stage)
    for word in ("input 4", "linear 8", "relu", "linear 3", "loss"):
        stage.type(word)
        stage.key(Qt.Key.Key_Return)
    assert chain(stage) == ["Input", "Linear", "ReLU", "Linear", "Loss"]


def test_a_click_adds_and_a_click_elsewhere_closes(stage: Stage) -> None:
    stage.window.selection.set([N2])
    box = open_box(stage)
    stage.type("tanh")
    row = box.list.visualRect(box.model.index(0)).center()
    QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=row)
    stage.settle()
    assert chain(stage)[2] == "Tanh"
    stage.window.panels.canvas.setFocus()
    stage.settle()
    assert not box.isVisible()


def test_inside_a_group_layers_go_into_it(stage: Stage) -> None:
    canvas = stage.window.panels.canvas
    stage.window.selection.set([N2])
    stage.trigger("network.group")
    [group] = stage.window.selection.nodes
    canvas.level.go(group)
    box = open_box(stage)
    stage.type("tanh, dropout")
    assert box.line.text().endswith("behind Linear.")
    stage.key(Qt.Key.Key_Return)
    inside = [stage.graph.nodes[node].type for node in order_of(stage.graph, group).chain]
    assert inside == ["Linear", "Tanh", "Dropout"]
    stage.type("loss")
    stage.key(Qt.Key.Key_Return)
    assert "group" in box.line.text()


def test_undo_of_what_was_typed_comes_back_to_the_canvas(stage: Stage) -> None:
    stage.window.selection.set([N2])
    open_box(stage)
    stage.type("tanh, tanh")
    stage.key(Qt.Key.Key_Return)
    stage.key(Qt.Key.Key_Escape)
    stage.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert chain(stage)[:3] == ["Input", "Linear", "ReLU"]
    assert stage.window.selection.nodes == (N2,)
    assert stage.action("edit.redo").text() == "Redo Insert 2 layers"
