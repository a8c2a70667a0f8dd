"""One value looked at: its facts, and its numbers as a table, heat map, image, histogram or lines."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QSpinBox,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.protocol.bench import BenchValue
from nnbuilder.protocol.codec import Arrays
from nnbuilder.ui.bench.literal import MOST, literal
from nnbuilder.ui.bench.matrices import Product
from nnbuilder.ui.bench.names import facts
from nnbuilder.ui.bench.numbers import NumbersModel, strength
from nnbuilder.ui.bench.product import ProductView
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.histogram import histogram_of
from nnbuilder.ui.common.histogram_view import HistogramView
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.picture import WAYS, Picture, slices
from nnbuilder.ui.common.scrollbar import ThinScrollBar


class ValueView(QWidget):
    """Shows one value; `cell_chosen` carries which number was chosen, all counted through.

    `rows_taken` carries its numbers as typed, to be sent through the network.
    """

    cell_chosen = Signal(int)
    rows_taken = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench_value")
        self._array: NDArray[np.generic] = np.zeros((0, 0))
        self._value: BenchValue | None = None
        self.facts = ElidedLabel("", "muted")
        self.how = ChoiceBox("bench_view", "How the numbers are shown")
        self.slice = QSpinBox()
        self.take = LinkButton("To microscope")
        self.model = NumbersModel()
        self.table = QTableView()
        self.picture = Picture("bench_picture")
        self.histogram = HistogramView("bench_histogram")
        self.text = QPlainTextEdit()
        self.pages = QStackedWidget()
        self.product = ProductView()
        self._lay_out()
        self.how.activated.connect(self._show)
        self.slice.valueChanged.connect(self._turn)
        self.take.clicked.connect(lambda: self.rows_taken.emit(literal(self._array)))
        self.table.selectionModel().currentChanged.connect(
            lambda index, _old: self._cell(index.row(), index.column())
        )
        self.product.cell_chosen.connect(self._pick)
        colors.changed.connect(self._show)

    def _cell(self, row: int, column: int) -> None:
        """A number was chosen in the table."""
        if row < 0 or column < 0:
            return
        rows, columns = slices(self._array)[0].shape
        at = (self.slice.value() * rows + row) * columns + column
        self.product.choose(at)
        self.cell_chosen.emit(at)

    def _pick(self, at: int) -> None:
        """A number was chosen in the drawn product: it is chosen in the table as well."""
        rows, columns = slices(self._array)[0].shape
        matrix, inside = divmod(at, rows * columns)
        self.slice.setValue(matrix)
        self.table.setCurrentIndex(self.model.index(*divmod(inside, columns)))
        self.cell_chosen.emit(at)

    def _turn(self) -> None:
        """Another matrix is looked at: its first number is chosen in the drawn product."""
        self._show()
        self.product.turn(self.slice.value())

    def show_value(self, value: BenchValue | None, arrays: Arrays) -> None:
        """Shows a value with its numbers, if it has any; those of a product come with its operands'."""
        self._value = value
        self._array = arrays[0] if arrays else np.zeros((0, 0))
        self.product.show_product(Product.of(arrays))
        label = "" if value is None else f"{value.name}:  " * bool(value.name) + facts(value)
        if value is not None and arrays and arrays[0].size < value.numel:
            label += f",  the first {arrays[0].size:,} are shown"
        self.facts.setText(label)
        self.facts.setToolTip(label)
        whole = value is not None and self._array.size == value.numel and self._array.size <= MOST
        self.take.setVisible(whole and bool(arrays))
        self.slice.blockSignals(True)
        self.slice.setRange(0, max(0, len(slices(self._array)) - 1))
        self.slice.setValue(0)
        self.slice.blockSignals(False)
        self._show()

    def _show(self) -> None:
        value, array, how = self._value, self._array, str(self.how.currentData())
        tensor = bool(array.size)
        self.how.setVisible(tensor)
        self.slice.setVisible(tensor and array.ndim > 2 and how in {"table", "heat", "image"})
        if not tensor:
            self.text.setPlainText("" if value is None else value.text or "There are no numbers in it.")
            self.pages.setCurrentWidget(self.text)
            self.pages.setVisible(value is not None)
            return
        self.pages.show()
        if how == "table":
            matrix = slices(array)[self.slice.value()]
            self.model.show(matrix, value.dtype if value else "", strength(array))
            self.table.resizeColumnsToContents()
            self.pages.setCurrentWidget(self.table)
        elif how == "histogram":
            self.histogram.show_histogram(histogram_of(array))
            self.pages.setCurrentWidget(self._histogram_page)
        else:
            self.picture.show_numbers(self._pictured(how), how)
            self.pages.setCurrentWidget(self.picture)

    def _pictured(self, how: str) -> NDArray[np.float64]:
        array = self._array.astype(np.float64)
        if how == "line":
            return array.reshape(-1, array.shape[-1] if array.ndim else 1)
        if how == "image" and array.ndim == 3 and 3 in {array.shape[0], array.shape[2]}:
            return array
        return slices(array)[self.slice.value()].astype(np.float64)

    def _lay_out(self) -> None:
        self.facts.setObjectName("bench_facts")
        self.facts.setFont(fonts.scaled(0.88))
        self.take.setObjectName("bench_to_microscope")
        self.take.setToolTip("Send these rows through the network, layer by layer")
        self.take.hide()
        self.how.fill(WAYS)
        self.how.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.slice.setObjectName("bench_slice")
        self.slice.setPrefix("matrix ")
        self.slice.setAccessibleName("Which matrix of the tensor")
        self.slice.setToolTip("A tensor of more than two dimensions is shown matrix by matrix")
        self.table.setObjectName("bench_table")
        self.table.setAccessibleName("The numbers")
        self.table.setToolTip("The numbers: the stronger the colour, the farther from zero")
        self.table.setModel(self.model)
        self.table.setFont(fonts.fixed(0.92))
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setVerticalScrollBar(ThinScrollBar())
        self.table.setHorizontalScrollBar(ThinScrollBar(orientation=Qt.Orientation.Horizontal))
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.text.setObjectName("bench_text")
        self.text.setAccessibleName("What PyTorch prints of it")
        self.text.setToolTip("What PyTorch prints of it")
        self.text.setReadOnly(True)
        self.text.setFont(fonts.fixed(0.94))
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self._histogram_page = QWidget()
        inside = QVBoxLayout(self._histogram_page)
        inside.addWidget(self.histogram)
        inside.addStretch(1)
        for page in (self.table, self.picture, self._histogram_page, self.text):
            self.pages.addWidget(page)
        top = QHBoxLayout()
        top.addWidget(self.facts, 1)
        top.addWidget(self.take)
        top.addWidget(self.slice)
        top.addWidget(self.how)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        below = QHBoxLayout()
        below.addWidget(self.pages, 1)
        below.addWidget(self.product)
        column.addLayout(below, 1)
