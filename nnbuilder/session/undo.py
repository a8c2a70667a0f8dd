"""The one undo command: the document before and after a change, and where its user stood."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from nnbuilder.project.project import Project


class Change(QUndoCommand):
    """One undo step; it holds values only, and `after` grows while edits merge into it.

    `stood` is what the views showed before the change, `stands` what they showed when it was undone; the
    document keeps them without looking into them. Qt's own `mergeWith` is not used: QUndoStack never frees a
    Python command that it swallowed.
    """

    def __init__(
        self, text: str, before: Project, after: Project, put: Callable[["Change", Project], None]
    ) -> None:
        super().__init__(text)
        self.before = before
        self.after = after
        self.stood: object = None
        self.stands: object = None
        self._put = put

    def undo(self) -> None:
        self._put(self, self.before)

    def redo(self) -> None:
        self._put(self, self.after)
