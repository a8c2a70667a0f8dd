"""The report as a panel: totals and buttons above, the table below."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSettings, Qt, Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.menu_button import MenuButton, add_entry
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.report.files import FORMS, Form, ask_save, form_of, page_of, save, written
from nnbuilder.ui.report.model import ReportModel
from nnbuilder.ui.report.table import ReportTable
from nnbuilder.ui.report.totals import TotalsLine

_COLUMNS = "report/columns"
_EMPTY = "There is no layer in the chain yet: what is drawn between Input and Loss is listed here."


class ReportPanel(QWidget):
    """Follows torch's answer with a table of all layers.

    `said` carries a sentence on what became of a copy or a file, `inspect_requested` asks for the arguments
    of the selected layer, `print_requested` carries a title and a QTextDocument.
    """

    said = Signal(str)
    inspect_requested = Signal()
    print_requested = Signal(str, object)

    def __init__(
        self,
        document: Document,
        analysis: AnalysisFollower,
        selection: Selection,
        settings: QSettings | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("report")
        self.setAccessibleName("Report")
        self._document = document
        self._analysis = analysis
        self._selection = selection
        self._settings = settings
        self._stale = True
        self.model = ReportModel(self)
        self.table = ReportTable(self.model)
        self.totals = TotalsLine()
        self._empty = wrapping(quiet(_EMPTY))
        self._empty.setObjectName("report_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._connect()

    def refresh(self) -> None:
        """Shows torch's answer as it is; later, where the panel is not visible."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        report = self._analysis.report
        self.model.show_rows(report.rows)
        self.totals.show_report(report)
        empty = not report.rows
        self._empty.setVisible(empty)
        self._empty.setText("Checking…" if empty and self._analysis.pending else _EMPTY)
        self.table.setVisible(not empty)
        self.table.show_nodes(self._selection.nodes)

    def text(self, form: Form) -> str:
        """The table as it is shown, in one form."""
        self.model.show_rows(self._analysis.report.rows)
        return written(self._analysis.report, self.model.rows, self.table.columns, form)

    def copy(self, form: Form = "text") -> None:
        """Puts the table on the clipboard."""
        QGuiApplication.clipboard().setText(self.text(form))
        self.said.emit(f"Copied the report as {FORMS[form][0]}.")

    def save_as(self) -> QFileDialog:
        """Asks for a file and writes the table into it."""
        document = self._document
        folder = document.path.parent if document.path else Path.home()
        name = f"{Path(document.title).stem}-report.txt"
        return ask_save(self, folder / name, self.write)

    def write(self, path: Path) -> None:
        """Writes the table in the form that the file's name asks for."""
        self.said.emit(save(path, self.text(form_of(path))))

    def print_out(self) -> None:
        """Asks for the table on paper."""
        title = f"{Path(self._document.title).stem}: analysis report"
        self.model.show_rows(self._analysis.report.rows)
        page = page_of(self._analysis.report, self.model.rows, self.table.columns, title)
        self.print_requested.emit(title, page)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self.refresh()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 6, 8, 4)
        top.setSpacing(6)
        top.addWidget(self.totals, 1)
        fill = self.table.fill_column_menu
        top.addWidget(MenuButton("report_columns", "Columns", "Choose what the table shows", fill))
        top.addWidget(MenuButton("report_export", "Export", "Copy, save or print the table", self._exports))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.table, 1)
        layout.addWidget(self._empty, 1)
        self._empty.hide()
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self._document.replaced.connect(self.refresh)
        self._analysis.updated.connect(self.refresh)
        self._selection.changed.connect(self._follow_selection)
        self.table.picked.connect(self._pick)
        self.table.opened.connect(self.inspect_requested)
        self.table.doubleClicked.connect(lambda _index: self.inspect_requested.emit())
        self.table.copy_requested.connect(self.copy)
        colors.changed.connect(self.update)
        if self._settings is not None:
            self.table.restore_columns(self._settings.value(_COLUMNS))
        self.table.columns_changed.connect(self._keep_columns)

    def _exports(self, menu: QMenu) -> None:
        for form, (title, _) in FORMS.items():
            add_entry(menu, f"report_copy_{form}", f"Copy as {title}", partial(self.copy, form))
        menu.addSeparator()
        add_entry(menu, "report_save", "Save…", self.save_as)
        add_entry(menu, "report_print", "Print…", self.print_out)

    def _pick(self, nodes: tuple[NodeId, ...]) -> None:
        """Makes what the table selects the selection of the window."""
        known = {row.id for row in self._analysis.report.every()}
        if set(nodes) != known.intersection(self._selection.nodes):
            self._selection.set(nodes)

    def _follow_selection(self) -> None:
        if self.isVisible():
            self.table.show_nodes(self._selection.nodes)

    def _keep_columns(self) -> None:
        if self._settings is not None:
            self._settings.setValue(_COLUMNS, self.table.header().saveState())
