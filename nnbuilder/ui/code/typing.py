"""What keys do to the text beyond writing letters: indentation, new lines, comments."""

from PySide6.QtGui import QTextBlock, QTextCursor

from nnbuilder.ui.code.hidden import unveiled, veiled
from nnbuilder.ui.code.places import Places, letters
from nnbuilder.ui.code.syntax import balanced, opener, spot_at
from nnbuilder.ui.code.tokens import tokens_of

STEP = 4
"""Spaces of one level."""

PARTNERS = {"(": ")", "[": "]", "{": "}"}
"""The brackets that are written with their partners."""

_CLOSERS = frozenset(PARTNERS.values())

_START = QTextCursor.MoveOperation.StartOfBlock
_KEEP = QTextCursor.MoveMode.KeepAnchor


def indent(cursor: QTextCursor) -> None:
    """Tab: the lines of a selection go in by one level; without one the caret goes to the next stop."""
    if _spans_lines(cursor):
        _shift(cursor, 1)
        return
    column = cursor.selectionStart() - _block(cursor, cursor.selectionStart()).position()
    cursor.insertText(" " * (STEP - column % STEP))


def dedent(cursor: QTextCursor) -> None:
    """Shift+Tab: the lines of a selection, or that of the caret, go out by one level."""
    _shift(cursor, -1)


def new_line(cursor: QTextCursor) -> None:
    """Enter: the next line begins where this one did, a level further behind an open bracket or a colon.

    Between two brackets the closing one comes into a line of its own.
    """
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    before, after = _halves(cursor)
    depth = min(_depth(before + after), cursor.positionInBlock())
    code = _code(before).rstrip()
    deeper = code[-1:] in {"(", "[", "{", ":"}
    for _ in range(len(after) - len(after.lstrip())):
        cursor.deleteChar()
    cursor.insertText("\n" + " " * (depth + STEP * deeper))
    if deeper and after.lstrip()[:1] in _CLOSERS:
        spot = cursor.position()
        cursor.insertText("\n" + " " * depth)
        cursor.setPosition(spot)
    cursor.endEditBlock()


def opening(cursor: QTextCursor, letter: str, text: str) -> None:
    """An opening bracket: it comes with its partner, or both go around what is selected.

    It comes alone in front of a word, in strings and comments, and where one is missing that closes.
    """
    chosen = unveiled(cursor.selectedText()).replace("\u2029", "\n")
    if chosen:
        start = cursor.selectionStart()
        end = cursor.selectionEnd() + 1
        cursor.insertText(f"{letter}{veiled(chosen)}{PARTNERS[letter]}")
        cursor.setPosition(start + 1)
        cursor.setPosition(end, _KEEP)
        return
    place = Places(text).offset(cursor.position())
    room = text[place : place + 1].strip() in {"", ",", *_CLOSERS}
    pair = room and spot_at(text, place).bare and balanced(text)
    cursor.insertText(letter + PARTNERS[letter] * pair)
    cursor.setPosition(cursor.position() - pair)


def closing(cursor: QTextCursor, letter: str, text: str) -> None:
    """A closing bracket; where it is the first in its line, it goes out to the line of its partner.

    Where it stands already behind the caret and every bracket has its partner, the caret goes behind it.
    """
    place = Places(text).offset(cursor.position())
    if not cursor.hasSelection() and text[place : place + 1] == letter and balanced(text):
        cursor.movePosition(QTextCursor.MoveOperation.Right)
        return
    cursor.beginEditBlock()
    before, _ = _halves(cursor)
    if not cursor.hasSelection() and before and not before.strip():
        places = Places(text)
        partner = opener(text, places.offset(cursor.position()))
        if partner is not None:
            block = cursor.document().findBlock(places.position(partner))
            cursor.movePosition(_START, _KEEP)
            cursor.insertText(" " * _depth(block.text()))
    cursor.insertText(letter)
    cursor.endEditBlock()


def backspace(cursor: QTextCursor) -> bool:
    """In the spaces at the start of a line, Backspace goes back one level; answers whether it did.

    Between a bracket and its partner it takes both away.
    """
    before, after = _halves(cursor)
    if not cursor.hasSelection() and after and PARTNERS.get(before[-1:]) == after[0]:
        cursor.deleteChar()
        cursor.deletePreviousChar()
        return True
    if cursor.hasSelection() or not before or before.strip(" "):
        return False
    gone = (len(before) - 1) % STEP + 1
    cursor.movePosition(QTextCursor.MoveOperation.Left, _KEEP, gone)
    cursor.removeSelectedText()
    return True


def home(cursor: QTextCursor, mode: QTextCursor.MoveMode) -> None:
    """Home: to the first letter of the line, and from there to its very start."""
    depth = _depth(cursor.block().text())
    at_letter = cursor.positionInBlock() == depth
    cursor.setPosition(cursor.block().position() + (0 if at_letter else depth), mode)


def toggle_comment(cursor: QTextCursor) -> None:
    """Ctrl+/: makes the lines of the selection comments, or takes the marks away where all are."""
    blocks = [block for block in _blocks(cursor) if block.text().strip()]
    if not blocks:
        return
    cursor.beginEditBlock()
    if all(block.text().lstrip().startswith("#") for block in blocks):
        for block in blocks:
            depth = _depth(block.text())
            gone = 2 if block.text()[depth : depth + 2] == "# " else 1
            _replace(block, depth, gone, "")
    else:
        depth = min(_depth(block.text()) for block in blocks)
        for block in blocks:
            _replace(block, depth, 0, "# ")
    cursor.endEditBlock()


def _halves(cursor: QTextCursor) -> tuple[str, str]:
    """The line of the caret, up to it and from it on."""
    line = cursor.block().text()
    place = letters(line, cursor.positionInBlock())
    return line[:place], line[place:]


def _shift(cursor: QTextCursor, levels: int) -> None:
    cursor.beginEditBlock()
    for block in _blocks(cursor):
        if levels > 0 and block.text().strip():
            _replace(block, 0, 0, " " * STEP)
        elif levels < 0:
            _replace(block, 0, min(_depth(block.text()), STEP), "")
    cursor.endEditBlock()


def _replace(block: QTextBlock, column: int, gone: int, text: str) -> None:
    cursor = QTextCursor(block)
    cursor.setPosition(block.position() + column)
    cursor.setPosition(block.position() + column + gone, _KEEP)
    cursor.insertText(text)


def _blocks(cursor: QTextCursor) -> list[QTextBlock]:
    """The lines that the selection touches; one at whose very start it ends is not among them."""
    block, last = _block(cursor, cursor.selectionStart()), _block(cursor, cursor.selectionEnd())
    if last.position() == cursor.selectionEnd() and last != block:
        last = last.previous()
    found = [block]
    while block != last:
        block = block.next()
        found.append(block)
    return found


def _block(cursor: QTextCursor, position: int) -> QTextBlock:
    return cursor.document().findBlock(position)


def _spans_lines(cursor: QTextCursor) -> bool:
    return _block(cursor, cursor.selectionStart()) != _block(cursor, cursor.selectionEnd())


def _depth(line: str) -> int:
    """How many spaces a line begins with."""
    return len(line) - len(line.lstrip(" "))


def _code(line: str) -> str:
    """A line without its comment."""
    tokens, _ = tokens_of(line)
    comment = next((token.start for token in tokens if token.kind == "comment"), len(line))
    return line[:comment]
