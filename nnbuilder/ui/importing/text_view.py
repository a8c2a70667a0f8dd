"""The text that is imported, with the lines marked that the report speaks of."""

from collections.abc import Iterator, Mapping

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QResizeEvent, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.importing.line_margin import LineMargin

_SOFT = {"error": "error_soft", "warning": "warning_soft", "asked": "accent_soft"}


class SourceView(QPlainTextEdit):
    """Shows and edits the text with its line numbers; `mark` tints lines, `go` puts the cursor somewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import.text")
        self.setAccessibleName("The text to import")
        self.setToolTip("The text can be changed here; the report follows")
        self.setFont(fonts.fixed())
        self._margin = LineMargin(self._in_view, self)
        self._margin.setFont(self.font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTabChangesFocus(True)
        self._marks: Mapping[int, str] = {}
        colors.changed.connect(self._tint)
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(lambda _rect, _by: self._margin.update())
        self._make_room()

    def mark(self, lines: Mapping[int, str]) -> None:
        """Marks these lines, counted from 1: as an "error", a "warning", "asked", or "taken"."""
        self._marks = dict(lines)
        self._margin.mark(self._marks)
        self._tint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

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

    def _make_room(self) -> None:
        """Keeps the margin as wide as its numbers."""
        self._margin.count(self.blockCount())
        self.setViewportMargins(self._margin.wide, 0, 0, 0)
        self._place()

    def _place(self) -> None:
        inner = self.contentsRect()
        self._margin.setGeometry(QRect(inner.left(), inner.top(), self._margin.wide, inner.height()))

    def _in_view(self) -> Iterator[tuple[int, float, float]]:
        block, bottom = self.firstVisibleBlock(), self.viewport().height()
        top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
        while block.isValid() and top <= bottom:
            height = self.blockBoundingRect(block).height()
            yield block.blockNumber() + 1, top, height
            block, top = block.next(), top + height

    def _tint(self) -> None:
        found = (self._line(line, _SOFT[kind]) for line, kind in self._marks.items() if kind in _SOFT)
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
