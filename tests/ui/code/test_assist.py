"""Completion and argument help by real keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.ui.code.explain import explained
from tests.ui.code.conftest import CONTROL, SHIFT, Desk


def begin(desk: Desk) -> None:
    """Opens a new line behind the ReLU."""
    desk.click_at("nn.ReLU(),", len("nn.ReLU(),"))
    desk.type("\n")


def test_layers_are_offered_while_typing(desk: Desk) -> None:
    begin(desk)
    box = desk.panel.assist.suggestions
    desk.type("nn.")
    assert box.isVisible()
    desk.type("drop")
    assert box.current is not None
    assert box.current.text == "Dropout"
    assert desk.editor.hasFocus()
    desk.key(Qt.Key.Key_Return)
    assert not box.isVisible()
    assert desk.editor.line_text() == "    nn.Dropout()"
    desk.type("0.3),")
    desk.read()
    assert desk.types == ["Linear", "ReLU", "Linear", "Dropout"]


def test_arrows_choose_and_tab_writes(desk: Desk) -> None:
    begin(desk)
    desk.type("nn.drop")
    box = desk.panel.assist.suggestions
    desk.key(Qt.Key.Key_Down)
    second = box.suggestions[1].text
    assert box.current is box.suggestions[1]
    desk.key(Qt.Key.Key_Tab)
    assert f"nn.{second}(" in desk.editor.line_text()


def test_escape_closes_one_box_after_the_other(desk: Desk) -> None:
    begin(desk)
    desk.type("nn.Linear(4, b")
    assist = desk.panel.assist
    assert assist.suggestions.isVisible()
    assert assist.signature.isVisible()
    desk.key(Qt.Key.Key_Escape)
    assert not assist.suggestions.isVisible()
    assert assist.signature.isVisible()
    desk.key(Qt.Key.Key_Escape)
    assert not assist.signature.isVisible()
    desk.type("i")
    assert not assist.signature.isVisible()
    desk.key(Qt.Key.Key_Space, CONTROL | SHIFT)
    assert assist.signature.isVisible()
    assert desk.editor.hasFocus()


def test_the_current_argument_is_bold(desk: Desk) -> None:
    begin(desk)
    desk.type("nn.Linear(")
    signature = desk.panel.assist.signature
    assert signature.text == "Linear(in_features, out_features, bias=True)"
    assert signature.bold == "in_features"
    desk.type("16, ")
    assert signature.bold == "out_features"
    assert "out_features" in signature.help.text()
    desk.key(Qt.Key.Key_Left)
    desk.key(Qt.Key.Key_Left)
    assert signature.bold == "in_features"
    desk.key(Qt.Key.Key_End)
    assert not signature.isVisible()


def test_control_space_lists_what_fits(desk: Desk) -> None:
    desk.click_at("16)", 2)
    desk.key(Qt.Key.Key_Space, CONTROL)
    box = desk.panel.assist.suggestions
    assert not box.isVisible()
    desk.type(", ")
    desk.key(Qt.Key.Key_Space, CONTROL)
    assert [one.text for one in box.suggestions] == ["bias="]
    desk.key(Qt.Key.Key_Return)
    assert [one.text for one in box.suggestions] == ["True", "False"]
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Return)
    assert "nn.Linear(4, 16, bias=False)" in desk.editor.text


def test_a_click_writes_a_suggestion(desk: Desk) -> None:
    begin(desk)
    desk.type("nn.drop")
    box = desk.panel.assist.suggestions
    spot = box.list.visualRect(box.model.index(1)).center()
    chosen = box.suggestions[1].text
    QTest.mouseClick(box.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert f"nn.{chosen}(" in desk.editor.line_text()
    assert desk.editor.hasFocus()


def test_boxes_go_with_the_keyboard(desk: Desk) -> None:
    begin(desk)
    desk.type("nn.drop")
    desk.child("code_copy").setFocus()
    assert not desk.panel.assist.suggestions.isVisible()
    assert not desk.panel.assist.signature.isVisible()


def test_going_elsewhere_closes_the_offer(desk: Desk) -> None:
    begin(desk)
    desk.type("nn.drop")
    desk.key(Qt.Key.Key_Home)
    assert not desk.panel.assist.suggestions.isVisible()


def test_words_are_explained(desk: Desk) -> None:
    text = desk.editor.shown
    assert explained(desk.editor.document(), text.index("Linear") + 1).startswith("Linear: ")
    assert explained(desk.editor.document(), text.index("model")) == ""
    desk.editor.select(text.index("16)") + 2)
    desk.type(", bias=True")
    assert explained(desk.editor.document(), desk.editor.shown.index("bias") + 1).startswith("bias: ")
