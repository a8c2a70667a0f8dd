"""One box for every way out: what to export, with which weights, to which file; nothing waits for it."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.protocol.export_format import ExportFormat
from nnbuilder.protocol.tasks import Export, Exported
from nnbuilder.runs.store import list_runs
from nnbuilder.session.session import Session
from nnbuilder.session.task import Task
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet, value
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.waiting_bar import WaitingBar
from nnbuilder.ui.export.format_list import FormatList
from nnbuilder.ui.export.outcome import Outcome
from nnbuilder.ui.export.picture_page import Draw, PicturePage
from nnbuilder.ui.export.run_choice import RunChoice
from nnbuilder.ui.export.target import Target
from nnbuilder.ui.export.writing import write_picture_of, write_report

_SIZE = QSize(860, 600)
_LAST = "export/format"
_REPLACE = "Replace"
_SINCE = "The drawing has changed since this training: its network is exported as it was then."


class ExportDialog(QDialog):
    """Exports the document; `said` tells what became of it, `layer_wanted` carries a layer to go to.

    The network, its source and the course of a training are written by a process of their own, which Cancel
    ends; pictures and the analysis at once.
    """

    said = Signal(str)
    layer_wanted = Signal(str)

    def __init__(self, session: Session, draw: Draw, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("export")
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.task = Task(self)
        self.formats = FormatList()
        self.title = heading("", factor=1.2)
        self.summary = wrapping(quiet(""))
        self.lacking = wrapping(TintedLabel("", "warning"))
        self.picture = PicturePage(draw)
        self.runs_label = QLabel()
        self.runs = RunChoice()
        self.since = wrapping(quiet(""))
        self.choice = QWidget()
        self.target_label = QLabel()
        self.target = Target(session.document.folder or Path.home())
        self.usage_title = quiet("To use it")
        self.usage = value("")
        self.doing = wrapping(quiet(""))
        self.progress = WaitingBar(
            "export.progress",
            "The export is being done",
            "A process of its own writes and verifies the file; Cancel ends it",
        )
        self.outcome = Outcome()
        self.cancel = PlainButton("export.cancel", "Cancel", "End what is being done; nothing is written")
        self.close_button = PlainButton("export.close", "Close", "Close this box")
        self.export_button = PrimaryButton("Export", "export.export")
        self.export_button.setDefault(True)
        self.export_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self._connect()
        self.formats.choose(str(session.settings.value(_LAST, "")))

    def show_format(self, name: str) -> None:
        """Looks at a format."""
        self.formats.choose(name)

    def export(self) -> None:
        """Writes what is chosen."""
        form, path = self.formats.form, self.target.path
        replaces = self.target.replaces
        told = self.export_button.text() == _REPLACE
        if path is None or not self.export_button.isEnabled():
            return
        if replaces and not told:  # another program wrote it meanwhile
            self.target.review()
            return
        self.outcome.hide()
        self._session.settings.setValue(_LAST, form.name)
        try:
            if form.source == "drawing":
                self._done(write_picture_of(form.name, path, self.picture.svg, self.picture.choice))
            elif form.source == "report":
                self._done(write_report(form.name, path, self._session.analysis.report))
            else:
                self.task.start(self._request(form, path))
                self._busy("A process is started…")
        except (NNBuilderError, OSError) as error:
            self._fail(str(error))

    def stop(self) -> None:
        """Ends what is being done."""
        self.task.cancel()
        self._idle()
        self.outcome.show_failure("It was cancelled.")

    def done(self, result: int) -> None:
        """Closes the box, and ends what is being done."""
        self.task.cancel()
        super().done(result)

    def _request(self, form: ExportFormat, path: Path) -> Export:
        document, runs = self._session.document, self._session.runs_folder()
        chosen = None if form.source == "code" else self.runs.value
        return Export(
            document.project,
            form.name,
            str(path),
            base=str(document.folder) if document.folder else None,
            runs=str(runs),
            run=str(runs / chosen.run) if chosen and chosen.run else None,
            checkpoint=chosen.checkpoint if chosen else "best",
        )

    def _look_at(self, form: ExportFormat) -> None:
        """Shows what there is to choose for a format."""
        self.outcome.hide()
        self.title.setText(form.title)
        self.summary.setText(form.summary)
        self.picture.setVisible(form.source == "drawing")
        if form.name in {"svg", "png", "pdf"}:
            self.picture.show_format("svg" if form.name == "svg" else "png" if form.name == "png" else "pdf")
        self._offer(form)
        self.target_label.setText("&Folder" if form.is_folder else "&File")
        self.target.suggest(form, self._name(form), self._session.document.path)
        self._review()

    def _offer(self, form: ExportFormat) -> None:
        """Offers weights or runs, the newest first."""
        asked = form.source in {"weights", "run"}
        self.choice.setVisible(asked)
        self.runs_label.setVisible(asked)
        if not asked:
            return
        found = list_runs(self._session.runs_folder()).runs[::-1]
        if form.source == "weights":
            self.runs_label.setText("&Weights")
            self.runs.offer_weights(self._session.document.project, found)
        else:
            self.runs_label.setText("&Training")
            self.runs.offer_runs(found)

    def _name(self, form: ExportFormat) -> str:
        stem = Path(self._session.document.title).stem
        run = self.runs.value.run if form.source == "run" and self.runs.value else ""
        return "-".join(filter(None, (stem, run, "" if form.suffix else "tensorboard"))) + form.suffix

    def _rename(self) -> None:
        """Another run: a name for its file."""
        form = self.formats.form
        if form.source == "run":
            self.target.suggest(form, self._name(form), self._session.document.path)

    def _review(self) -> None:
        """Says what lacks, and lets Export be pressed where nothing does."""
        form = self.formats.form
        lacking = form.lacking
        if form.source == "run" and self.runs.value is None:
            lacking = "There is no training yet: press Train first (F5)."
        self.lacking.setText(lacking)
        self.lacking.setVisible(bool(lacking))
        self.export_button.setText(_REPLACE if self.target.replaces else "Export")
        self.since.setText("" if self.runs.is_of(self._session.document.project) else _SINCE)
        self.since.setVisible(form.source == "weights" and bool(self.since.text()))
        name = self.target.path.name if self.target.path else "FILE"
        self.usage.setText(form.usage.replace("FILE", name))
        for part in (self.usage_title, self.usage):
            part.setVisible(bool(form.usage) and not lacking)
        self.export_button.setEnabled(not lacking and self.target.usable() and not self.task.active)
        self.export_button.setToolTip(lacking or f"Write {form.title} (Enter)")

    def _busy(self, doing: str) -> None:
        self.doing.setText(doing)
        for part in (self.doing, self.progress, self.cancel):
            part.show()
        self._let_choose(allowed=False)

    def _idle(self) -> None:
        for part in (self.doing, self.progress, self.cancel):
            part.hide()
        self._let_choose(allowed=True)

    def _let_choose(self, *, allowed: bool) -> None:
        for part in (self.formats, self.runs, self.target):
            part.setEnabled(allowed)
        self._review()

    def _done(self, done: Exported) -> None:
        self.target.show_written(Path(done.path))
        self._idle()
        self.outcome.show_done(done)
        self.outcome.copy_button.setFocus()
        self.said.emit(f"Exported to {done.path}.")

    def _fail(self, why: str) -> None:
        self._idle()
        node = self.task.failure.node_id if self.task.failure else None
        known = node is not None and node in self._session.document.project.graph.nodes
        self.outcome.show_failure(why, node if known else None)
        self.usage_title.hide()
        self.usage.hide()

    def _follow(self) -> None:
        """The project or its runs changed: offers the weights that there are now."""
        if not self.task.active:
            self._offer(self.formats.form)
            self._review()

    def _connect(self) -> None:
        self.task.doing.connect(self.doing.setText)
        self.task.answered.connect(self._done)
        self.task.failed.connect(self._fail)
        self.formats.chosen.connect(self._look_at)
        self.runs.activated.connect(self._rename)
        self.runs.activated.connect(self.outcome.hide)
        self.runs.activated.connect(self._review)
        self.outcome.layer_wanted.connect(self.layer_wanted)
        self.target.changed.connect(self._review)
        self.picture.said.connect(self.said)
        self.cancel.clicked.connect(self.stop)
        self.close_button.clicked.connect(self.close)
        self.export_button.clicked.connect(self.export)
        document = self._session.document
        document.changed.connect(self.picture.renew)
        document.changed.connect(self._follow)
        self._session.run.state_changed.connect(self._follow)
        document.replaced.connect(self.close)
        self._session.analysis.updated.connect(self.picture.renew)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        self.runs_label.setBuddy(self.runs)
        self.target_label.setBuddy(self.target.field)
        weights = QVBoxLayout(self.choice)
        weights.setContentsMargins(0, 0, 0, 0)
        weights.setSpacing(4)
        weights.addWidget(self.runs)
        weights.addWidget(self.since)
        form.addRow(self.runs_label, self.choice)
        form.addRow(self.target_label, self.target)
        side = QVBoxLayout()
        side.setSpacing(10)
        for part in (self.title, self.summary, self.lacking):
            side.addWidget(part)
        side.addWidget(self.picture, 1)
        side.addLayout(form)
        for below in (self.progress, self.doing, self.outcome, self.usage_title, self.usage):
            side.addWidget(below)
        side.addStretch()
        side.addLayout(self._buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(18)
        row.addWidget(self.formats)
        row.addLayout(side, 1)
        for hidden in (self.progress, self.doing, self.cancel, self.lacking):
            hidden.hide()
        self.resize(_SIZE)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.cancel)
        row.addWidget(self.close_button)
        row.addWidget(self.export_button)
        return row
