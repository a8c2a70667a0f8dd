"""Holds a file of weights against the network, and takes it when all of it fits; nothing waits for it."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.edits import SetWeights
from nnbuilder.protocol.tasks import FitWeights, WeightsFitted
from nnbuilder.session.session import Session
from nnbuilder.session.task import Task
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.waiting_bar import WaitingBar
from nnbuilder.ui.weights.model import FitModel
from nnbuilder.ui.weights.sentences import result_line

_SIZE = QSize(680, 480)


class WeightsDialog(QDialog):
    """Shows tensor by tensor how a file fits; `said` tells when its weights were taken.

    `network_wanted` carries the `WeightsFitted` of a file whose own network is to be drawn.

    `unpickle` is the user's yes to a file of torch's own kind. The drawing may change meanwhile: the file is
    held against it anew.
    """

    said = Signal(str)
    network_wanted = Signal(object)

    def __init__(
        self, session: Session, path: Path, parent: QWidget | None = None, *, unpickle: bool = False
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._path = path
        self._unpickle = unpickle
        self._taking = False
        self.setObjectName("weights")
        self.setWindowTitle("Import weights")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.task = Task(self)
        self.task.answered.connect(self._show)
        self.task.failed.connect(self._fail)
        self.fitted: WeightsFitted | None = None
        self._model = FitModel()
        self.line = wrapping(TintedLabel("", "text"))
        self.notes = wrapping(quiet(""))
        self.table = self._table()
        self.progress = WaitingBar(
            "weights.progress", "The file is being read", "A process of its own reads the file; Close ends it"
        )
        self.take = PrimaryButton("Use these weights", "weights.take")
        self.take.setToolTip("Let the project stand at these weights; Undo goes back")
        self.take.clicked.connect(self._take)
        self.draw = PlainButton(
            "weights.draw",
            "Draw its network…",
            "See what names and shapes tell of the network that these weights are of",
        )
        self.draw.clicked.connect(self._draw)
        self.close_button = PlainButton("weights.close", "Close", "Leave the network as it is")
        self.close_button.clicked.connect(self.close)
        self._lay_out()
        session.document.changed.connect(self.compare)
        session.document.replaced.connect(self.close)
        self.compare()

    def compare(self) -> None:
        """Holds the file against the network as it is drawn now."""
        self._ask(runs="")

    def done(self, result: int) -> None:
        """Closes it, and ends what is being done."""
        self.task.cancel()
        super().done(result)

    def _ask(self, *, runs: str) -> None:
        document = self._session.document
        self._taking = bool(runs)
        self.take.setEnabled(False)
        self.draw.setEnabled(False)
        self.progress.show()
        self.line.setText("The weights are being stored…" if runs else "The file is being read…")
        base = str(document.folder) if document.folder else None
        self.task.start(FitWeights(document.project, str(self._path), base, runs or None, self._unpickle))

    def _take(self) -> None:
        self._ask(runs=str(self._session.runs_folder()))

    def _show(self, fitted: WeightsFitted) -> None:
        self.fitted = fitted
        self.progress.hide()
        if self._taking and fitted.sha256:
            self._set(fitted.sha256)
            return
        self._model.show(fitted.rows)
        self.table.setVisible(bool(fitted.rows))
        self.line.setText(result_line(fitted))
        self.notes.setText("\n".join(fitted.notes))
        self.notes.setVisible(bool(fitted.notes))
        self.take.setEnabled(fitted.complete)
        self.draw.setEnabled(any(row.file is not None for row in fitted.rows))
        (self.take if fitted.complete else self.close_button).setFocus()

    def _draw(self) -> None:
        if self.fitted is not None:
            self.network_wanted.emit(self.fitted)
            self.close()

    def _set(self, sha256: str) -> None:
        self._session.document.changed.disconnect(self.compare)
        try:
            self._session.document.apply(SetWeights(sha256))
        except NNBuilderError as error:
            self._fail(str(error))
            return
        self.said.emit(f"The project stands at the weights of {self._path.name}. Train goes on from them.")
        self.close()

    def _fail(self, why: str) -> None:
        self.progress.hide()
        self.table.hide()
        self.notes.hide()
        self.line.setText(why)
        self.close_button.setFocus()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        title = heading(self._path.name, factor=1.2)
        title.setToolTip(str(self._path))
        for part in (title, self.line, self.progress, self.notes):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addStretch()
        row = QHBoxLayout()
        row.addWidget(self.draw)
        row.addStretch()
        row.addWidget(self.close_button)
        row.addWidget(self.take)
        column.addLayout(row)
        self.notes.hide()
        self.table.hide()
        self.resize(_SIZE)

    def _table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("weights.table")
        table.setAccessibleName("Tensors of the file and of the network")
        table.setToolTip("What does not fit stands first")
        table.setModel(self._model)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.verticalHeader().hide()
        table.setTabKeyNavigation(False)
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return table
