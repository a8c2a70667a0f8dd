"""What lies over the text without changing it: the caret's line, the selected layer, brackets, faults."""

from collections.abc import Iterable
from typing import Literal

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextDocument, QTextFormat
from PySide6.QtWidgets import QTextEdit

from nnbuilder.ui.common import colors

Layer = Literal["line", "node", "found", "bracket", "fault"]
LAYERS: tuple[Layer, ...] = ("line", "node", "found", "bracket", "fault")
"""What is painted first lies below."""

Mark = QTextEdit.ExtraSelection
_KEEP = QTextCursor.MoveMode.KeepAnchor


def over(document: QTextDocument, start: int, end: int) -> QTextCursor:
    """A cursor that selects some characters; places outside the text become its ends."""
    last = max(document.characterCount() - 1, 0)
    cursor = QTextCursor(document)
    cursor.setPosition(min(max(start, 0), last))
    cursor.setPosition(min(max(end, 0), last), _KEEP)
    return cursor


def whole_lines(document: QTextDocument, start: int, end: int, ground: QColor) -> list[Mark]:
    """Marks on all lines that hold some characters."""
    block, last = document.findBlock(start), document.findBlock(end)
    found = []
    while block.isValid() and block.blockNumber() <= last.blockNumber():
        found.append(line_mark(QTextCursor(block), ground))
        block = block.next()
    return found


def line_mark(cursor: QTextCursor, ground: QColor) -> Mark:
    """A mark on the whole line of a cursor."""
    style = QTextCharFormat()
    style.setBackground(ground)
    style.setProperty(QTextFormat.Property.FullWidthSelection, True)
    return _mark(cursor, style)


def fault_mark(cursor: QTextCursor, *, warning: bool = False) -> Mark:
    """A wave below some characters."""
    style = QTextCharFormat()
    style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    style.setUnderlineColor(colors.current().color("warning" if warning else "error"))
    return _mark(cursor, style)


def bracket_marks(document: QTextDocument, places: Iterable[int], *, paired: bool) -> list[Mark]:
    """Marks on brackets: those of a pair, or one that has no partner."""
    palette = colors.current()
    style = QTextCharFormat()
    style.setBackground(palette.mixed("field", "accent" if paired else "error", 0.35))
    style.setForeground(palette.color("text"))
    return [_mark(over(document, place, place + 1), style) for place in places]


def found_marks(document: QTextDocument, ranges: Iterable[tuple[int, int]]) -> list[Mark]:
    """Marks on what was searched for."""
    style = QTextCharFormat()
    style.setBackground(colors.current().mixed("field", "warning", 0.4))
    style.setForeground(colors.current().color("text"))
    return [_mark(over(document, *place), style) for place in ranges]


def line_ground() -> QColor:
    """Behind the caret's line."""
    palette = colors.current()
    return palette.mixed("field", "text", 0.06 if palette.scheme == "dark" else 0.045)


def node_ground() -> QColor:
    """Behind the lines of the selected layer."""
    return colors.current().mixed("field", "accent_soft", 0.85)


def _mark(cursor: QTextCursor, style: QTextCharFormat) -> Mark:
    mark = Mark()
    # The stubs give these two as read-only attributes of a value class; Qt fills them in by assignment.
    mark.cursor, mark.format = cursor, style
    return mark
