"""What both pages of linear algebra do alike: ask a process, wait, show the answer or a sentence."""

from abc import abstractmethod
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from nnbuilder.protocol.messages import Request
from nnbuilder.session.session import Session
from nnbuilder.session.task import Task
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.waiting_bar import WaitingBar


class AskingPage(QWidget):
    """A page whose answer a process of its own works out, only while it is seen; `stale` asks anew."""

    def __init__(self, name: str, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.session = session
        self.task = Task(self)
        self.task.answered.connect(self._hear)
        self.task.failed.connect(self._fail)
        self.fresh = False
        self.line = wrapping(TintedLabel("", "text"))
        self.line.setObjectName(f"{name}.line")
        self.progress = WaitingBar(
            f"{name}.progress",
            "The numbers are being worked out",
            "A process of its own computes; Close ends it",
        )
        self.content = QWidget()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 10, 0, 0)
        self.column.setSpacing(8)
        for part in (self.line, self.progress):
            self.column.addWidget(part)
        self.column.addWidget(self.content, 1)
        self.column.addStretch()

    @abstractmethod
    def request(self) -> Request:
        """What is asked about the document as it is now."""

    @abstractmethod
    def show_answer(self, answer: Any) -> None:
        """Shows what came."""

    def stale(self) -> None:
        """The document is another one: what is shown is asked for again when it is seen."""
        self.fresh = False
        if self.isVisible():
            self.ask()

    def ask(self) -> None:
        """Asks, unless the answer is there."""
        if not self.fresh:
            self.fresh = True
            self.wait("The numbers are being worked out…")
            self.task.start(self.request())

    def wait(self, text: str) -> None:
        """Says what is waited for."""
        self.progress.show()
        self.say(text)

    def say(self, text: str, *, fault: bool = False) -> None:
        """Says something above the page."""
        self.line.set_token("error" if fault else "text")
        self.line.setText(text)

    def places(self) -> tuple[str | None, str]:
        """The folder of the project's file and that of its runs."""
        document = self.session.document
        return (str(document.folder) if document.folder else None), str(self.session.runs_folder())

    def _hear(self, answer: Any) -> None:
        self.progress.hide()
        self.content.show()
        self.show_answer(answer)

    def _fail(self, why: str) -> None:
        self.progress.hide()
        self.content.hide()
        self.say(why, fault=True)
