"""The table itself: a tree with sortable columns that can be moved, sized and hidden."""

from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QTreeView, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.graph.report.columns import COLUMNS, Column
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.menu_button import add_entry
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.table import Index, OwnKeys, choose_rows, leave_selection_to_cells, quieten
from nnbuilder.ui.report.delegate import SIDE, ReportDelegate, cell_font, short_name
from nnbuilder.ui.report.model import ReportModel

_Flag = QItemSelectionModel.SelectionFlag
_KEYS = [column.key for column in COLUMNS]
_WIDTHS = {
    "name": 56,
    "layer": 120,
    "input": 152,
    "output": 152,
    "parameters": 94,
    "flops": 106,
    "field": 104,
    "activations": 88,
    "memory": 88,
    "args": 300,
    "formula": 190,
}
_OTHERS = 80
_WIDEST_NAME = 200
HIDDEN = ("dtype", "formula", "buffers", "parameters_share", "flops_share", "memory_share")
"""The columns that are not shown before somebody asks for them."""


class ReportTable(QTreeView):
    """Shows the model; `picked` carries the selected nodes, the current one last.

    `opened` asks for the arguments of the current row, `copy_requested` for the table on the clipboard.
    What was folded stays folded while rows come and go.
    """

    picked = Signal(tuple)
    opened = Signal()
    copy_requested = Signal()
    columns_changed = Signal()

    def __init__(self, model: ReportModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("report_table")
        self.setAccessibleName("Analysis report")
        self._report = model
        self._folded: set[NodeId] = set()
        self._scroll = (0, 0)
        self._kept: tuple[NodeId, ...] = ()
        self._fitted = _WIDTHS["name"]
        self.setModel(model)
        self.setItemDelegate(ReportDelegate(self))
        self.setHeader(QuietHeader("report_header", "Columns of the report", self))
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        quieten(self)
        choose_rows(self)
        leave_selection_to_cells(self)
        OwnKeys(self, _mine)
        self._set_up_header()
        self.collapsed.connect(lambda index: self._fold(index, folded=True))
        self.expanded.connect(lambda index: self._fold(index, folded=False))
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        self.selectionModel().selectionChanged.connect(lambda: self.picked.emit(self.nodes))
        colors.changed.connect(self.viewport().update)

    @property
    def nodes(self) -> tuple[NodeId, ...]:
        """The selected nodes, the current one last."""
        current = self._report.node_at(self.currentIndex())
        found = [self._report.node_at(index) for index in self.selectionModel().selectedRows()]
        return tuple(sorted((node for node in found if node is not None), key=lambda node: node == current))

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that are shown, from left to right."""
        header = self.header()
        places = (header.logicalIndex(place) for place in range(header.count()))
        return tuple(COLUMNS[place] for place in places if not header.isSectionHidden(place))

    def show_nodes(self, nodes: Iterable[NodeId]) -> None:
        """Selects these nodes and shows the last one; does nothing where they are selected already."""
        wanted = tuple(node for node in nodes if self._report.index_of(node).isValid())
        if set(wanted) == set(self.nodes):
            return
        chosen = QItemSelection()
        for node in wanted:
            index = self._report.index_of(node)
            chosen.select(index, index)
        if wanted:
            last = self._report.index_of(wanted[-1])
            self.selectionModel().setCurrentIndex(last, _Flag.NoUpdate)
            self.scrollTo(last)
        self.selectionModel().select(chosen, _Flag.ClearAndSelect | _Flag.Rows)

    def show_column(self, key: str, shown: bool) -> None:
        """Shows a column or hides it; the name always stays."""
        if key != _KEYS[0]:
            self.setColumnHidden(_KEYS.index(key), not shown)
            self.columns_changed.emit()

    def sort_as_drawn(self) -> None:
        """Goes back to the order of the chain."""
        self.sortByColumn(0, Qt.SortOrder.AscendingOrder)

    def fill_column_menu(self, menu: QMenu) -> None:
        """An entry with a tick for each column, and the way back to the first arrangement."""
        for column in COLUMNS[1:]:
            entry = menu.addAction(column.title)
            entry.setObjectName(f"report_column_{column.key}")
            entry.setToolTip(column.help)
            entry.setCheckable(True)
            entry.setChecked(not self.isColumnHidden(_KEYS.index(column.key)))
            entry.toggled.connect(lambda shown, key=column.key: self.show_column(key, shown))
        menu.addSeparator()
        add_entry(menu, "report_chain", "Order of the chain", self.sort_as_drawn)
        add_entry(menu, "report_reset", "Reset columns", self.reset_columns)

    def reset_columns(self) -> None:
        """Shows the first choice of columns, in their first order and widths."""
        header = self.header()
        for place, key in enumerate(_KEYS):
            header.moveSection(header.visualIndex(place), place)
            header.resizeSection(place, _WIDTHS.get(key, _OTHERS))
            self.setColumnHidden(place, key in HIDDEN)
        self._fitted = _WIDTHS["name"]
        self._fit_names()
        self.columns_changed.emit()

    def restore_columns(self, state: object) -> None:
        """Arranges the columns as `header().saveState()` said; nothing else is taken."""
        if isinstance(state, QByteArray) and self.header().restoreState(state):
            self.setColumnHidden(0, False)
            self._fitted = self.columnWidth(0)
            self.sort_as_drawn()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit()
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _set_up_header(self) -> None:
        header = self.header()
        header.customContextMenuRequested.connect(self._open_menu)
        header.sectionMoved.connect(self.columns_changed)
        header.sectionResized.connect(self.columns_changed)
        self.setSortingEnabled(True)
        self.sort_as_drawn()
        self.reset_columns()

    def _open_menu(self, point: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("report_columns_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill_column_menu(menu)
        menu.popup(self.header().mapToGlobal(point))

    def _fit_names(self) -> None:
        """Makes room for the names and their places in the tree, unless somebody has sized their column."""
        if self._fitted != self.columnWidth(0):
            return
        metrics = QFontMetrics(cell_font(COLUMNS[0]))
        rows = self._report.rows
        nested = any(row.children for row in rows)
        needed = (
            metrics.horizontalAdvance(short_name(row)) + self.indentation() * (row.depth + nested)
            for row in rows
        )
        self._fitted = min(max(max(needed, default=0) + 3 * SIDE, _WIDTHS["name"]), _WIDEST_NAME)
        self.setColumnWidth(0, self._fitted)

    def _fold(self, index: Index, *, folded: bool) -> None:
        node = self._report.node_at(index)
        if node is not None:
            (self._folded.add if folded else self._folded.discard)(node)

    def _remember(self) -> None:
        self._scroll = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self._kept = self.nodes
        self.selectionModel().blockSignals(True)

    def _restore(self) -> None:
        folded = set(self._folded)
        self._fit_names()
        self.setRootIsDecorated(any(row.children for row in self._report.rows))
        self.expandAll()
        for node in folded:
            self.collapse(self._report.index_of(node))
        self._folded = folded
        self.selectionModel().blockSignals(False)
        self.show_nodes(self._kept)
        self.horizontalScrollBar().setValue(self._scroll[0])
        self.verticalScrollBar().setValue(self._scroll[1])


def _mine(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Copy) or event.key() in {
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
    }
