"""Arithmetic as text: titles that stand out, long lines that go on further in, ticks and what differs."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QTextEdit
from pytestqt.qtbot import QtBot

from nnbuilder.protocol.worked import Line, Worked
from nnbuilder.ui.microscope.worked_view import EMPTY, WorkedView

ONE = Worked(
    "Neuron 0, row 1", "y = Σ x·w", (Line("y = 2·3 = 6", "6"), Line("y = 5", "6", agrees=False)), ("A note.",)
)


def weights(view: QTextEdit) -> dict[str, int]:
    """How bold each line is."""
    found: dict[str, int] = {}
    block = view.document().begin()
    while block.isValid():
        if block.text():
            found[block.text()] = block.begin().fragment().charFormat().fontWeight()
        block = block.next()
    return found


def test_the_text_of_a_place(qtbot: QtBot) -> None:
    view = WorkedView()
    qtbot.addWidget(view)
    view.show_worked((ONE,), ("Rows 0 to 7.",))
    assert view.toPlainText() == (
        "Neuron 0, row 1\ny = Σ x·w\ny = 2·3 = 6  ✓\ny = 5  ≠ PyTorch: 6\nA note.\n\nRows 0 to 7."
    )
    bold = {text for text, weight in weights(view).items() if weight == QFont.Weight.Bold}
    assert bold == {"Neuron 0, row 1"}
    view.show_sentence("There is no target.")
    assert view.toPlainText() == "There is no target."
    assert QFont.Weight.Bold not in weights(view).values()
    view.show_worked((), ())
    assert view.toPlainText() == EMPTY


def test_a_long_line_goes_on_further_in(qtbot: QtBot) -> None:
    view = WorkedView()
    qtbot.addWidget(view)
    view.resize(300, 200)
    view.show()
    long = " + ".join(["0.5·0.5"] * 20)
    view.show_worked((Worked("Sum", "", (Line(long),)),), ())
    layout = view.document().findBlockByNumber(1).layout()
    assert layout.lineCount() > 1
    assert layout.lineAt(1).x() > layout.lineAt(0).x()


def test_the_rows_of_a_window_stay_whole_and_can_be_scrolled(qtbot: QtBot) -> None:
    view = WorkedView()
    qtbot.addWidget(view)
    view.resize(150, 200)
    view.show()
    rows = ("        0       0 -0.3333       0", "        0 -0.0614 -0.6208       1")
    view.show_worked((Worked("Channel 0", "", (Line("window:"), *(Line(row) for row in rows))),), ())
    blocks = [view.document().findBlockByNumber(number) for number in (2, 3)]
    assert [block.text() for block in blocks] == list(rows)
    assert [block.layout().lineCount() for block in blocks] == [1, 1]
    assert view.horizontalScrollBar().maximum() > 0
