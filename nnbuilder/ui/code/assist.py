"""Completion and argument help: follows the caret of an editor with two boxes."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent

from nnbuilder.ui.code.editor import CodeEditor
from nnbuilder.ui.code.places import Places
from nnbuilder.ui.code.popup import SignatureBox, SuggestionBox
from nnbuilder.ui.code.signature import signature_of
from nnbuilder.ui.code.suggest import Suggestion, offer_at
from nnbuilder.ui.code.syntax import spot_at

_ACCEPT = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_GONE = "\b"
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}


class Assist(QObject):
    """Offers what may be written while somebody types; Esc closes a box until more is typed."""

    def __init__(self, editor: CodeEditor) -> None:
        super().__init__(editor)
        self._editor = editor
        self._start = 0
        self._explained = -1
        self._closed = -1
        self.suggestions = SuggestionBox(editor.viewport())
        self.signature = SignatureBox(editor.viewport())
        self.suggestions.chosen.connect(self.accept)
        editor.takes = self.press
        editor.wrote.connect(self.wrote)
        editor.caret_moved.connect(self.moved)
        editor.installEventFilter(self)
        editor.verticalScrollBar().valueChanged.connect(self.close)
        editor.destroyed.connect(self.suggestions.deleteLater)
        editor.destroyed.connect(self.signature.deleteLater)

    def wrote(self, letter: str) -> None:
        """A key wrote a letter at the caret, or took one away."""
        if letter == _GONE and not self.suggestions.isVisible():
            self.moved()
            return
        self.offer(asked=False)
        self.explain()

    def moved(self) -> None:
        """The caret went elsewhere: what was offered there is over."""
        if self.suggestions.isVisible() and not self._still_there():
            self.suggestions.hide()
        if self.signature.isVisible():
            self.explain()

    def offer(self, *, asked: bool) -> None:
        """Shows what may be written at the caret."""
        text, caret, places = self._around()
        found = offer_at(text, caret, asked=asked) if not self._editor.textCursor().hasSelection() else None
        typed = text[found.start : caret] if found else ""
        if found is None or (len(found.suggestions) == 1 and found.suggestions[0].insert == typed):
            self.suggestions.hide()
            if asked and found is None:
                self._say("Nothing is offered here.")
            return
        self._start = places.position(found.start)
        self.suggestions.offer(found.suggestions, self._editor.cursorRect())
        self._say_current(found.suggestions[0])

    def explain(self, *, asked: bool = False) -> None:
        """Shows the arguments of the call that the caret is in, where the catalogue knows it."""
        text, caret, _ = self._around()
        spot = spot_at(text, caret)
        for call in spot.calls:
            signature = signature_of(call.last_name)
            if signature is None:
                continue
            if call.start == self._closed and not asked:
                break
            self._explained, self._closed = call.start, -1
            self.signature.explain(signature, signature.current(call), self._editor.cursorRect())
            return
        self.signature.hide()

    def accept(self) -> None:
        """Writes the chosen suggestion."""
        chosen = self.suggestions.current
        self.suggestions.hide()
        if chosen is None:
            return
        end = self._editor.textCursor().position()
        self._editor.replace(self._start, end, chosen.insert, chosen.back)
        self.wrote(chosen.insert[-1])

    def close(self) -> bool:
        """Closes the boxes, the upper one first; answers whether there was one."""
        if self.suggestions.isVisible():
            self.suggestions.hide()
            return True
        if self.signature.isVisible():
            self._closed = self._explained
            self.signature.hide()
            return True
        return False

    def press(self, event: QKeyEvent) -> bool:
        """Takes the keys of an open box from the editor."""
        if not self.suggestions.isVisible() or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = Qt.Key(event.key())
        if key in _ACCEPT:
            self.accept()
        elif key in _MOVES or key in _PAGES:
            by = _MOVES.get(key) or _PAGES[key] * self.suggestions.page
            self._say_current(self.suggestions.move_by(by))
        else:
            return False
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide, QEvent.Type.Resize}:
            self.suggestions.hide()
            self.signature.hide()
        return super().eventFilter(watched, event)

    def _around(self) -> tuple[str, int, Places]:
        """The text, the caret in it as Python counts, and the way from one counting to the other."""
        text = self._editor.shown
        places = Places(text)
        return text, places.offset(self._editor.textCursor().position()), places

    def _still_there(self) -> bool:
        """Whether the caret is still in the word that something was offered for."""
        position = self._editor.textCursor().position()
        block = self._editor.document().findBlock(self._start)
        return self._start <= position and self._editor.textCursor().block() == block

    def _say_current(self, one: Suggestion | None) -> None:
        if one is not None:
            self._say(f"{one.text}. {one.detail}")

    def _say(self, text: str) -> None:
        """Tells those who listen to the screen."""
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._editor, text))
