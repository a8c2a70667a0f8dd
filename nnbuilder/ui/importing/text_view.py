"""The text that is imported, with the lines marked that the report speaks of."""

from collections.abc import Mapping

from PySide6.QtGui import QColor, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from nnbuilder.ui.common import colors, fonts

_SOFT = {"error": "error_soft", "warning": "warning_soft", "asked": "accent_soft"}


class SourceView(QPlainTextEdit):
    """Shows and edits the text; `mark` tints lines, `go` puts the cursor somewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.text")
        self.setAccessibleName("The text to import")
        self.setToolTip("The text can be changed here; the report follows")
        self.setFont(fonts.fixed())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._marks: Mapping[int, str] = {}
        colors.changed.connect(self._tint)

    def mark(self, lines: Mapping[int, str]) -> None:
        """Tints these lines, counted from 1: as an "error", a "warning", or something "asked"."""
        self._marks = dict(lines)
        self._tint()

    def go(self, line: int, column: int = 1) -> None:
        """Puts the cursor at a place counted from 1, and shows it."""
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return
        cursor = QTextCursor(block)
        cursor.movePosition(QTextCursor.MoveOperation.Right, n=max(min(column - 1, block.length() - 1), 0))
        self.setTextCursor(cursor)
        self.centerCursor()
        self.setFocus()

    def _tint(self) -> None:
        found = (self._line(line, _SOFT[kind]) for line, kind in self._marks.items())
        self.setExtraSelections([mark for mark in found if mark is not None])

    def _line(self, line: int, token: str) -> QTextEdit.ExtraSelection | None:
        block = self.document().findBlockByNumber(line - 1)
        if not block.isValid():
            return None
        mark = QTextEdit.ExtraSelection()
        color: QColor = colors.current().color(token)
        mark.format.setBackground(color)
        mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
        mark.cursor = QTextCursor(block)
        return mark
