"""The arithmetic of a place as text: rules, lines with their numbers, and whether PyTorch agrees."""

import re
from collections.abc import Sequence

from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QTextEdit

from nnbuilder.protocol.worked import Line, Worked
from nnbuilder.ui.common import fonts

EMPTY = "Nothing to show yet."

_TOGETHER = 2 * "\N{NO-BREAK SPACE}"
"""Stands before a tick, so that it stays with the number that it is for; it is copied as plain spaces."""

_ROW = re.compile(r" +[-\d.][^=]* +[-\d.][^=]*$")
"""A row of a window or a kernel: its numbers stand below those of the row above."""

_HANGING = 2
"""By how many characters what does not fit into a line stands in on the next."""


class WorkedView(QTextEdit):
    """Shows worked arithmetic; read-only, to be selected and copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("microscope_worked")
        self.setAccessibleName("How the chosen number comes about")
        self.setToolTip(
            "The rule with the numbers of this pass; a tick: PyTorch has computed the same number"
        )
        self._shown = ""
        self.setReadOnly(True)
        self.setAcceptRichText(False)
        self.setFont(fonts.fixed(0.92))
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)

    def show_worked(self, worked: Sequence[Worked], notes: Sequence[str]) -> None:
        """Shows arithmetic, and sentences below it; the titles stand out."""
        text = "\n\n".join(written(one) for one in worked) or EMPTY
        text += "\n\n" + "\n".join(notes) if notes else ""
        if text != self._shown:
            self._shown = text
            self.setPlainText(text)
            self._set_out({one.title for one in worked})

    def show_sentence(self, text: str) -> None:
        """Shows a sentence in place of arithmetic."""
        self._shown = text
        self.setPlainText(text)

    def _set_out(self, titles: set[str]) -> None:
        """Lets long lines go on further in, leaves rows of numbers whole, and makes titles bold."""
        hanging = QTextBlockFormat()
        room = self.fontMetrics().horizontalAdvance(" " * _HANGING)
        hanging.setLeftMargin(room)
        hanging.setTextIndent(-room)
        bold = QTextCharFormat()
        bold.setFontWeight(QFont.Weight.Bold)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.setBlockFormat(hanging)
        block = self.document().begin()
        grid = QTextBlockFormat()
        grid.setNonBreakableLines(True)
        while block.isValid():
            cursor.setPosition(block.position())
            if _ROW.match(block.text()):
                cursor.setBlockFormat(grid)
            elif block.text() in titles:
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                cursor.mergeCharFormat(bold)
            block = block.next()


def written(worked: Worked) -> str:
    """One piece of arithmetic as text."""
    lines = [worked.title]
    lines += [worked.formula] if worked.formula else []
    return "\n".join([*lines, *(line_text(line) for line in worked.lines), *worked.notes])


def line_text(line: Line) -> str:
    """A line, with a tick where PyTorch agrees and its number where it does not."""
    if not line.torch:
        return line.text
    return f"{line.text}{_TOGETHER}✓" if line.agrees else f"{line.text}  ≠ PyTorch: {line.torch}"
