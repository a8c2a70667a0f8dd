"""The parameters as a panel: the table of all, and beside it the numbers of the chosen one."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QMenu, QSplitter, QVBoxLayout, QWidget

from nnbuilder.graph.report.words import short
from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.protocol.parameter_columns import as_table
from nnbuilder.protocol.parameter_counts import layer_line, layer_of, of_layer, total_line
from nnbuilder.protocol.parameters import ParameterKey, ParameterRow
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.parameters import Parameters
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.menu_button import MenuButton, add_entry
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.parameters.model import Arranged, ParameterModel
from nnbuilder.ui.parameters.table import ParameterTable

_EMPTY = "The network has no parameters: layers like Linear or Conv2d bring weights and biases."


class ParametersPanel(QWidget):
    """Follows the parameters while it is visible; `said` carries a sentence.

    `editor` shows the numbers of the chosen parameter.
    """

    said = Signal(str)

    def __init__(
        self,
        parameters: Parameters,
        analysis: AnalysisFollower,
        selection: Selection,
        editor: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("parameters")
        self.setAccessibleName("Parameters")
        self._parameters = parameters
        self._analysis = analysis
        self._selection = selection
        self._picking = False
        self.filter = QLineEdit()
        self.model = ParameterModel()
        self.arranged = Arranged(self.model)
        self.table = ParameterTable(self.arranged)
        self.editor = editor
        self.export = MenuButton("parameters_export", "Export", "Copy or save the table", self._exports)
        self.total = ElidedLabel("", "text")
        self.state = ElidedLabel("", "muted")
        self.formula = ElidedLabel("", "muted")
        self.empty = wrapping(quiet())
        self._lay_out()
        parameters.changed.connect(self.follow)
        analysis.updated.connect(self._tell_formula)
        selection.changed.connect(self._follow_selection)
        self.filter.textChanged.connect(self._filter)
        self.table.picked.connect(self._pick)
        self.table.copy_requested.connect(self.copy)
        self.follow()

    def follow(self) -> None:
        """Shows what is known of the parameters; the focus stays in this panel."""
        known = self._parameters
        rows = known.listing.parameters if known.listing else ()
        self.model.show_rows(rows)
        focus = self.window().focusWidget()
        inside = self.table.isHidden() == bool(rows) and focus is not None and self.isAncestorOf(focus)
        shown, left = (self.table, self.empty) if rows else (self.empty, self.table)
        shown.show()
        if inside and not rows:
            self.empty.setFocus()
        trouble = f"There are no parameters to show. {known.trouble}" if known.trouble else ""
        self.empty.setText(trouble or ("The first look takes a moment…" if known.waiting else _EMPTY))
        self.editor.setVisible(bool(rows))
        self.filter.setEnabled(bool(rows))
        self.export.setEnabled(bool(rows))
        self.total.setText(total_line(rows) if rows else "")
        self.total.setToolTip(self.total.text())
        self._tell_state()
        self._keep_choice(rows)
        if inside and rows:
            self.table.setFocus()
        left.hide()
        self._tell_formula()

    def copy(self) -> None:
        """Puts the selected rows on the clipboard, all of them where fewer than two are."""
        rows = self.table.chosen
        rows = rows if len(rows) > 1 else self.arranged.rows
        QGuiApplication.clipboard().setText(as_table(rows, "\t"))
        self.said.emit(f"Copied {counted(len(rows), 'parameter')}, as a table for a spreadsheet.")

    def save_as(self) -> QFileDialog:
        """Asks for a file and writes what is shown as CSV."""
        dialog = QFileDialog(self, "Save the parameters", str(Path.home()), "CSV (*.csv)")
        dialog.setObjectName("dialog.parameters")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile("parameters.csv")
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.open()
        return dialog

    def write(self, path: Path) -> None:
        """Writes what is shown as CSV."""
        try:
            write_atomic(path, as_table(self.arranged.rows, ",").encode("utf-8"))
        except SaveError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(f"Saved {path.name}.")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._parameters.look()
        self._follow_selection()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._parameters.look_away()

    def _keep_choice(self, rows: tuple[ParameterRow, ...]) -> None:
        """Shows the numbers of what was chosen, of the first parameter where that is gone."""
        chosen = self._parameters.chosen
        if rows and (chosen is None or self._parameters.row(chosen) is None):
            selected = (row for row in rows if row.key.node in self._selection.nodes)
            self._parameters.choose(next(selected, rows[0]).key)
        if rows and self._parameters.chosen is not None:
            self._picking = True
            self.table.show_key(self._parameters.chosen)
            self._picking = False

    def _tell_state(self) -> None:
        known = self._parameters.listing
        if known is None:
            self.state.setText("")
            return
        rows = counted(known.rows, "row")
        text = f"loss {short(known.loss)}, ‖grad‖ of {rows}" if known.rows else ""
        whole = f"Loss {short(known.loss)} and gradients are of the first {rows} to train on." if text else ""
        self.state.setText(" ".join(part for part in (text, *known.notes) if part))
        self.state.setToolTip(" ".join(part for part in (whole, *known.notes) if part))

    def _tell_formula(self) -> None:
        chosen, listing = self._parameters.chosen, self._parameters.listing
        if chosen is None or listing is None:
            self.formula.setText("")
            return
        layer = layer_of(self._analysis.analysis, chosen.node)
        self.formula.setText(layer_line(layer, of_layer(listing.parameters, chosen.node)))
        self.formula.setToolTip(f"How the parameters are counted. {self.formula.text()}")

    def _pick(self, key: ParameterKey) -> None:
        """Opens a parameter, and selects its layer on the canvas."""
        self._parameters.choose(key)
        self._tell_formula()
        if not self._picking and self._selection.nodes != (key.node,):
            self._picking = True
            self._selection.set((key.node,))
            self._picking = False

    def _follow_selection(self) -> None:
        """Goes to the first parameter of a layer that somebody has selected."""
        nodes = self._selection.nodes
        if self._picking or not self.isVisible() or len(nodes) != 1:
            return
        chosen = self._parameters.chosen
        row = next((row for row in self.model.rows if row.key.node == nodes[0]), None)
        if row is not None and (chosen is None or chosen.node != nodes[0]):
            self.table.show_key(row.key)

    def _filter(self, text: str) -> None:
        self.arranged.filter_by(text)

    def _exports(self, menu: QMenu) -> None:
        add_entry(menu, "parameters_copy", "Copy as table", self.copy)
        add_entry(menu, "parameters_save", "Save as CSV…", self.save_as)

    def _lay_out(self) -> None:
        self.filter.setObjectName("parameters_filter")
        self.filter.setAccessibleName("Filter the parameters")
        self.filter.setToolTip(
            "Show what has these words in its name, layer, shape or dtype; or: frozen, buffer"
        )
        self.filter.setPlaceholderText("Filter: weight, Linear, 64x32…")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(220)
        for label, name in ((self.total, "total"), (self.state, "state"), (self.formula, "formula")):
            label.setObjectName(f"parameters_{name}")
        self.empty.setObjectName("parameters_empty")
        self.empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self.filter, 1)
        top.addWidget(self.total, 3)
        top.addWidget(self.state, 2)
        top.addWidget(self.export)
        left = QWidget()
        inside = QVBoxLayout(left)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        for part, share in ((self.table, 1), (self.empty, 1), (self.formula, 0)):
            inside.addWidget(part, share)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(left)
        self.splitter.addWidget(self.editor)
        self.splitter.setStretchFactor(0, 4)
        self.splitter.setStretchFactor(1, 3)
        self.splitter.setSizes([760, 440])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 6, 8, 6)
        rows.setSpacing(6)
        rows.addLayout(top)
        rows.addWidget(self.splitter, 1)
        self.setFocusProxy(self.table)
