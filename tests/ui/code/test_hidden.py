"""Letters that nobody sees, in the text and in the editor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication, QImage

from nnbuilder.ui.code.editor import CodeEditor
from nnbuilder.ui.code.hidden import label, marks_in, sentence, unveiled, veiled
from nnbuilder.ui.common import colors
from tests.ui.code.conftest import Desk

OVERRIDE, SPACE = "\u202e", "\u200b"


@given(st.text())
def test_what_is_veiled_comes_back(text: str) -> None:
    told = unveiled(text)
    assert unveiled(veiled(told)) == told
    assert len(veiled(told)) == len(told)


@pytest.mark.parametrize("letter", [OVERRIDE, SPACE, "\ufeff", "\u2066", "\u00ad", "\0"])
def test_each_is_a_mark_with_a_name(letter: str) -> None:
    shown = veiled(f"a{letter}b")
    assert letter not in shown
    assert list(marks_in(shown)) == [(1, letter)]
    assert label(letter)
    assert f"U+{ord(letter):04X}" in sentence(letter)


def test_letters_of_other_languages_stay() -> None:
    text = "# größe, שלום, 你好, 🙂"
    assert veiled(text) == text


def test_pasted_marks_are_shown_told_and_kept(desk: Desk) -> None:
    desk.click_at("model =", 0)
    desk.editor.insertPlainText(veiled(f"# a{OVERRIDE}b\n"))
    desk.read()
    assert f"a{OVERRIDE}b" in desk.source.text
    assert "1 hidden letter" in desk.sentence
    assert "right-to-left override" in desk.editor.tip_at(desk.editor.shown.index("# a") + 3)


def test_pasted_text_comes_without_its_looks(editor: CodeEditor) -> None:
    data = QMimeData()
    data.setHtml("<b>nn.ReLU()</b>")
    data.setText(f"nn.ReLU(){SPACE}\r\nnn.Tanh()")
    editor.insertFromMimeData(data)
    assert editor.text == f"nn.ReLU(){SPACE}\nnn.Tanh()"
    editor.selectAll()
    editor.copy()
    copied = QGuiApplication.clipboard().mimeData()
    assert copied.text() == f"nn.ReLU(){SPACE}\nnn.Tanh()"
    assert not copied.hasHtml()


def test_a_box_is_painted_over_it(editor: CodeEditor) -> None:
    editor.setPlainText(veiled(f"a{OVERRIDE}b"))
    image = QImage(editor.viewport().grab().toImage())
    wanted = colors.current().color("warning_soft").rgb()
    spots = ((x, y) for x in range(60) for y in range(30))
    assert any(image.pixel(x, y) == wanted for x, y in spots)
