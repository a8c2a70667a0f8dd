"""The editor alone, by real keys: indenting, brackets, comments, zoom, tips."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from nnbuilder.session.source_text import TextChange
from nnbuilder.ui.code.editor import CodeEditor
from tests.ui.code.conftest import CONTROL, NONE, SHIFT


def load(editor: CodeEditor, text: str) -> None:
    """Shows a text with the caret where `|` stands, or what `«»` enclose selected."""
    plain = text.replace("|", "").replace("«", "").replace("»", "")
    editor.setPlainText(plain)
    if "«" in text:
        start = text.index("«")
        editor.select(start, text.index("»") - 1)
    else:
        editor.select(text.index("|"))


def state(editor: CodeEditor) -> str:
    """The text with a `|` at the caret."""
    place = editor.textCursor().position()
    return f"{editor.text[:place]}|{editor.text[place:]}"


def press(editor: CodeEditor, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Presses a key."""
    QTest.keyClick(editor, key, modifiers)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    a|", "    a\n    |"),
        ("f(|)", "f(\n    |\n)"),
        ("  f(|", "  f(\n      |"),
        ("class A:|", "class A:\n    |"),
        ("x = 1  # why:|", "x = 1  # why:\n|"),
        ("    a,|   b", "    a,\n    |b"),
        ("|    a", "\n|    a"),
    ],
)
def test_enter_indents(editor: CodeEditor, before: str, after: str) -> None:
    load(editor, before)
    press(editor, Qt.Key.Key_Return)
    assert (
        state(editor) == after.replace("\n|    a", "\n|a") if before == "|    a" else state(editor) == after
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [("|", "    |"), ("ab|", "ab  |"), ("«a\nb»", "    a\n    b|"), ("«a\n\nb\n»c", "    a\n\n    b\n|c")],
)
def test_tab_indents(editor: CodeEditor, before: str, after: str) -> None:
    load(editor, before)
    press(editor, Qt.Key.Key_Tab)
    assert state(editor) == after


def test_shift_tab_goes_back(editor: CodeEditor) -> None:
    load(editor, "«    a\n  b»")
    press(editor, Qt.Key.Key_Backtab, SHIFT)
    assert editor.text == "a\nb"
    load(editor, "      a|")
    press(editor, Qt.Key.Key_Backtab, SHIFT)
    assert state(editor) == "  a|"


def test_comments_come_and_go(editor: CodeEditor) -> None:
    load(editor, "«    a\n\n      b»")
    press(editor, Qt.Key.Key_Slash, CONTROL)
    assert editor.text == "    # a\n\n    #   b"
    press(editor, Qt.Key.Key_Slash, CONTROL)
    assert editor.text == "    a\n\n      b"


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("f|", "(", "f(|)"),
        ("f|", "(4)", "f(4)|"),
        ("f|x", "(", "f(|x"),
        ("'a|'", "(", "'a(|'"),
        ("f(|", ")", "f()|"),
        ("«ab»", "(", "(ab|)"),
        ("f(\n    |", ")", "f(\n)|"),
        ("[(|]", ")", "[()|]"),
    ],
)
def test_brackets_come_in_pairs(editor: CodeEditor, before: str, typed: str, after: str) -> None:
    load(editor, before)
    QTest.keyClicks(editor, typed)
    assert state(editor) == after


def test_backspace_takes_a_level_or_a_pair(editor: CodeEditor) -> None:
    load(editor, "f(|)")
    press(editor, Qt.Key.Key_Backspace)
    assert state(editor) == "f|"
    load(editor, "      |a")
    press(editor, Qt.Key.Key_Backspace)
    assert state(editor) == "    |a"
    load(editor, "ab|")
    press(editor, Qt.Key.Key_Backspace)
    assert state(editor) == "a|"


def test_home_goes_to_the_first_letter_first(editor: CodeEditor) -> None:
    load(editor, "    ab|")
    press(editor, Qt.Key.Key_Home)
    assert state(editor) == "    |ab"
    press(editor, Qt.Key.Key_Home)
    assert state(editor) == "|    ab"
    press(editor, Qt.Key.Key_Home, SHIFT)
    assert editor.textCursor().selectedText() == "    "


def test_one_key_is_one_step_back(editor: CodeEditor) -> None:
    load(editor, "«a\nb»")
    editor.forget()
    press(editor, Qt.Key.Key_Tab)
    editor.undo()
    assert editor.text == "a\nb"


def test_brackets_are_matched(editor: CodeEditor) -> None:
    load(editor, "f(|a, '(')")
    places = {mark.cursor.selectionStart() for mark in editor._marks["bracket"]}
    assert places == {1, 8}
    load(editor, "f(a|")
    assert editor._marks["bracket"] == []


def test_wheel_and_keys_zoom(editor: CodeEditor) -> None:
    before = editor.fontMetrics().height()
    spot = QPointF(20, 20)
    event = QWheelEvent(
        spot,
        editor.mapToGlobal(spot),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        CONTROL,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor.viewport(), event)
    press(editor, Qt.Key.Key_Plus, CONTROL)
    assert editor.zoom == 2
    assert editor.fontMetrics().height() > before
    press(editor, Qt.Key.Key_Minus, CONTROL)
    press(editor, Qt.Key.Key_0, CONTROL)
    assert editor.fontMetrics().height() == before


def test_changes_from_elsewhere_keep_caret_and_scroll(editor: CodeEditor) -> None:
    text = "".join(f"line {number}\n" for number in range(200))
    load(editor, text[:1000] + "|" + text[1000:])
    editor.verticalScrollBar().setValue(100)
    line = editor.textCursor().block().text()
    editor.apply(text, (TextChange(0, 0, "new\nlines\n"), TextChange(10, 16, "LINE 0")))
    assert editor.text.startswith("new\nlines\nLINE 0\nline 1\n")
    assert editor.textCursor().block().text() == line
    assert editor.firstVisibleBlock().text() == "line 100"


def test_a_first_text_is_shown_from_its_start(editor: CodeEditor) -> None:
    editor.apply("", (TextChange(0, 0, "line\n" * 200),))
    assert editor.verticalScrollBar().value() == 0
    assert state(editor).startswith("|line")


def test_a_number_of_the_margin_selects_its_line(editor: CodeEditor) -> None:
    load(editor, "one|\ntwo\n")
    height = editor.fontMetrics().height()
    QTest.mouseClick(editor.gutter, Qt.MouseButton.LeftButton, pos=QPoint(5, height + height // 2 + 4))
    assert editor.textCursor().selectedText() == "two\u2029"
    QTest.mousePress(editor.gutter, Qt.MouseButton.LeftButton, pos=QPoint(5, 8))
    QTest.mouseMove(editor.gutter, QPoint(5, height + height // 2 + 4))
    QTest.mouseRelease(editor.gutter, Qt.MouseButton.LeftButton, pos=QPoint(5, 8))
    assert editor.textCursor().selectedText() == "one\u2029two\u2029"


def test_the_margin_grows_with_the_text(editor: CodeEditor) -> None:
    load(editor, "|\n")
    narrow = editor.gutter.wide
    load(editor, "|" + "\n" * 2000)
    assert editor.gutter.wide > narrow
