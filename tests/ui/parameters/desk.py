"""A session's parameters that are answered in place, without a process."""

from pathlib import Path

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from nnbuilder.engine.parameters.desk import Desk
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.protocol.messages import Failed
from nnbuilder.protocol.parameters import ParameterRequest
from nnbuilder.session.channel import Channel
from nnbuilder.session.document import Document
from nnbuilder.session.parameters import Parameters
from tests.fakes import FakeLine


class Here(FakeLine):
    """Answers with the engine's own desk, when `settle` is called."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = Desk()

    def settle(self) -> None:
        """Answers all that waits, and what comes of the answers."""
        while self.sent and not self.shut:
            request = self.sent.pop(0)
            assert isinstance(request, ParameterRequest)
            try:
                answer, arrays = self._desk.answer(request)
            except NNBuilderError as error:
                self.received.emit(Failed("problem", str(error), request_id=request.request_id), ())
            else:
                self.received.emit(answer, arrays)


class Bench:
    """Parameters of a document with the line that answers them."""

    def __init__(self, qtbot: QtBot, document: Document, folder: Path) -> None:
        self.qtbot = qtbot
        self.document = document
        self.lines: list[Here] = []
        self.parameters = Parameters(document, lambda: folder, document, self._open)

    def _open(self, parent: QObject) -> Channel:
        self.lines.append(Here(parent))
        return self.lines[-1]

    def settle(self) -> None:
        """Lets everything that was asked be answered."""
        for line in self.lines:
            line.settle()
