"""The line to type into: history by the arrow keys, completion by Tab, the refused place marked."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QStringListModel, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from nnbuilder.session.bench_lines import LONGEST, LineHistory
from nnbuilder.ui.bench.pasting import as_line
from nnbuilder.ui.common import fonts

_WORD = re.compile(r"\.?[A-Za-z_][\w.]*$|\.$")


class Prompt(QLineEdit):
    """`entered` carries a line, `refused` why one is not taken; Up and Down walk through those of before."""

    entered = Signal(str)
    refused = Signal(str)

    def __init__(self, words: Sequence[str], history: LineHistory, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench_line")
        self.setAccessibleName("A line in PyTorch's words")
        self.setToolTip("Type an expression or  name = expression; Enter works it out, Up brings back lines")
        self.setPlaceholderText("a = torch.tensor([[1., 2., 3.]])      model(a)      a @ a.T")
        self.setFont(fonts.fixed())
        self.setMaxLength(LONGEST)
        self._history = history
        self._at = len(history.lines)
        self._draft = ""
        self._sent = ""
        self._words = tuple(words)
        self._names: tuple[str, ...] = ()
        self._model = QStringListModel(list(words), self)
        self.suggestions = QCompleter(self._model, self)
        self.popup = QListView()
        self.popup.setObjectName("bench_completions")
        self.popup.setAccessibleName("Words that begin like this")
        self.suggestions.setPopup(self.popup)
        self.suggestions.setWidget(self)
        self.suggestions.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
        self.suggestions.activated.connect(self._complete)
        self.returnPressed.connect(self._enter)
        self.textEdited.connect(self._suggest)

    def know(self, names: Sequence[str]) -> None:
        """Completes these names of the bench too."""
        if tuple(names) != self._names:
            self._names = tuple(names)
            self._model.setStringList([*names, *self._words])

    def put(self, text: str) -> None:
        """Puts a line in to be looked at before it is entered."""
        self._sent = text
        self.setText(text)
        self.setFocus()

    def mark(self, start: int, end: int) -> None:
        """Selects what was refused, where the line still stands there."""
        if end > start and len(self.text()) >= end and self._stands():
            self.setSelection(start, end - start)

    def ready(self) -> None:
        """Selects the line that was answered, for another to take its place; not one begun meanwhile."""
        if self._stands():
            self.selectAll()

    def _stands(self) -> bool:
        return self.text() == self._sent

    def event(self, event: QEvent) -> bool:
        """Tab takes a suggestion while there are any, and goes on to the next control otherwise."""
        pressed = event.type() == QEvent.Type.KeyPress and self.popup.isVisible()
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Tab:
            self._complete(str(self.popup.currentIndex().data() or self.suggestions.currentCompletion()))
            self.popup.hide()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        popup = self.popup
        if popup.isVisible() and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            chosen = popup.currentIndex()
            popup.hide()
            if chosen.isValid():
                self._complete(str(chosen.data()))
                return
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
            return
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down} and not popup.isVisible():
            self._walk(-1 if event.key() == Qt.Key.Key_Up else 1)
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Leaves files to the panel around, which opens them."""
        if event.mimeData().hasUrls():
            event.ignore()
        else:
            super().dragEnterEvent(event)

    def _paste(self) -> None:
        """Puts what was copied into the line, whole or not at all: half a list is none."""
        text = as_line(QGuiApplication.clipboard().text())
        if len(self.text()) - len(self.selectedText()) + len(text) > LONGEST:
            self.refused.emit(
                f"{len(text):,} letters are too many for a line of {LONGEST:,}: save them as a file of "
                "numbers and drop it here."
            )
            return
        self.insert(text)

    def _enter(self) -> None:
        text = self.text().strip()
        if text:
            self.entered.emit(text)
            self._at = len(self._history.lines)
            self._sent = self.text()
            self.selectAll()  # what is typed while it is worked out is another line

    def _walk(self, by: int) -> None:
        lines = self._history.lines
        if self._at == len(lines):
            self._draft = self.text()
        self._at = max(0, min(len(lines), self._at + by))
        self.setText(lines[self._at] if self._at < len(lines) else self._draft)

    def _suggest(self) -> None:
        word = _WORD.search(self.text()[: self.cursorPosition()])
        popup = self.popup
        if word is None or len(word[0]) < 2:
            popup.hide()
            return
        prefix = word[0]
        if "." in prefix[1:] and not prefix.startswith(("torch.", "nn.", "F.", "np.", "optim.")):
            prefix = "." + prefix.rpartition(".")[2]
        self.suggestions.setCompletionPrefix(prefix)
        if self.suggestions.completionCount() and self.suggestions.currentCompletion() != prefix:
            self.suggestions.complete()
        else:
            popup.hide()

    def _complete(self, word: str) -> None:
        place = self.cursorPosition()
        prefix = self.suggestions.completionPrefix()
        before = self.text()[:place].removesuffix(prefix) + word
        self.setText(before + self.text()[place:])
        self.setCursorPosition(len(before))
