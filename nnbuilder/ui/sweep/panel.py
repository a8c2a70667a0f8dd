"""Sweeps as a panel: what to vary at the left, how the runs went as a table and as lines at the right."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from nnbuilder.runs.sweep import Axis, Trial
from nnbuilder.runs.sweep_record import SweepRecord, SweepRow
from nnbuilder.session.document import Document
from nnbuilder.session.sweep import Sweeps
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.sweep.columns import csv_of
from nnbuilder.ui.sweep.form import SweepForm
from nnbuilder.ui.sweep.model import SweepModel
from nnbuilder.ui.sweep.parallel import ParallelPlot
from nnbuilder.ui.sweep.table import SweepTable

if TYPE_CHECKING:
    from collections.abc import Callable

_REDRAW_MS = 100
_WIDE = 960
"""From this width on table and lines stand side by side."""

_NARROW = 300
"""What one of them needs."""

_EMPTY = "No sweep yet: choose at the left what to vary. Each combination is trained in a process of its own."
_SENTENCE = "Each line is a run: the lines of good runs show which values they share."


class SweepPanel(QWidget):
    """Follows the sweeps of the document; `said` carries a sentence on what became of something."""

    said = Signal(str)

    def __init__(self, document: Document, sweeps: Sweeps, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep")
        self.setAccessibleName("Sweep")
        self._sweeps = sweeps
        self._document = document
        self._stale = True
        self._told = ""
        self.may_train: Callable[[], bool] = lambda: True
        """Whether the network can be trained at all; whoever is asked says why where it cannot."""
        self.form = SweepForm(document, sweeps.queue)
        self.model = SweepModel(self)
        self.table = SweepTable(self.model)
        self.lines = ParallelPlot()
        self.frame = PlotFrame(
            "sweep_plot",
            "Values and results",
            _SENTENCE,
            self.lines,
            table=lambda: [self.csv()],
            paint=self.lines.paint,
        )
        self.choice = ChoiceBox("sweep_shown", "Which sweep is shown")
        self.choice.setMinimumContentsLength(18)
        self.state = ElidedLabel("", "muted")
        self.state.setObjectName("sweep_state")
        self.use = PlainButton(
            "sweep_use", "Use these settings", "Give the project the values of the selected run"
        )
        self.cancel = PlainButton("sweep_cancel", "Cancel all", "End all runs that are at work or wait")
        self.as_table = switch("sweep_as_table", "Table", "Show the runs as a table", self)
        self.as_lines = switch("sweep_as_lines", "Lines", "Show each run as a line through its values", self)
        self.ways = QButtonGroup(self)
        self.empty = wrapping(quiet(_EMPTY))
        self.empty.setObjectName("sweep_empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_REDRAW_MS)
        self._soon.timeout.connect(self.form.refresh)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_REDRAW_MS)
        self._later.timeout.connect(self._show_rows)
        self._lay_out()
        self._connect()
        self.choice.hide()
        self._fit()
        self._enable()

    def refresh(self) -> None:
        """Shows the document's sweeps; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self.form.refresh()
        known, shown = self._sweeps.known, self._sweeps.shown
        self.choice.fill([(_title(sweep), sweep.id) for sweep in known])
        self.choice.show_value(shown.id if shown else None)
        self.choice.setVisible(len(known) > 1)
        self.splitter.setVisible(shown is not None)
        self.empty.setVisible(shown is None)
        self._show_rows()

    def csv(self) -> str:
        """The table as it is ordered now, as CSV."""
        return csv_of(self.model.rows, self.model.columns)

    def act(self, word: str) -> None:
        """Does what a key of the table or its menu stands for."""
        rows, shown = self.table.chosen, self._sweeps.shown
        if word == "copy":
            QGuiApplication.clipboard().setText(self.csv())
            self.said.emit("Copied the table as CSV.")
        elif word == "cancel":
            self._sweeps.queue.cancel([row.trial.run for row in rows])
        elif rows and shown is not None and shown.varied:
            self.said.emit(self._sweeps.use(shown, rows[0].trial))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shows table and lines side by side, or one of them where there is no room for both."""
        lines = bool((shown := self._sweeps.shown) and shown.varied)
        narrow = lines and self.width() < _WIDE
        for button in (self.as_table, self.as_lines):
            button.setVisible(narrow)
        self.table.setVisible(not narrow or self.as_table.isChecked())
        self.frame.setVisible(lines and (not narrow or self.as_lines.isChecked()))

    def _begin(self, axes: tuple[Axis, ...], trials: tuple[Trial, ...], picked: bool) -> None:
        if not self.may_train():
            return
        self._sweeps.start(axes, trials, picked=picked)
        self.said.emit(f"{counted(len(trials), 'run')} lined up.")

    def _show_rows(self) -> None:
        if not self.isVisible():
            self._stale = True
            return
        shown = self._sweeps.shown
        rows = self._sweeps.rows(shown) if shown else ()
        self.model.show_sweep(shown, rows)
        self.lines.show_rows(rows, self.model.columns)
        self._fit()
        self._later.setInterval(max(_REDRAW_MS, len(rows)))  # more runs take longer to draw
        self._told = _progress(rows)
        self._enable()

    def _enable(self) -> None:
        shown = self._sweeps.shown
        rows = self.table.chosen
        self.state.setText(rows[0].message if rows and rows[0].message else self._told)
        self.use.setEnabled(bool(rows) and bool(shown and shown.varied))
        self.cancel.setEnabled(self._sweeps.queue.active)
        self.lines.choose([row.trial.number for row in rows])

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(8, 6, 8, 4)
        top.setSpacing(6)
        top.addWidget(self.choice)
        for button in (self.as_table, self.as_lines):
            self.ways.addButton(button)
            top.addWidget(button)
        self.as_table.setChecked(True)
        top.addWidget(self.state, 1)
        top.addWidget(self.use)
        top.addWidget(self.cancel)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("sweep_splitter")
        self.splitter.addWidget(self.table)
        self.splitter.addWidget(self.frame)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setMinimumWidth(_NARROW)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(top)
        right.addWidget(self.splitter, 1)
        right.addWidget(self.empty, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 8, 6)
        line.setSpacing(4)
        self.form.setFixedWidth(max(290, 40 * self.fontMetrics().averageCharWidth()))
        self.splitter.setSizes([300, 320])
        line.addWidget(self.form)
        line.addLayout(right, 1)
        self.setFocusProxy(self.form.rows[0].choice)

    def _connect(self) -> None:
        sweeps = self._sweeps
        self._document.replaced.connect(self.form.begin_anew)
        self._document.replaced.connect(self.refresh)
        self._document.changed.connect(self._follow_document)
        sweeps.changed.connect(self.refresh)
        sweeps.advanced.connect(self._advance)
        sweeps.queue.emptied.connect(self._advance)
        self.form.started.connect(self._begin)
        self.ways.buttonToggled.connect(lambda *_: self._fit())
        self.choice.activated.connect(lambda: sweeps.show(str(self.choice.currentData())))
        self.use.clicked.connect(lambda: self.act("use"))
        self.cancel.clicked.connect(lambda *_: sweeps.queue.cancel())
        self.table.asked.connect(self.act)
        self.table.picked.connect(self._enable)
        self.table.doubleClicked.connect(lambda _index: self.act("use"))
        self.lines.picked.connect(self.table.choose)

    def _follow_document(self) -> None:
        self._stale = self._stale or not self.isVisible()
        if not self._stale:
            self._soon.start()

    def _advance(self) -> None:
        if not self._later.isActive():
            self._later.start()


def _title(sweep: SweepRecord) -> str:
    """A sweep in the list: when it began, and what was varied."""
    day, _, rest = sweep.id.partition("T")
    when = f"{day} {':'.join(rest.split('-')[:2])}"
    if not sweep.varied:
        return f"Queued runs, {when}"
    return f"{len(sweep.trials)} over {', '.join(one.title for one in sweep.varied)}, {when}"


def _progress(rows: tuple[SweepRow, ...]) -> str:
    """How far all of them are."""
    if not rows:
        return ""
    count = {status: sum(row.status == status for row in rows) for status in _WORDS}
    parts = [f"{number} {_WORDS[status]}" for status, number in count.items() if number]
    return f"{counted(len(rows), 'run')}: {', '.join(parts)}"


_WORDS = {
    "finished": "done",
    "running": "at work",
    "paused": "paused",
    "waiting": "waiting",
    "stopped": "stopped",
    "failed": "failed",
    "lost": "lost",
}
