"""The inspector's page when nothing is selected."""

from PySide6.QtWidgets import QWidget

from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.page import Rule, ScrollPage, wrapping
from nnbuilder.ui.inspector import facts


class OverviewPage(ScrollPage):
    """The whole project in a few lines."""

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QWidget | None = None) -> None:
        super().__init__("inspector_overview", parent)
        self._document = document
        self._analysis = analysis
        self._title = ElidedLabel("", "text")
        self._title.setFont(fonts.scaled(1.15, bold=True))
        self._facts = Facts("project_facts")
        hint = wrapping(quiet("Select a layer to see and change its arguments."))
        for part in (self._title, self._facts, Rule(), hint):
            self.add(part)
        self.column.addStretch()

    def refresh(self) -> None:
        """Shows the document as it is."""
        self._title.setText(self._document.title)
        self._title.setToolTip(str(self._document.path or "Not saved yet"))
        analysis = self._analysis
        self._facts.show_facts(facts.overview(self._document.project, analysis.analysis, analysis.profile))
