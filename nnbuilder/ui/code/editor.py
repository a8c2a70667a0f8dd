"""The editor of the code panel: a plain text with the keys that people know from good editors of code."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from nnbuilder.session.source_text import TextChange
from nnbuilder.ui.code import marks, typing
from nnbuilder.ui.code.hidden import unveiled, veiled
from nnbuilder.ui.code.keys import key_of
from nnbuilder.ui.code.pasting import as_python
from nnbuilder.ui.code.places import Places, one_line_end
from nnbuilder.ui.code.surface import CodeSurface
from nnbuilder.ui.code.syntax import partners
from nnbuilder.ui.common import colors

_CLOSING = {")", "]", "}"}
_BRACKETS = {"(", "[", "{", *_CLOSING}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_MOVE, _KEEP = QTextCursor.MoveMode.MoveAnchor, QTextCursor.MoveMode.KeepAnchor


class CodeEditor(CodeSurface):
    """Holds the text; `edited` comes after what a person did to it, `caret_moved` after their caret moved.

    Keys that are not for the text alone are told by `asked`, with a word of `keys.KEYS`; `takes` may keep
    any key from the text, and `wrote` carries the letter that one wrote. Changes from elsewhere come by
    `apply` and leave caret and scroll where they are.
    """

    edited = Signal()
    caret_moved = Signal()
    asked = Signal(str)
    wrote = Signal(str)
    said = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.takes: Callable[[QKeyEvent], bool] = _none
        self._applying = False
        self._own: dict[str, Callable[[], object]] = {
            "indent": lambda: typing.indent(self.textCursor()),
            "dedent": lambda: typing.dedent(self.textCursor()),
            "comment": lambda: typing.toggle_comment(self.textCursor()),
            "home": lambda: self._home(_MOVE),
            "home_select": lambda: self._home(_KEEP),
            "zoom_in": lambda: self.set_zoom(self.zoom + 1),
            "zoom_out": lambda: self.set_zoom(self.zoom - 1),
            "zoom_reset": lambda: self.set_zoom(0),
        }
        self.cursorPositionChanged.connect(self._caret_moved)
        self.textChanged.connect(self._text_changed)
        colors.changed.connect(self._mark_brackets)

    @property
    def shown(self) -> str:
        """The text as the editor holds it: hidden letters are marks."""
        return self.document().toRawText().replace("\u2029", "\n")

    @property
    def text(self) -> str:
        """The text that stands here."""
        return unveiled(self.shown)

    def apply(self, before: str, changes: Iterable[TextChange]) -> None:
        """Makes changes that came from elsewhere to the text `before`; caret, selection and scroll stay."""
        anchor, caret, top = self.textCursor(), self.textCursor(), QTextCursor(self.firstVisibleBlock())
        anchor.setPosition(caret.anchor())
        across = self.horizontalScrollBar().value()
        for kept in (anchor, caret, top):  # Qt keeps the position of a cursor only, not the anchor beside it
            kept.setKeepPositionOnInsert(True)
        self._applying = True
        writer = QTextCursor(self.document())
        writer.beginEditBlock()
        for change in changes:
            places = Places(before)
            writer.setPosition(places.position(change.start))
            writer.setPosition(places.position(change.end), _KEEP)
            writer.insertText(veiled(one_line_end(change.text)))
            before = before[: change.start] + change.text + before[change.end :]
        writer.endEditBlock()
        self.setTextCursor(marks.over(self.document(), anchor.position(), caret.position()))
        self._applying = False
        self.verticalScrollBar().setValue(top.blockNumber())
        self.horizontalScrollBar().setValue(across)

    def forget(self) -> None:
        """Forgets what was typed so far: it is in the history of the document now."""
        self.document().clearUndoRedoStacks()

    def line_text(self) -> str:
        """The line of the caret."""
        return self.textCursor().block().text()

    def select(self, start: int, end: int | None = None) -> None:
        """Puts the caret somewhere, or selects, and brings it into view."""
        self.setTextCursor(marks.over(self.document(), start, start if end is None else end))
        self.ensureCursorVisible()

    def replace(self, start: int, end: int, text: str, back: int = 0) -> None:
        """Types a text in place of some characters; the caret goes some letters back from its end."""
        cursor = marks.over(self.document(), start, end)
        cursor.insertText(veiled(text))
        cursor.setPosition(cursor.position() - back)
        self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and key_of(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.takes(event):
            event.accept()
            return
        word = key_of(event)
        if word in self._own:
            self._own[word]()
            self.ensureCursorVisible()
        elif word:
            self.asked.emit(word)
        else:
            if self._typed(event):
                self.ensureCursorVisible()
            else:
                super().keyPressEvent(event)
            letter = event.text()
            if letter and (letter.isprintable() or letter == "\b"):
                self.wrote.emit(letter)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Whatever is pasted comes as plain text, a network of another form as Python; `said` tells of it."""
        pasted = as_python(source.text())
        self.textCursor().insertText(veiled(one_line_end(pasted.text)))
        self.ensureCursorVisible()
        if pasted.said:
            self.said.emit(pasted.said)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText()

    def createMimeDataFromSelection(self) -> QMimeData:
        made = QMimeData()
        made.setText(unveiled(self.textCursor().selectedText().replace("\u2029", "\n")))
        return made

    def _typed(self, event: QKeyEvent) -> bool:
        """Writes what is more than a letter; answers whether it was."""
        cursor = self.textCursor()
        plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
        if event.key() in _ENTER and (plain or event.modifiers() == Qt.KeyboardModifier.ShiftModifier):
            typing.new_line(cursor)
            self.setTextCursor(cursor)
            return True
        if event.key() == Qt.Key.Key_Backspace and plain:
            return typing.backspace(cursor)
        if event.text() in _CLOSING:
            typing.closing(cursor, event.text(), self.shown)
        elif event.text() in typing.PARTNERS:
            typing.opening(cursor, event.text(), self.shown)
        else:
            return False
        self.setTextCursor(cursor)
        return True

    def _home(self, mode: QTextCursor.MoveMode) -> None:
        cursor = self.textCursor()
        typing.home(cursor, mode)
        self.setTextCursor(cursor)

    def _text_changed(self) -> None:
        if not self._applying:
            self.edited.emit()

    def _caret_moved(self) -> None:
        self._mark_brackets()
        if not self._applying:
            self.caret_moved.emit()

    def _mark_brackets(self) -> None:
        cursor = self.textCursor()
        here = cursor.position()
        near = {self.document().characterAt(place) for place in (here - 1, here) if place >= 0}
        found: list[int] = []
        if near & _BRACKETS and not cursor.hasSelection():
            text = self.shown
            places = Places(text)
            pair = partners(text, places.offset(here)) or ()
            found = [places.position(place) for place in pair if place is not None]
        self.mark("bracket", marks.bracket_marks(self.document(), found, paired=len(found) == 2))


def _none(_event: QKeyEvent) -> bool:
    """Where nothing but the text takes keys."""
    return False
