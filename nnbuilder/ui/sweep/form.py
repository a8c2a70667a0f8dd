"""The form of a sweep: lines for what is varied, how combinations are chosen, and the button that begins."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from nnbuilder.project.project import Project
from nnbuilder.runs.knobs import KnobError, knobs
from nnbuilder.runs.sweep import MOST, Axis, Trial, grid, grid_size, picked, read_axes
from nnbuilder.session.document import Document
from nnbuilder.session.queue import RunQueue
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import ScrollPage, wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.sweep.axis_row import AxisRow

_FIRST = ("training.optimizer.lr", "training.batch_size", "training.seed")
_PICK_SEED = 0


class SweepForm(ScrollPage):
    """What is to be swept; `started` carries the axes, the trials and whether they were picked by chance."""

    started = Signal(object, object, bool)

    def __init__(self, document: Document, queue: RunQueue, parent: QWidget | None = None) -> None:
        super().__init__("sweep_form", parent)
        self._document = document
        self._queue = queue
        self._made = 0
        self.rows: list[AxisRow] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self.more = PlainButton("sweep_more", "Vary one more", "Add another thing to vary: all combinations")
        self.how = ChoiceBox("sweep_how", "Whether every combination is trained, or some picked by chance")
        self.how.fill([("Every combination", "grid"), ("Picked at random", "random")])
        self.count = _spin("sweep_count", 1, MOST, 12, "How many combinations are picked")
        self.at_once = _spin("sweep_at_once", 1, 256, queue.at_once, "How many runs train at the same time")
        self.begin = PrimaryButton("Train", "sweep_begin")
        self.begin.setToolTip("Line up a run for each combination")
        self.said = wrapping(TintedLabel("", "warning"))
        self.said.setObjectName("sweep_said")
        self._lay_out()
        self._connect()
        self.add_row()

    def refresh(self) -> None:
        """Offers what the document has now."""
        known = knobs(self._document.project)
        for row in self.rows:
            row.show_knobs(known)
        self._say()

    def begin_anew(self) -> None:
        """Offers the first usual thing to vary, around the values of another document."""
        for row in self.rows[1:]:
            self.remove_row(row)
        self.refresh()
        self.rows[0].choose(_FIRST[0])

    def add_row(self) -> None:
        """One more thing to vary: the first usual one that is not varied yet."""
        self._made += 1
        row = AxisRow(self._made)
        row.show_knobs(knobs(self._document.project))
        self.rows.append(row)
        self._lines.addWidget(row)
        row.changed.connect(self._say)
        row.removed.connect(lambda: self.remove_row(row))
        taken = {other.typed[0] for other in self.rows}
        known = {knob.path for knob in knobs(self._document.project)}
        row.choose(next((path for path in _FIRST if path not in taken and path in known), ""))

    def remove_row(self, row: AxisRow) -> None:
        """Varies one thing less."""
        if len(self.rows) > 1:
            self.rows.remove(row)
            self._lines.removeWidget(row)
            row.hide()
            row.deleteLater()
            self._say()

    def ordered(self) -> tuple[tuple[Axis, ...], tuple[Trial, ...]]:
        """What was ordered; raises `KnobError` with one sentence."""
        project = self._document.project
        axes = self._axes(project)
        if self._picks:
            return axes, picked(project, axes, self.count.value(), _PICK_SEED)
        return axes, grid(project, axes)

    def start(self) -> None:
        """Begins, or says why not."""
        try:
            axes, trials = self.ordered()
        except KnobError as error:
            self.said.setText(str(error))
            self.said.show()
            return
        self.started.emit(axes, trials, self._picks)

    @property
    def _picks(self) -> bool:
        return bool(self.how.currentData() == "random")

    def _axes(self, project: Project) -> tuple[Axis, ...]:
        typed = [row.typed for row in self.rows]
        if not all(path for path, _ in typed):
            raise KnobError("Choose what is varied.")
        return read_axes(project, typed)

    def _say(self) -> None:
        """Says on the button how many runs there will be, and below it what keeps them from it."""
        self.count.setVisible(self._picks)
        why, number = "", 0
        try:
            axes = self._axes(self._document.project)
            number = self.count.value() if self._picks else grid_size(axes)
            if number > MOST:
                why = f"That would be {number:,} runs; a sweep has {MOST:,} at most."
        except KnobError as error:
            why = str(error)
        self.begin.setEnabled(not why)
        self.begin.setText(f"Train {counted(number, 'run')}" if not why else "Train")
        self.begin.setAccessibleName(self.begin.text())
        self.said.setText(why)
        self.said.setVisible(bool(why))
        for row in self.rows:
            row.remove.setEnabled(len(self.rows) > 1)

    def _lay_out(self) -> None:
        self.column.setSpacing(6)
        self.add(heading("Vary"))
        self.column.addLayout(self._lines)
        self.add(self.more)
        how = QHBoxLayout()
        how.addWidget(self.how, 1)
        how.addWidget(self.count)
        self.column.addLayout(how)
        once = QHBoxLayout()
        once.addWidget(quiet("at once"))
        once.addWidget(self.at_once)
        once.addWidget(self.begin, 1)
        self.column.addLayout(once)
        self.add(self.said)
        self.column.addStretch()

    def _connect(self) -> None:
        self.more.clicked.connect(self.add_row)
        self.how.activated.connect(self._say)
        self.count.valueChanged.connect(self._say)
        self.at_once.valueChanged.connect(self._set_at_once)
        self.begin.clicked.connect(self.start)

    def _set_at_once(self, most: int) -> None:
        self._queue.at_once = most


def _spin(name: str, low: int, high: int, value: int, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(name)
    box.setRange(low, high)
    box.setValue(value)
    box.setToolTip(tip)
    box.setAccessibleName(tip)
    return box
