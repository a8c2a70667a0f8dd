"""The box of tasks: what the end of a network is for each, and what a switch would change in this one."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.data.spec import DataProfile, DataSpec
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.templates.fit import Fit, fit_of, known_fit
from nnbuilder.templates.tasks import KINDS, Plan, Task, plan, shipped, suits, task_of
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.labels import TintedLabel, heading, quiet
from nnbuilder.ui.common.page import Rule, wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.titles import counted

_ROWS = (
    ("Asks", "question"),
    ("Last layer", "last"),
    ("Loss", "loss"),
    ("Target", "target"),
    ("Output", "answer"),
    ("Metric", "metric"),
)
_NOTHING = "Nothing: the network is made for this task already."


class TaskPicker(QDialog):
    """Shows the tasks beside each other, and switches the document in one step; `said` tells so."""

    said = Signal(str)

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tasks")
        self.setWindowTitle("What the network is to tell")
        self.setModal(False)
        self._document = document
        self._analysis = analysis
        self._plan = Plan((), ())
        self.choices: dict[Task, QRadioButton] = {}
        self.group = QButtonGroup(self)
        self.data = ChoiceBox("task_data", "The data to learn the task from")
        self.changes = Facts("task_changes")
        self.nothing = quiet(_NOTHING)
        self.reason = wrapping(quiet(""))
        self.reason.setObjectName("task_reason")
        self.switch = PrimaryButton("Switch", "task_switch")
        self.switch.setToolTip("Make all these changes as one step; Undo takes them back")
        self.switch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.close_button = PlainButton("task_close", "Close", "Leave the network as it is")
        self._lay_out()
        self._connect()

    def open_on(self) -> None:
        """Shows the document's own task."""
        now = task_of(self._document.project)
        self.choices[now or "classes"].setChecked(True)
        self._choose()
        self.show()
        self.raise_()
        self.activateWindow()
        self.choices[now or "classes"].setFocus()

    @property
    def task(self) -> Task:
        """The task that is chosen."""
        return next(task for task, button in self.choices.items() if button.isChecked())

    def _choose(self) -> None:
        """Offers the data that suit the task: those of the project first."""
        own, fit = self._document.project.data, self._fit(self._document.project.data)
        suited = fit is not None and suits(self.task, fit)
        entries: list[tuple[str, object]] = []
        if suited:
            entries = [(f"{self._named(own)}, as now", own), ("", None)]
        entries += [
            (_words(name, known_fit(data)), data)
            for name in KINDS[self.task].data
            if (data := shipped(name, own)) != own
        ]
        self.data.fill(entries)
        self.data.setCurrentIndex(0)
        kind = KINDS[self.task].title
        why = "" if suited else f"{self._named(own)} do not suit {kind.lower()}, so other data are needed."
        self.reason.setText(why)
        self.reason.setVisible(bool(why))
        self._show()

    def _show(self) -> None:
        """Says what would change with the chosen data."""
        data = self.data.currentData()
        if not isinstance(data, DataSpec):
            return
        project = self._document.project
        fit = self._fit(data) or Fit((1,))
        self._plan = plan(project, self.task, data, fit, (self._named(project.data), self.data.currentText()))
        self.changes.show_facts((one.what, f"{one.now}  →  {one.then}") for one in self._plan.changes)
        self.changes.setVisible(bool(self._plan.changes))
        self.nothing.setVisible(not self._plan.changes)
        self.switch.setEnabled(bool(self._plan.edits))
        self.adjustSize()

    def _switch(self) -> None:
        task = self.task
        self._document.apply_fix(self._plan.fix(task))
        self.said.emit(f"Switched to {KINDS[task].title.lower()}; Undo takes it back.")
        self.close()

    def _fit(self, data: DataSpec) -> Fit | None:
        profile = self._profile(data)
        return known_fit(data) if profile is None else fit_of(profile)

    def _profile(self, data: DataSpec) -> DataProfile | None:
        """What the engine found, where it has looked at these data."""
        known = not self._analysis.pending and data == self._document.project.data
        return self._analysis.profile if known else None

    def _named(self, data: DataSpec) -> str:
        profile, fit = self._profile(data), self._fit(data)
        return _words("The data of this project" if profile is None else profile.title, fit)

    def _lay_out(self) -> None:
        table = QGridLayout()
        table.setHorizontalSpacing(18)
        table.setVerticalSpacing(6)
        for row, (word, _field) in enumerate(_ROWS, start=1):
            table.addWidget(quiet(word), row, 0, Qt.AlignmentFlag.AlignTop)
        for column, (task, kind) in enumerate(KINDS.items(), start=1):
            button = QRadioButton(kind.title)
            button.setObjectName(f"task_{task}")
            button.setFont(fonts.scaled(bold=True))
            button.setToolTip(f"{kind.question} {kind.answer}.")
            button.setAccessibleDescription(f"Last layer: {kind.last}. Loss: {kind.loss}.")
            self.choices[task] = button
            self.group.addButton(button)
            table.addWidget(button, 0, column)
            table.setColumnStretch(column, 1)
            for row, (_word, field) in enumerate(_ROWS, start=1):
                label = wrapping(TintedLabel(str(getattr(kind, field)), "text"))
                label.setMinimumWidth(self.fontMetrics().averageCharWidth() * 30)
                table.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        data = QHBoxLayout()
        data.addWidget(quiet("Data"))
        data.addWidget(self.data, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.switch)
        column_ = QVBoxLayout(self)
        column_.setContentsMargins(20, 16, 20, 16)
        column_.setSpacing(10)
        column_.addLayout(table)
        column_.addWidget(Rule())
        column_.addWidget(self.reason)
        column_.addLayout(data)
        column_.addWidget(heading("What changes"))
        column_.addWidget(self.changes)
        column_.addWidget(self.nothing)
        column_.addStretch()
        column_.addLayout(buttons)

    def _connect(self) -> None:
        self.group.buttonClicked.connect(lambda _button: self._choose())
        self.data.activated.connect(lambda _at: self._show())
        self.switch.clicked.connect(self._switch)
        self.close_button.clicked.connect(self.close)
        self._document.changed.connect(lambda _diff: self._follow())
        self._document.replaced.connect(self._follow)
        self._analysis.updated.connect(self._follow)

    def _follow(self) -> None:
        """Keeps up with a drawing that is edited beside the box."""
        if self.isVisible():
            chosen = self.data.currentData()
            self._choose()
            if any(self.data.itemData(at) == chosen for at in range(self.data.count())):
                self.data.show_value(chosen)
                self._show()


def _words(name: str, fit: Fit | None) -> str:
    """Data with what they are to tell."""
    title = "XOR" if name == "xor" else name.replace("_", " ")
    title = title[:1].upper() + title[1:]
    if fit is None:
        return title
    what = f"{fit.classes} classes" if fit.classes else counted(fit.values, "number") + " to predict"
    return f"{title} ({what})"
