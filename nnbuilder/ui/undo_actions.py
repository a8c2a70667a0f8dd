"""Undo and redo by name: the menu says what the step was, the toolbar keeps its short word."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QUndoStack

from nnbuilder.ui.common.action_table import set_tip, set_usable


class StepAction(QObject):
    """Keeps one of the two actions like the history."""

    def __init__(self, action: QAction, word: str, stack: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self._action = action
        self._word = word
        undoes = word == "Undo"
        (stack.canUndoChanged if undoes else stack.canRedoChanged).connect(self._enable)
        (stack.undoTextChanged if undoes else stack.redoTextChanged).connect(self._name)
        self._enable(stack.canUndo() if undoes else stack.canRedo())
        self._name(stack.undoText() if undoes else stack.redoText())

    def _enable(self, possible: bool) -> None:
        set_usable(self._action, "" if possible else f"There is nothing to {self._word.lower()}.")

    def _name(self, step: str) -> None:
        text = f"{self._word} {step}".strip()
        self._action.setText(text)
        self._action.setIconText(self._word)
        set_tip(self._action, text)
