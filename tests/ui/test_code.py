"""The code panel in the window: its action, its tab, and what canvas and text do to each other."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from tests.ui.conftest import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier
N2 = NodeId("n2")


def open_code(stage: Stage) -> None:
    """Goes to the code panel by its key."""
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_T, CONTROL)
    assert QApplication.focusWidget() is stage.window.panels.code.editor


def test_a_key_goes_there_and_another_leaves(stage: Stage) -> None:
    open_code(stage)
    assert stage.window.docks.bottom.currentWidget() is stage.window.panels.code
    stage.key(Qt.Key.Key_Tab, CONTROL)
    left = QApplication.focusWidget()
    assert left is not None
    assert not stage.window.panels.code.isAncestorOf(left)
    stage.key(Qt.Key.Key_Tab, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.focusWidget() is stage.window.panels.code.editor


def test_the_keys_of_the_window_are_the_editors_where_it_has_the_keyboard(stage: Stage) -> None:
    open_code(stage)
    triggered: list[str] = []
    for name in (
        "network.problem",
        "network.find",
        "edit.undo",
        "view.actual",
        "view.zoom_in",
        "network.add",
    ):
        stage.action(name).triggered.connect(lambda _checked=False, name=name: triggered.append(name))
    stage.session.document.apply(SetArg(N2, "out_features", 32))
    stage.key(Qt.Key.Key_F8)
    stage.key(Qt.Key.Key_Equal, CONTROL)
    stage.key(Qt.Key.Key_0, CONTROL)
    stage.key(Qt.Key.Key_Slash)
    assert "/" in stage.window.panels.code.editor.text
    stage.key(Qt.Key.Key_Z, CONTROL)
    assert "/" not in stage.window.panels.code.editor.text
    stage.key(Qt.Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is stage.window.panels.code.finder.field
    assert triggered == []


def test_typing_draws_and_drawing_types(stage: Stage) -> None:
    open_code(stage)
    editor = stage.window.panels.code.editor
    editor.select(editor.shown.index("nn.Linear(4, ") + len("nn.Linear(4, "))
    stage.key(Qt.Key.Key_Delete)
    stage.type("2")
    stage.window.session.source.read()
    stage.settle()
    assert stage.graph.nodes[N2].args["out_features"] in {26, 2}
    assert stage.window.isWindowModified()
    assert QApplication.focusWidget() is editor
    stage.session.document.apply(SetArg(N2, "out_features", 77))
    stage.settle()
    assert "nn.Linear(4, 77)" in editor.text


def test_saving_reads_what_was_typed_last(stage: Stage) -> None:
    open_code(stage)
    editor = stage.window.panels.code.editor
    editor.select(len(editor.shown))
    stage.window.session.source.typed(editor.text)
    stage.type("# end")
    stage.window.panels.flush()
    assert (stage.session.document.project.source or "").endswith("# end")


def test_a_layer_of_the_text_is_selected_on_the_canvas(stage: Stage) -> None:
    open_code(stage)
    editor = stage.window.panels.code.editor
    stage.key(Qt.Key.Key_Home, CONTROL)
    for _ in range(3):
        stage.key(Qt.Key.Key_Down)
    assert stage.window.selection.nodes == (N2,)
    assert QApplication.focusWidget() is editor
