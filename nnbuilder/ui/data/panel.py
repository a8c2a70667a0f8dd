"""The data panel: choices at the left, what they turned out to be at the right (or below)."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.graph import LOSS
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.page import ScrollPage, Section, wrapping
from nnbuilder.ui.common.problem_list import ProblemList
from nnbuilder.ui.data.sentences import profile_pairs, tensor_pairs
from nnbuilder.ui.data.settings import DataSettings

_WIDE = 84
"""Characters of width from which choices and profile stand side by side."""

_MOST_NOTES = 50

_MISFITS = frozenset({"loss-target", "output-size", "spare-outputs"})
"""What is wrong with a network whose end is made for other data."""


class DataPanel(ScrollPage):
    """Chooses the data of the project and shows their profile as the engine found it.

    What is wrong with the data stands above it, and where the network's end does not go with them.
    """

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QWidget | None = None) -> None:
        super().__init__("data", parent)
        self.setAccessibleName("Data")
        self._document = document
        self._analysis = analysis
        self._stale = True
        self.settings = DataSettings(document)
        self.profile = Section("Profile", "profile_section")
        self.facts = Facts("data_facts")
        self.notes = wrapping(quiet())
        self.notes.setObjectName("data_notes")
        self.problems = ProblemList("data_problems", document)
        for part in (self.problems, self.facts, self.notes):
            self.profile.add(part)
        self._columns = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._columns.setSpacing(24)
        self._columns.addWidget(self.settings, 2, Qt.AlignmentFlag.AlignTop)
        self._columns.addWidget(self.profile, 3, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(self._columns)
        self.column.addStretch()
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)
        document.path_changed.connect(self.refresh)
        document.resettled.connect(self.refresh)
        analysis.updated.connect(self._show_profile)

    def refresh(self) -> None:
        """Shows document and profile as they are; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        if not self._stale:
            self.settings.refresh()
            self._show_profile()

    def take_file(self, path: Path) -> None:
        """Chooses a CSV or .npz file as the data."""
        self.settings.take_file(path)

    def flush(self) -> None:
        """Commits what was typed so far."""
        self.settings.flush()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= self.fontMetrics().averageCharWidth() * _WIDE
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.data:
            self.refresh()
        elif diff.graph or diff.training:
            self._show_profile()

    def _replaced(self) -> None:
        self.settings.forget()
        self.refresh()

    def _show_profile(self) -> None:
        if not self.isVisible():
            self._stale = True
            return
        problems = [one for one in self._analysis.problems if one.path.partition(".")[0] == "data"]
        misfits = [one for one in self._analysis.problems if one.code in _MISFITS]
        self.problems.show_problems([(one, "") for one in (*problems, *misfits)])
        profile = self._analysis.profile
        self.facts.setVisible(profile is not None)
        self.settings.table.columns.show_unused(() if profile is None else profile.unused)
        if profile is None:
            self.profile.title.setText("Profile")
            known = "The data cannot be loaded." if problems else "The data are being loaded."
            self.profile.corner.setText("")
            self.notes.setText(known)
            self.notes.show()
            return
        self.profile.title.setText(profile.title)
        self.profile.corner.setText(profile.task)
        self._show_facts(profile)
        rest = len(profile.notes) - _MOST_NOTES
        more = (f"… and {rest:,} more notes.",) if rest > 0 else ()
        self.notes.setText("\n".join((*profile.notes[:_MOST_NOTES], *more)))
        self.notes.setVisible(bool(profile.notes))

    def _show_facts(self, profile: DataProfile) -> None:
        project = self._document.project
        losses = project.graph.of_type(LOSS)
        loss = str(losses[0].args.get("loss", "CrossEntropyLoss")) if losses else "CrossEntropyLoss"
        self.facts.show_facts(
            (*profile_pairs(profile), *tensor_pairs(profile, loss, project.training.device))
        )
