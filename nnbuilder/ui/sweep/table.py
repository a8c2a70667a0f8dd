"""The table of a sweep: a row for each run, in any order."""

from functools import partial

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPalette
from PySide6.QtWidgets import QMenu, QTableView, QWidget

from nnbuilder.runs.sweep_record import SweepRow
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.menu_button import add_entry
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.table import choose_rows, quieten
from nnbuilder.ui.sweep.model import SweepModel

_Flag = QItemSelectionModel.SelectionFlag
_ROW = 24
_WIDEST = 108


class SweepTable(QTableView):
    """Shows the model; `picked` says that other runs are selected.

    `asked` carries what a key or the menu stands for: "use" (Return), "cancel" (Del), "copy" (Ctrl+C).
    """

    picked = Signal()
    asked = Signal(str)

    def __init__(self, model: SweepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sweep_table")
        self.setAccessibleName("Runs of the sweep")
        self.setToolTip("Return takes over the settings of a run, Del cancels it, Ctrl+C copies the table")
        self._sweep = model
        self.setModel(model)
        quieten(self)
        choose_rows(self)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setHorizontalHeader(QuietHeader("sweep_header", "Columns of the sweep", self, ranked=True))
        self.horizontalHeader().setStretchLastSection(True)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        model.modelReset.connect(self.fit)
        self.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit())
        colors.changed.connect(self._tint)
        self._tint()

    @property
    def chosen(self) -> tuple[SweepRow, ...]:
        """The selected rows, the current one first."""
        current = self.currentIndex().row()
        places = sorted(
            {index.row() for index in self.selectionModel().selectedRows()},
            key=lambda place: place != current,
        )
        return tuple(self._sweep.rows[place] for place in places if place < len(self._sweep.rows))

    def choose(self, number: int) -> None:
        """Selects the run of a trial and shows it."""
        place = self._sweep.place_of(number)
        if place >= 0:
            index = self._sweep.index(place, 0)
            self.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect | _Flag.Rows)
            self.scrollTo(index)

    def fit(self) -> None:
        """Gives each column the width of what it holds."""
        self.resizeColumnsToContents()
        for column in range(self._sweep.columnCount()):
            most = 3 * _WIDEST if self._sweep.columns[column].kind == "title" else _WIDEST
            self.setColumnWidth(column, min(self.columnWidth(column) + 2, most))

    def _tint(self) -> None:
        palette, tokens = self.palette(), colors.current()
        palette.setColor(QPalette.ColorRole.Highlight, tokens.color("accent_soft"))
        palette.setColor(QPalette.ColorRole.HighlightedText, tokens.color("text"))
        palette.setColor(QPalette.ColorRole.Base, tokens.color("window"))
        self.setPalette(palette)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Return: "use", Qt.Key.Key_Enter: "use", Qt.Key.Key_Delete: "cancel"}
        word = "copy" if event.matches(QKeySequence.StandardKey.Copy) else keys.get(Qt.Key(event.key()))
        if word is None:
            super().keyPressEvent(event)
            return
        event.accept()
        self.asked.emit(word)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setObjectName("sweep_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        entries = {"use": "Use these settings", "cancel": "Cancel this run", "copy": "Copy table as CSV"}
        for word, title in entries.items():
            entry = add_entry(menu, f"sweep_menu_{word}", title, partial(self.asked.emit, word))
            entry.setEnabled(word == "copy" or bool(self.chosen))
        menu.popup(event.globalPos())
