"""What the pages of the box share: each leads to lines for the bench."""

from abc import abstractmethod

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.page import wrapping


class MakerPage(QWidget):
    """One way to a tensor; `changed` says that its lines are others."""

    changed = Signal()

    def __init__(self, name: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.sentence = wrapping(quiet(sentence))
        self.fields = QFormLayout()
        self.fields.setHorizontalSpacing(12)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(4, 12, 4, 4)
        self.column.setSpacing(8)
        self.column.addWidget(self.sentence)
        self.column.addLayout(self.fields)

    def entered(self) -> None:
        """Looks anew at what it offers; called when it comes to the front."""

    @property
    @abstractmethod
    def wish(self) -> str:
        """The name that the tensor should have, "" where the lines bring their own."""

    @abstractmethod
    def lines(self, name: str) -> tuple[str, ...]:
        """The lines that make it under a name, none while something is missing."""
