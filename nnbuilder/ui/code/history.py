"""One history for text and drawing: typing that is not read yet first, then the steps of the document."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from nnbuilder.session.source_text import SourceText
from nnbuilder.ui.code.editor import CodeEditor


class SharedHistory(QObject):
    """Undoes and redoes for the editor; `refused` says why nothing happened.

    The editor's own history reaches back to where text and drawing agreed last; all before that is in the
    document's.
    """

    refused = Signal(str)

    def __init__(self, editor: CodeEditor, source: SourceText, stack: QUndoStack) -> None:
        super().__init__(editor)
        self._editor = editor
        self._source = source
        self._stack = stack
        self._base = ""
        self._holding = False

    def undo(self) -> None:
        """Takes the last typing back that is not read, or else the last step of the document."""
        self._source.read()
        if self._editor.document().isUndoAvailable():
            self._editor.undo()
            self._source.read()
        elif self._stack.canUndo():
            self._stack.undo()
        else:
            self.refused.emit("There is nothing to undo.")

    def redo(self) -> None:
        """Brings back what was undone."""
        self._source.read()
        if self._editor.document().isRedoAvailable():
            self._editor.redo()
            self._source.read()
        elif self._stack.canRedo():
            self._stack.redo()
        else:
            self.refused.emit("There is nothing to redo.")

    def agreed(self) -> None:
        """Text and drawing may agree now: then what was typed is in the document's history."""
        if not self._source.agrees or self._source.text == self._base:
            return
        self._base = self._source.text
        if not self._holding:
            self._editor.forget()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keeps the editor's history while the text is given up, so that it can come back."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
