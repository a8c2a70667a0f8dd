"""Trains the project right and, beside it, with mistakes that somebody chose; keeps both courses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from nnbuilder.protocol.mistakes import MISTAKES, LoopsAdvanced, LoopsTrained, Mistake, Numbers, TrainWrong
from nnbuilder.session.document import Document
from nnbuilder.session.task import Task

if TYPE_CHECKING:
    from nnbuilder.project.project import Project


@dataclass(slots=True)
class Course:
    """What a loop has come to: the loss of each step, and of the validation part after each epoch.

    None stands for a loss that is not finite.
    """

    losses: list[float | None] = field(default_factory=list)
    validation: list[float | None] = field(default_factory=list)

    def add(self, losses: Numbers, validation: Numbers) -> None:
        """Takes what has come."""
        self.losses += losses
        self.validation += validation


class Mistakes(QObject):
    """Both loops of one comparison; `changed` when anything of it does.

    `project` is what is trained, with the mistakes `made`; `end` is there once both loops have ended,
    `trouble` one sentence where that failed or was cancelled.
    """

    changed = Signal()

    def __init__(
        self, document: Document, runs_folder: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._runs_folder = runs_folder
        self.task = Task(self)
        self.task.advanced.connect(self._advance)
        self.task.answered.connect(self._end)
        self.task.failed.connect(self._tell)
        self.clear()

    @property
    def active(self) -> bool:
        """Whether the loops are being trained."""
        return self.task.active

    def clear(self) -> None:
        """Forgets what was trained, and stops what is."""
        self.task.cancel()
        self.project: Project | None = None
        self.made: tuple[Mistake, ...] = ()
        self.right, self.wrong = Course(), Course()
        self.end: LoopsTrained | None = None
        self.trouble = ""
        self.changed.emit()

    def start(self, mistakes: frozenset[Mistake]) -> None:
        """Trains the document as it stands, right and with these mistakes."""
        self.clear()
        document = self._document
        self.project = document.project
        self.made = tuple(one for one in MISTAKES if one in mistakes)
        base = str(document.folder) if document.folder else None
        self.task.start(TrainWrong(document.project, self.made, base, str(self._runs_folder())))
        self.changed.emit()

    def stop(self) -> None:
        """Ends the process at once; what there is of the courses stays."""
        if self.active:
            self.task.cancel()
            self._tell("Stopped: the curves show how far both loops came.")

    def _advance(self, message: LoopsAdvanced) -> None:
        self.right.add(message.right, message.right_validation)
        self.wrong.add(message.wrong, message.wrong_validation)
        self.changed.emit()

    def _end(self, message: LoopsTrained) -> None:
        self.end = message
        self.changed.emit()

    def _tell(self, trouble: str) -> None:
        self.trouble = trouble
        self.changed.emit()
