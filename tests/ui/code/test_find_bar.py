"""Finding in the text by keys."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.ui.code.conftest import CONTROL, SHIFT, Desk


def test_it_finds_while_typing_and_walks(desk: Desk) -> None:
    desk.key(Qt.Key.Key_F, CONTROL)
    assert QApplication.focusWidget() is desk.panel.finder.field
    desk.type("linear")
    count = desk.panel.finder.count
    assert count.text() == "1 of 2"
    assert desk.editor.textCursor().selectedText() == "Linear"
    assert len(desk.editor._marks["found"]) == 2
    desk.key(Qt.Key.Key_Return)
    assert count.text() == "2 of 2"
    desk.key(Qt.Key.Key_F3)
    assert count.text() == "1 of 2"
    desk.key(Qt.Key.Key_Return, SHIFT)
    assert count.text() == "2 of 2"
    desk.type("x")
    assert count.text() == "Not found"


def test_escape_goes_back_to_the_text(desk: Desk) -> None:
    desk.key(Qt.Key.Key_F, CONTROL)
    desk.type("ReLU")
    desk.key(Qt.Key.Key_Escape)
    assert not desk.panel.finder.isVisible()
    assert desk.editor.hasFocus()
    assert desk.editor.textCursor().selectedText() == "ReLU"
    assert desk.editor._marks["found"] == []
    desk.key(Qt.Key.Key_F3)
    assert desk.panel.finder.isVisible()


def test_escape_in_the_text_closes_it_as_well(desk: Desk) -> None:
    desk.key(Qt.Key.Key_F, CONTROL)
    desk.editor.setFocus()
    desk.key(Qt.Key.Key_F3)
    desk.key(Qt.Key.Key_Escape)
    assert not desk.panel.finder.isVisible()


def test_it_begins_with_what_is_selected(desk: Desk) -> None:
    desk.editor.select(desk.editor.shown.index("ReLU"), desk.editor.shown.index("ReLU") + 4)
    desk.key(Qt.Key.Key_F, CONTROL)
    assert desk.panel.finder.field.text() == "ReLU"
    assert desk.panel.finder.count.text() == "1 of 1"
