"""The one undo command: the document before and after a change."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from nnbuilder.project.project import Project


class Change(QUndoCommand):
    """One undo step; it holds values only, and `after` grows while edits merge into it.

    Qt's own `mergeWith` is not used: QUndoStack never frees a Python command that it swallowed.
    """

    def __init__(self, text: str, before: Project, after: Project, put: Callable[[Project], None]) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self._put = put

    def undo(self) -> None:
        self._put(self.before)

    def redo(self) -> None:
        self._put(self.after)
