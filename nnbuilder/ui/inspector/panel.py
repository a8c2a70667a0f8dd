"""The inspector panel: follows the selection and shows the page that fits it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.diff import DocumentDiff
from nnbuilder.session.document import Document
from nnbuilder.session.history import HistogramRow
from nnbuilder.session.run import Run
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.inspector.node_page import NodePage
from nnbuilder.ui.inspector.overview_page import OverviewPage
from nnbuilder.ui.inspector.several_page import SeveralPage


class InspectorPanel(QStackedWidget):
    """Shows the selected node or nodes with their forms, or the whole project where none is selected."""

    def __init__(
        self,
        document: Document,
        analysis: AnalysisFollower,
        selection: Selection,
        run: Run,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self.setAccessibleName("Inspector")
        self._document = document
        self._selection = selection
        self._stale = True
        self.page = NodePage(document, analysis, run)
        self._overview = OverviewPage(document, analysis)
        self.several = SeveralPage(document, analysis)
        for one in (self._overview, self.page, self.several):
            self.addWidget(one)
        document.changed.connect(self._changed)
        document.replaced.connect(self._replaced)
        document.path_changed.connect(self.refresh)
        analysis.updated.connect(self.refresh)
        selection.changed.connect(self._selected)
        run.histograms_changed.connect(self._weights_changed)
        run.state_changed.connect(self._run_changed)

    def refresh(self) -> None:
        """Shows what is selected as it is now; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        graph = self._document.project.graph
        nodes = [node for node in self._selection.nodes if node in graph.nodes]
        if len(nodes) == 1:
            self.page.show_node(nodes[0])
            self.setCurrentWidget(self.page)
        elif nodes:
            self.several.show_nodes(nodes)
            self.setCurrentWidget(self.several)
        else:
            self._overview.refresh()
            self.setCurrentWidget(self._overview)

    def edit_name(self) -> None:
        """Puts the cursor into the name of the selected layer."""
        if self.currentWidget() is self.page and not self.page.name.isReadOnly():
            self.page.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.page.name.selectAll()

    def focus_first(self) -> None:
        """Puts the cursor into the first argument of the selected layers."""
        if self.currentWidget() is self.page:
            self.page.form.focus_first()
        elif self.currentWidget() is self.several and self.several.forms:
            self.several.forms[0].form.focus_first()

    def flush(self) -> None:
        """Commits what was typed so far."""
        self.page.flush()
        self.several.flush()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _changed(self, diff: DocumentDiff) -> None:
        if diff.graph or diff.training or diff.data:
            self.refresh()

    def _replaced(self) -> None:
        self.page.forget()
        self.several.forget()
        self.refresh()

    def _selected(self) -> None:
        self.flush()
        self.refresh()

    def _weights_changed(self, row: HistogramRow) -> None:
        if self.isVisible() and self.currentWidget() is self.page:
            self.page.show_weights()

    def _run_changed(self, state: str) -> None:
        if state == "starting":
            self.refresh()
