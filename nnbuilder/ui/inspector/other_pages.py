"""The inspector's pages when nothing, or more than one node, is selected."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.common.labels import heading, quiet
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


class SeveralPage(ScrollPage):
    """What several selected nodes are together."""

    def __init__(self, document: Document, analysis: AnalysisFollower, parent: QWidget | None = None) -> None:
        super().__init__("inspector_several", parent)
        self._document = document
        self._analysis = analysis
        self._title = heading("", factor=1.15)
        self._facts = Facts("selection_facts")
        hint = wrapping(quiet("Drag one to move them all. Delete removes them and closes the gap."))
        for part in (self._title, self._facts, Rule(), hint):
            self.add(part)
        self.column.addStretch()

    def show_nodes(self, nodes: Sequence[NodeId]) -> None:
        """Shows a summary of these nodes."""
        self._title.setText(f"{len(nodes)} selected")
        graph = self._document.project.graph
        self._facts.show_facts(facts.several(graph, nodes, self._analysis.analysis))
