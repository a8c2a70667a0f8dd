"""The list of runs: columns that sort, move and hide; keys for what is done most."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QWidget

from nnbuilder.runs.overview import RunOverview
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.table import OwnKeys, choose_rows, leave_selection_to_cells, quieten
from nnbuilder.ui.runs.columns import COLUMNS, KEYS, fitting
from nnbuilder.ui.runs.delegate import RunsDelegate, name_width, row_height
from nnbuilder.ui.runs.model import RUN_ROLE, RunsModel

_Flag = QItemSelectionModel.SelectionFlag

_KEYS = {
    Qt.Key.Key_F2: "rename",
    Qt.Key.Key_Delete: "delete",
    Qt.Key.Key_Return: "open",
    Qt.Key.Key_Enter: "open",
}


class RunsTable(QTableView):
    """Shows the model, with as many columns as there is room for until somebody chooses them.

    `picked` says that other runs are chosen, `asked` carries what a key stands for: "rename", "delete",
    "open", "copy" or "undo". `menu_asked` carries a place on the screen.
    """

    picked = Signal()
    asked = Signal(str)
    menu_asked = Signal(QPoint)
    columns_changed = Signal()

    def __init__(self, model: RunsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs_table")
        self.setAccessibleName("Runs of this project")
        self._runs = model
        self._kept: tuple[Path, ...] = ()
        self._fitting = False
        self._longest = 0
        self.own_columns = False
        self.setModel(model)
        self.setItemDelegate(RunsDelegate(self))
        self.setHorizontalHeader(QuietHeader("runs_header", "Columns of the runs", self, ranked=True))
        self.setMouseTracking(True)
        quieten(self)
        choose_rows(self)
        leave_selection_to_cells(self)
        OwnKeys(self, lambda event: bool(_word(event)))
        self._set_up_headers()
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        model.dataChanged.connect(self._measure)
        self.selectionModel().selectionChanged.connect(self.picked)
        colors.changed.connect(self.viewport().update)

    @property
    def runs(self) -> tuple[RunOverview, ...]:
        """The chosen runs from top to bottom."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(self._runs.index(row, 0).data(RUN_ROLE) for row in rows)

    @property
    def current(self) -> RunOverview | None:
        """The run that the keyboard is on."""
        found: RunOverview | None = self.currentIndex().data(RUN_ROLE)
        return found

    def choose(self, folders: Iterable[Path]) -> None:
        """Chooses the runs in these folders, as far as they are shown."""
        rows = [row for folder in folders if (row := self._runs.row_of(folder)) is not None]
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self._runs.index(row, 0), self._runs.index(row, 0))
        if rows:
            self.selectionModel().setCurrentIndex(self._runs.index(rows[-1], 0), _Flag.NoUpdate)
            self.scrollTo(self._runs.index(rows[-1], 0))
        self.selectionModel().select(chosen, _Flag.ClearAndSelect | _Flag.Rows)

    def fill_column_menu(self, menu: QMenu) -> None:
        """An entry with a tick for each column, and the way back to the first arrangement."""
        for place, column in enumerate(COLUMNS[1:], start=1):
            entry = menu.addAction(column.title)
            entry.setObjectName(f"runs_column_{column.key}")
            entry.setToolTip(column.help)
            entry.setCheckable(True)
            entry.setChecked(not self.isColumnHidden(place))
            entry.toggled.connect(lambda shown, place=place: self.show_column(place, shown))
        menu.addSeparator()
        menu.addMenu(self._sort_menu(menu))
        entry = menu.addAction("Reset columns")
        entry.setObjectName("runs_columns_reset")
        entry.setToolTip("Show the columns that there is room for, the newest run first")
        entry.triggered.connect(lambda _checked=False: self.reset_columns())

    def sort_by(self, place: int) -> None:
        """Sorts by a column, the other way round where it is sorted by it already."""
        header = self.horizontalHeader()
        up, down = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
        again = header.sortIndicatorSection() == place and header.sortIndicatorOrder() == up
        self.sortByColumn(place, down if again else up)

    def show_column(self, place: int, shown: bool) -> None:
        """Shows a column or hides it; the name always stays."""
        if place:
            self.setColumnHidden(place, not shown)
            self._choose_columns()

    def reset_columns(self) -> None:
        """Shows the columns that there is room for, in their first order and widths, the newest run first."""
        self.own_columns = False
        self._fit()
        self.sortByColumn(KEYS["when"], Qt.SortOrder.DescendingOrder)
        self.columns_changed.emit()

    def restore_columns(self, state: object, *, own: bool = True) -> None:
        """Sorts as `horizontalHeader().saveState()` said; shows its columns where somebody chose them."""
        header = self.horizontalHeader()
        self._fitting = True
        if isinstance(state, QByteArray) and header.restoreState(state):
            self.own_columns = own
            self.setColumnHidden(0, False)
            self.sortByColumn(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._fitting = False
        if not self.own_columns:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.own_columns:
            self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        word = _word(event)
        if word:
            self.asked.emit(word)
            event.accept()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_asked.emit(event.globalPos())
        else:
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_asked.emit(self.viewport().mapToGlobal(corner))

    def _set_up_headers(self) -> None:
        rows, header = self.verticalHeader(), self.horizontalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(row_height())
        header.customContextMenuRequested.connect(self._open_column_menu)
        header.sectionMoved.connect(self._choose_columns)
        header.sectionResized.connect(self._choose_columns)
        header.sortIndicatorChanged.connect(self.columns_changed)
        self.setSortingEnabled(True)
        self.reset_columns()

    def _measure(self) -> None:
        """Gives the names the room that they need."""
        longest = max((name_width(run) for run in self._runs.rows), default=0)
        if longest != self._longest:
            self._longest = longest
            if not self.own_columns:
                self._fit()

    def _fit(self) -> None:
        """Shows what there is room for, in the first order."""
        header, widths = self.horizontalHeader(), fitting(self.viewport().width(), self._longest)
        self._fitting = True
        for place, column in enumerate(COLUMNS):
            header.moveSection(header.visualIndex(place), place)
            header.resizeSection(place, widths.get(column.key, column.width))
            self.setColumnHidden(place, column.key not in widths)
        self._fitting = False

    def _choose_columns(self) -> None:
        """Somebody moved, sized, showed or hid a column: they stay so from now on."""
        if not self._fitting:
            self.own_columns = True
            self.columns_changed.emit()

    def _sort_menu(self, parent: QMenu) -> QMenu:
        menu = QMenu("Sort by", parent)
        menu.setObjectName("runs_sort_menu")
        for place, column in enumerate(COLUMNS):
            entry = menu.addAction(column.title)
            entry.setObjectName(f"runs_sort_{column.key}")
            entry.setCheckable(True)
            entry.setChecked(self.horizontalHeader().sortIndicatorSection() == place)
            entry.triggered.connect(lambda _checked=False, place=place: self.sort_by(place))
        return menu

    def _open_column_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("runs_columns_menu")
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_column_menu(menu)
        menu.popup(self.horizontalHeader().mapToGlobal(point))

    def _remember(self) -> None:
        self._kept = tuple(run.folder for run in self.runs)
        self.selectionModel().blockSignals(True)

    def _restore(self) -> None:
        self.selectionModel().blockSignals(False)
        self._measure()
        self.choose(self._kept)
        if not self.runs:
            self.picked.emit()


def _word(event: QKeyEvent) -> str:
    """What a key stands for; empty for those that are not the table's."""
    if event.matches(QKeySequence.StandardKey.Copy):
        return "copy"
    if event.matches(QKeySequence.StandardKey.Undo):
        return "undo"
    plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
    return _KEYS.get(Qt.Key(event.key()), "") if plain else ""
