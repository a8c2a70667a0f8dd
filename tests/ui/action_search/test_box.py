"""Finding actions by typing, with real keys."""

from PySide6.QtCore import Qt

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.action_search.box import ActionSearch
from nnbuilder.ui.common.found_row import ROW_ROLE, Row
from tests.ui.conftest import Stage

N2 = NodeId("n2")
KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def search(stage: Stage, text: str) -> ActionSearch:
    """Opens the box and types."""
    stage.window.panels.canvas.setFocus()
    stage.key(Qt.Key.Key_P, KEYS)
    box = stage.window.boxes.search
    assert box is not None
    stage.type(text)
    return box


def row(box: ActionSearch, index: int) -> Row:
    """What a row shows."""
    shown = box.model.index(index).data(ROW_ROLE)
    assert isinstance(shown, Row)
    return shown


def test_every_action_is_listed(stage: Stage) -> None:
    box = search(stage, "")
    names = {action.objectName() for action in box.found}
    assert set(stage.window.actions_by_name) <= names


def test_it_finds_by_letters_and_runs(stage: Stage) -> None:
    box = search(stage, "selall")
    assert box.found[0].objectName() == "edit.select_all"
    assert row(box, 0).hint
    stage.key(Qt.Key.Key_Return)
    assert not box.isVisible()
    assert len(stage.window.selection.nodes) == len(stage.graph.nodes)


def test_it_finds_by_other_words(stage: Stage) -> None:
    assert search(stage, "reorder").found[0].objectName() == "network.back"


def test_it_finds_templates_by_their_names(stage: Stage) -> None:
    for typed in ("lenet", "autoencoder", "logistic regression"):
        box = search(stage, typed)
        assert "file.template" in [action.objectName() for action in box.found[:2]], typed
        stage.key(Qt.Key.Key_Escape)


def test_the_disabled_say_why_and_do_nothing(stage: Stage) -> None:
    stage.window.selection.set([])
    before = stage.graph
    box = search(stage, "duplicate")
    assert not row(box, 0).usable
    assert row(box, 0).detail == "Select a layer first."
    stage.key(Qt.Key.Key_Return)
    assert box.isVisible()
    assert box.line.text() == "Select a layer first."
    assert stage.graph is before


def test_it_acts_where_the_keyboard_was(stage: Stage) -> None:
    stage.window.selection.set([N2])
    box = search(stage, "rename")
    stage.key(Qt.Key.Key_Return)
    assert not box.isVisible()
    assert stage.window.panels.canvas.name_edit.isVisible()


def test_panels_and_themes_are_found_too(stage: Stage) -> None:
    box = search(stage, "dark")
    assert box.found[0].objectName() == "theme.dark"
    box = search(stage, "xyzzy")
    assert box.found == []
    assert box.line.text() == "No action fits."
    stage.key(Qt.Key.Key_Escape)
    assert not box.isVisible()
