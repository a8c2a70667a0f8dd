"""The numbers of the chosen parameter, to be seen and to be changed."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.protocol.parameters import ParametersChanged, SetNumbers
from nnbuilder.runs.weights import SUFFIXES as WEIGHTS
from nnbuilder.session.parameters import Numbers, Parameters
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.dropped import local_files
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.histogram import histogram_of
from nnbuilder.ui.common.histogram_view import HistogramView
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.picture import Picture
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.weights_editor.cell_bar import CellBar
from nnbuilder.ui.weights_editor.model import WeightModel
from nnbuilder.ui.weights_editor.numbers_table import NumbersTable
from nnbuilder.ui.weights_editor.words import axes_words, outcome, place_words, shape_words

SUFFIXES = (".npy", ".npz", ".csv", ".tsv", ".txt", *WEIGHTS)
"""How files are named that may hold the numbers of a parameter."""

_VIEWS = (("Table", "table"), ("Heat map", "heat"), ("Histogram", "histogram"))


class WeightsEditor(QWidget):
    """Follows the parameter that was opened; edits are asked of the session.

    `said` tells what became of a change. `load_wanted` asks for a file, `initialize_wanted` for schemes;
    `file_dropped` carries the path of a file with numbers for this parameter.
    """

    said = Signal(str)
    load_wanted = Signal()
    initialize_wanted = Signal()
    file_dropped = Signal(object)

    def __init__(self, parameters: Parameters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("weights_editor")
        self.setAcceptDrops(True)
        self._parameters = parameters
        self.title = TintedLabel("", "text")
        self.facts = ElidedLabel("", "muted")
        self.how = ChoiceBox("weights_view", "How the numbers are shown")
        self.slice = QSpinBox()
        self.model = WeightModel()
        self.table = NumbersTable(self.model)
        self.picture = Picture("weights_picture")
        self.histogram = HistogramView("weights_histogram")
        self.pages = QStackedWidget()
        self.cell = CellBar()
        self.refusal = wrapping(TintedLabel("", "error"))
        self.load = PlainButton(
            "weights_load", "Load…", "Take the numbers from .npy, .npz, CSV, safetensors or .pt"
        )
        self.draw = PlainButton(
            "weights_initialize", "Re-initialize…", "Draw numbers anew by a scheme of torch.nn.init"
        )
        self._lay_out()
        self._connect()
        self.cell.setEnabled(False)

    def show_numbers(self, numbers: Numbers) -> None:
        """Shows a parameter; the chosen cell stays where it was the same one."""
        row = numbers.row
        array = numbers.array[0]
        fresh = (
            self.model.row is None or self.model.row.key != row.key or self.model.array.shape != array.shape
        )
        self.model.show(row, array)
        self.title.setText(row.full)
        words = [shape_words(row, len(array) if array.ndim else 1), axes_words(row)]
        self.facts.setText(": ".join(part for part in words if part))
        self.facts.setToolTip(self.facts.text())
        if fresh:
            self._show_refusal("")
            self.slice.blockSignals(True)
            self.slice.setRange(0, max(0, len(self.model.matrices) - 1))
            self.slice.setValue(0)
            self.slice.blockSignals(False)
            self.table.setCurrentIndex(self.model.index(0, 0))
        self.cell.setEnabled(bool(array.size))
        self._show_page()
        self._show_cell()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes one file whose name says that it holds numbers; others are the window's."""
        event.setAccepted(self._file(event) is not None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hands the file on."""
        path = self._file(event)
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)

    def _file(self, event: QDropEvent) -> Path | None:
        found = local_files(event.mimeData())
        fits = len(found) == 1 and found[0].suffix.lower() in SUFFIXES and self.model.row is not None
        return found[0] if fits else None

    def copy(self) -> None:
        """Copies the matrix that is shown, for a spreadsheet."""
        rows = ("\t".join(f"{value:.9g}" for value in row) for row in self.model.matrix)
        QGuiApplication.clipboard().setText("\n".join(rows) + "\n")
        self.said.emit(f"Copied {self.model.matrix.size:,} numbers of {self.title.text()}.")

    def _show_page(self) -> None:
        how = str(self.how.currentData())
        self.slice.setVisible(len(self.model.matrices) > 1 and how != "histogram")
        if how == "table":
            self.pages.setCurrentWidget(self.table)
        elif how == "heat":
            self.picture.show_numbers(self.model.matrix, "heat")
            self._frame()
            self.pages.setCurrentWidget(self.picture)
        elif self.model.array.size:
            self.histogram.show_histogram(histogram_of(self.model.array))
            self.pages.setCurrentWidget(self._histogram_page)

    def _show_cell(self) -> None:
        index, row = self.table.currentIndex(), self.model.row
        if row is None or not index.isValid():
            return
        value = float(self.model.matrix[index.row(), index.column()])
        self.cell.show_cell(place_words(self.model.flat(index), row.shape), value, self._limit())

    def _frame(self) -> None:
        """Marks the chosen number in the picture."""
        index = self.table.currentIndex()
        self.picture.frame((index.row(), index.column()) if index.isValid() else None, None)

    def _limit(self) -> float:
        """How far the slider reaches: a power of two beyond all numbers, 1 at least."""
        finite = np.abs(self.model.array[np.isfinite(self.model.array)])
        largest = float(finite.max(initial=0.0))
        return float(2.0 ** np.ceil(np.log2(max(2 * largest, 1.0))))

    def _try(self, value: float) -> None:
        self.model.try_value(self._place(), value)
        if self.pages.currentWidget() is not self.table:
            self._show_page()

    def _place(self) -> int:
        index = self.table.currentIndex()
        return self.model.flat(index) if index.isValid() else 0

    def _set(self, place: int, value: float) -> None:
        row = self.model.row
        if row is not None:
            title = f"Set {row.full}{place_words(place, row.shape)} to {value:.6g}"
            self._parameters.make(title, (row.key,), SetNumbers(value, place))

    def _set_all(self, value: float) -> None:
        row = self.model.row
        if row is not None:
            self._parameters.make(f"Set all of {row.full} to {value:.6g}", (row.key,), SetNumbers(value))

    def _made(self, title: str, changed: object) -> None:
        if isinstance(changed, ParametersChanged):
            self._show_refusal("")
            self.said.emit(outcome(title, changed))

    def _refused(self, why: str) -> None:
        """Says why a change was not made, and shows the numbers as they are."""
        self._show_refusal(why)
        self._parameters.reread()

    def _show_refusal(self, why: str) -> None:
        self.refusal.setText(why)
        self.refusal.setVisible(bool(why))

    def _slide(self, place: int) -> None:
        self.model.show_slice(place)
        self.table.setCurrentIndex(self.model.index(0, 0))
        self._show_page()

    def _picked(self, row: int, column: int) -> None:
        self.table.setCurrentIndex(self.model.index(row, min(column, self.model.columnCount() - 1)))

    def _connect(self) -> None:
        self._parameters.opened.connect(self.show_numbers)
        self._parameters.made.connect(self._made)
        self._parameters.not_made.connect(self._refused)
        self.how.activated.connect(lambda _at: self._show_page())
        self.slice.valueChanged.connect(self._slide)
        self.table.selectionModel().currentChanged.connect(self._current_changed)
        self.table.copy_requested.connect(self.copy)
        self.model.typed.connect(self._set)
        self.model.refused.connect(self._show_refusal)
        self.picture.pixel_chosen.connect(self._picked)
        self.cell.tried.connect(self._try)
        self.cell.meant.connect(lambda value: self._set(self._place(), value))
        self.cell.all_meant.connect(self._set_all)
        self.cell.refused.connect(self._show_refusal)
        self.load.clicked.connect(self.load_wanted)
        self.draw.clicked.connect(self.initialize_wanted)

    def _current_changed(self, _index: QModelIndex, _before: QModelIndex) -> None:
        self._show_refusal("")
        self._show_cell()
        self._frame()

    def _lay_out(self) -> None:
        self.title.setFont(fonts.scaled(1.0, bold=True))
        self.title.setObjectName("weights_title")
        self.facts.setObjectName("weights_facts")
        self.refusal.setObjectName("weights_refusal")
        self.refusal.hide()
        self.how.fill(_VIEWS)
        self.how.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.how.setMaximumWidth(110)
        self.slice.setObjectName("weights_slice")
        self.slice.setPrefix("matrix ")
        self.slice.setAccessibleName("Which matrix of the parameter")
        self.slice.setToolTip("A parameter of more than two dimensions is shown matrix by matrix")
        self.picture.setToolTip("Blue below zero, orange above; click a number to choose it")
        self._histogram_page = QWidget()
        inside = QVBoxLayout(self._histogram_page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.histogram)
        inside.addStretch(1)
        for page in (self.table, self.picture, self._histogram_page):
            self.pages.addWidget(page)
        top = QHBoxLayout()
        top.addWidget(self.title)
        top.addWidget(self.facts, 1)
        top.addWidget(self.slice)  # beside buttons it would take its width from the table of all
        bar = QHBoxLayout()
        bar.addWidget(self.how)
        bar.addStretch(1)
        bar.addWidget(self.load)
        bar.addWidget(self.draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addLayout(bar)
        column.addWidget(self.pages, 1)
        column.addWidget(self.refusal)
        column.addWidget(self.cell)
