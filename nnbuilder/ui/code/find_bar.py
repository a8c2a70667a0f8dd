"""Finding in the text: a field above the editor, all that fits is marked."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from nnbuilder.ui.code import marks
from nnbuilder.ui.code.editor import CodeEditor
from nnbuilder.ui.code.places import Places
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton

_MOST = 1000
"""More places than this are not marked, only the first of them counted."""


class FindBar(QWidget):
    """Goes from place to place: Enter or F3 forward, with Shift back; Esc gives the keyboard to the text."""

    closed = Signal()

    def __init__(self, editor: CodeEditor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._found: list[tuple[int, int]] = []
        self.field = QLineEdit()
        self.count = quiet()
        self.next = LinkButton("Next")
        self.previous = LinkButton("Previous")
        self.close_button = LinkButton("Close", "muted")
        self._set_up()
        self.field.textChanged.connect(self._search)
        self.next.clicked.connect(lambda: self.go(1))
        self.previous.clicked.connect(lambda: self.go(-1))
        self.close_button.clicked.connect(self.leave)
        editor.edited.connect(self.renew)
        colors.changed.connect(self.renew)
        self.hide()

    def open(self) -> None:
        """Shows the field with what is selected in the text, and gives it the keyboard."""
        selected = self._editor.textCursor().selectedText()
        self.show()
        if selected and "\u2029" not in selected:
            self.field.setText(selected)
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.renew()

    def leave(self) -> None:
        """Closes the bar; the keyboard goes to the text."""
        self.hide()
        self._editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def go(self, by: int) -> None:
        """Selects the next place, or the one before; from the end to the start."""
        if not self._found:
            return
        cursor = self._editor.textCursor()
        if by > 0:
            after = [place for place in self._found if place[0] >= cursor.selectionEnd()]
            chosen = after[0] if after else self._found[0]
        else:
            before = [place for place in self._found if place[1] <= cursor.selectionStart()]
            chosen = before[-1] if before else self._found[-1]
        self._editor.select(*chosen)
        self._tell()

    def renew(self) -> None:
        """Looks again, in the text as it is now."""
        if self.isVisible():
            self._look()
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F3}:
            self.go(-1 if back else 1)
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._editor.mark("found", [])

    def _search(self) -> None:
        """The first place from the caret on is selected while the word is typed."""
        self._look()
        start = self._editor.textCursor().selectionStart()
        if self._found:
            self._editor.select(*next((place for place in self._found if place[0] >= start), self._found[0]))
        self._tell()

    def _look(self) -> None:
        wanted = self.field.text()
        text = self._editor.shown
        places = Places(text)
        found = re.finditer(re.escape(wanted), text, re.IGNORECASE) if wanted else ()
        self._found = []
        for match in found:
            self._found.append((places.position(match.start()), places.position(match.end())))
            if len(self._found) == _MOST:
                break
        self._editor.mark("found", marks.found_marks(self._editor.document(), self._found))

    def _tell(self) -> None:
        cursor = self._editor.textCursor()
        here = (cursor.selectionStart(), cursor.selectionEnd())
        total = f"{len(self._found)}{'+' if len(self._found) == _MOST else ''}"
        if not self.field.text():
            self.count.setText("")
        elif not self._found:
            self.count.setText("Not found")
        elif here in self._found:
            self.count.setText(f"{self._found.index(here) + 1} of {total}")
        else:
            self.count.setText(f"{total} found")
        self.field.setAccessibleDescription(self.count.text())

    def _set_up(self) -> None:
        self.setObjectName("code_find")
        self.setAccessibleName("Find in the text")
        self.field.setObjectName("code_find_field")
        self.field.setAccessibleName("Find in the text")
        self.field.setPlaceholderText("Find in the text")
        self.field.setToolTip(
            "Enter goes to the next place, Shift+Enter to the one before, Esc back to the text"
        )
        self.field.setMaximumWidth(260)
        self.count.setObjectName("code_find_count")
        for button, name, tip in (
            (self.next, "code_find_next", "Go to the next place (Enter, F3)"),
            (self.previous, "code_find_previous", "Go to the place before (Shift+Enter, Shift+F3)"),
            (self.close_button, "code_find_close", "Close and go back to the text (Esc)"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 12, 4)
        row.setSpacing(10)
        row.addWidget(self.field, 1)
        for part in (self.count, self.previous, self.next):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.close_button)
