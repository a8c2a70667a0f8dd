"""What the editor paints over its text: boxes for hidden letters, and a hint where nothing is drawn yet."""

from html import escape
from textwrap import wrap

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from nnbuilder.ui.code.hidden import label, marks_in
from nnbuilder.ui.code.places import units
from nnbuilder.ui.common import colors, fonts

_GAP = 14
_TIP_LETTERS = 84


def hidden_letters(editor: QPlainTextEdit) -> None:
    """Paints a box with its name over every hidden letter in view."""
    bottom = editor.cursorForPosition(editor.viewport().rect().bottomLeft()).block()
    block = editor.firstVisibleBlock()
    painter: QPainter | None = None
    while block.isValid():
        for place, letter in marks_in(block.text()):
            painter = painter or QPainter(editor.viewport())
            cursor = QTextCursor(block)
            start = block.position() + units(block.text(), place)
            cursor.setPosition(start)
            left = editor.cursorRect(cursor)
            cursor.setPosition(start + 1)
            right = editor.cursorRect(cursor)
            _box(
                painter,
                QRectF(left.left(), left.top(), max(right.left() - left.left(), 8), left.height()),
                letter,
            )
        if block == bottom:
            break
        block = block.next()
    if painter is not None:
        painter.end()


def _box(painter: QPainter, room: QRectF, letter: str) -> None:
    palette = colors.current()
    room = room.adjusted(1, 2, -1, -2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(palette.color("warning"))
    painter.setBrush(palette.color("warning_soft"))
    painter.drawRoundedRect(room, 3, 3)
    font = fonts.fixed_pixels(max(int(room.height() * 0.55), 6))
    painter.setFont(font)
    text = label(letter)
    wide = painter.fontMetrics().horizontalAdvance(text)
    if wide > room.width() - 2:
        font.setPixelSize(max(int(font.pixelSize() * (room.width() - 2) / wide), 4))
        painter.setFont(font)
    painter.setPen(palette.mixed("warning", "text", 0.4))
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


def hint(editor: QPlainTextEdit, text: str) -> None:
    """Paints a quiet text below the last line."""
    last = QTextCursor(editor.document().lastBlock())
    top = editor.cursorRect(last).bottom() + _GAP
    left = editor.cursorRect(last).left()
    room = QRectF(left, top, editor.viewport().width() - left - 8, editor.viewport().height() - top)
    painter = QPainter(editor.viewport())
    painter.setFont(fonts.scaled(0.96))
    painter.setPen(colors.current().color("muted"))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, text)
    painter.end()


def as_tip(text: str) -> str:
    """A text for a tool tip, which must not be taken for HTML whatever it holds; long lines are broken."""
    lines = [part for line in text.splitlines() for part in wrap(line, _TIP_LETTERS) or [""]]
    return f'<p style="white-space: pre">{escape(chr(10).join(lines))}</p>' if text else ""
