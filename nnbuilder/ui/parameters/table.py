"""The table itself: rows can be chosen, sorted, copied."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QTableView, QWidget

from nnbuilder.protocol.parameter_columns import COLUMNS
from nnbuilder.protocol.parameters import ParameterKey, ParameterRow
from nnbuilder.ui.common import fonts
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.table import OwnKeys, choose_rows, quieten
from nnbuilder.ui.parameters.model import Arranged

_WORDS = 3
"""So many columns, the first ones, are as wide as what they say."""

_WIDEST = 130
"""A longer name is shortened in its middle, so that figures stay in sight; its tip says it in full."""

_NARROW = 60
_WIDTHS = {"numel": 60, "requires_grad": 98, "zeros": 54, "dtype": 66, "device": 60}
_LONG = "-1.23e-05"
"""As long as a figure gets; one that is cut off before its exponent would be another number."""

_MARGIN = 8


class ParameterTable(QTableView):
    """Shows the rows; `picked` carries the current one's key, `copy_requested` asks for the clipboard."""

    picked = Signal(object)
    copy_requested = Signal()

    def __init__(self, model: Arranged, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._arranged = model
        self.setObjectName("parameters_table")
        self.setAccessibleName("All parameters of the network")
        self.setToolTip("Choose a parameter to see its numbers and to change them")
        self.setModel(model)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setHorizontalHeader(QuietHeader("parameters_header", "Columns of the parameters", self))
        self.setFont(fonts.fixed(0.92))
        quieten(self)
        choose_rows(self)
        self.setCornerButtonEnabled(False)
        OwnKeys(self, _mine)
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.horizontalHeader().setResizeContentsPrecision(60)  # rows that are measured for a width
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        figure = self.fontMetrics().horizontalAdvance(_LONG) + _MARGIN
        for place, column in enumerate(COLUMNS):
            self.setColumnWidth(place, _WIDTHS.get(column.title, figure))
        self.selectionModel().currentRowChanged.connect(self._moved)
        model.modelReset.connect(self._fit)

    @property
    def chosen(self) -> tuple[ParameterRow, ...]:
        """The selected rows, in the order shown."""
        places = sorted(index.row() for index in self.selectionModel().selectedRows())
        found = (self._arranged.row_at(self._arranged.index(place, 0)) for place in places)
        return tuple(row for row in found if row is not None)

    def show_key(self, key: ParameterKey) -> None:
        """Selects a parameter, unless it is selected already."""
        index = self._arranged.index_of(key)
        if index.isValid() and not self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
            event.accept()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        """Makes room for what is written in words, within bounds."""
        for place in range(_WORDS):
            self.resizeColumnToContents(place)
            self.setColumnWidth(place, min(max(self.columnWidth(place), _NARROW), _WIDEST))

    def _moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        row = self._arranged.row_at(index)
        if row is not None:
            self.picked.emit(row.key)


def _mine(event: QKeyEvent) -> bool:
    keys = QKeySequence.StandardKey
    return event.matches(keys.Copy) or event.matches(keys.SelectAll)
