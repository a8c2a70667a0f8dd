"""The stored runs as a panel: the list, the lines of what is chosen, and what is known of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import Label
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.side_by_side import side_by_side
from nnbuilder.session.repeat import judge
from nnbuilder.session.session import Session
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.field_box import FieldBox
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.menu_button import MenuButton
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.switch import switch
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.runs.card import RunCard
from nnbuilder.ui.runs.deeds import Deeds
from nnbuilder.ui.runs.difference import DifferencePage
from nnbuilder.ui.runs.model import RunsModel
from nnbuilder.ui.runs.plot import RunPlot
from nnbuilder.ui.runs.table import RunsTable
from nnbuilder.ui.runs.tints import Tints

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = "runs/columns"
_OWN_COLUMNS = "runs/own_columns"
_EMPTY = "Nothing was trained yet. Press Train: every run is kept here with its network, seed and course."
_HINT = "Choose one run to name it and see what is known of it, or several to see what differs."
_WIDE = 1250
"""Pixels of width from which lines and details stand beside each other."""

_MOST = 8
"""How many runs are compared at once; more columns nobody reads."""


class RunsPanel(QWidget):
    """Follows the runs of the document while it is seen; the session reads nothing for it otherwise.

    `said` carries a sentence, `open_wanted` a run whose network is to be opened as a document of its own,
    `export_wanted` a format and the name of a run, `confirm_wanted` a question, a button's text and what to
    do after a yes.
    """

    said = Signal(str)
    open_wanted = Signal(object)
    export_wanted = Signal(str, str)
    confirm_wanted = Signal(str, str, object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runs")
        self.setAccessibleName("Runs")
        self._session = session
        self._list = session.run_list
        self._tints = Tints()
        self._verdicts: dict[tuple[Path, int, int], str] = {}
        self.deeds = Deeds(session, self)
        self.model = RunsModel(self._tints, self)
        self.table = RunsTable(self.model)
        self.plot = RunPlot(self._tints)
        self.card = RunCard()
        self.difference = DifferencePage()
        self.filter = QLineEdit()
        self.line = ElidedLabel("", "muted")
        self.undo = LinkButton("Undo delete")
        self.hint = wrapping(quiet(_HINT))
        self.empty = wrapping(quiet(_EMPTY))
        self.info = QStackedWidget()
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.lines = switch("runs_lines", "Lines", "Show the course of the chosen runs", self)
        self.details = switch("runs_details", "Details", "Show what is known of them, or what differs", self)
        self._lay_out()
        self._connect()

    def flush(self) -> None:
        """Keeps what is being typed."""
        self.card.flush()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._list.look(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.card.flush()
        self._list.look_away(self)

    def _follow(self) -> None:
        """Shows the runs as they are."""
        runs = self._list.runs
        self.model.show_runs(runs)
        self.empty.setVisible(not runs)
        self.split.setVisible(bool(runs))
        self._picked()

    def _picked(self) -> None:
        """Shows what is chosen: nothing, one run, or what differs between several."""
        runs = self.table.runs[:_MOST]
        self._tints.choose([run.folder for run in runs])
        self.model.tint()
        if not self._plot_page.isHidden():
            self.plot.show_runs(runs)
        if len(runs) > 1:
            self.card.flush()
        if len(runs) > 1 and not self.info.isHidden():
            tokens = tuple(self._tints.token(run.folder) for run in runs)
            self.difference.show_table(side_by_side(runs), tokens)
        if len(runs) == 1:
            self.card.show_run(runs[0], self._verdict(runs[0]))
        pages = (self.hint, self.card, self.difference)
        self.info.setCurrentWidget(pages[min(len(runs), 2)])
        self._count()

    def _arrange(self) -> None:
        """Shows lines and details, or one of them where there is little room."""
        wide = self.width() >= _WIDE
        self.lines.setVisible(not wide)
        self.details.setVisible(not wide)
        hidden = self._plot_page.isHidden(), self.info.isHidden()
        self._plot_page.setVisible(wide or self.lines.isChecked())
        self.info.setVisible(wide or self.details.isChecked())
        if hidden != (self._plot_page.isHidden(), self.info.isHidden()):
            self._picked()

    def _count(self) -> None:
        shown, every, chosen = len(self.model.rows), len(self._list.runs), len(self.table.runs)
        text = counted(every, "run") if shown == every else f"{shown:,} of {counted(every, 'run')}"
        if chosen > _MOST:
            text += f", the first {_MOST} of {chosen} chosen are compared"
        elif chosen > 1:
            text += f", {chosen} chosen"
        lost = self._list.unreadable
        if lost:
            text += f"; {counted(len(lost), 'folder')} cannot be read"
        self.line.setText(text if every or lost else "")
        self.line.setToolTip("\n".join(lost) or text)
        self.line.set_token("warning" if lost else "muted")

    def _verdict(self, run: RunOverview) -> str:
        """How a run that repeats another one came out; empty for others."""
        before = self._list.named(run.label.repeats) if run.label.repeats else None
        if before is None:
            return ""
        key = (run.folder, run.steps, before.steps)
        if key not in self._verdicts or not run.record.over:
            try:
                self._verdicts[key] = judge(before.folder, run.folder).sentence
            except (RunFolderError, OSError):
                return ""
        return self._verdicts[key]

    def _label(self, run: RunOverview, label: Label) -> None:
        try:
            self._list.relabel(run.folder, label)
        except RunFolderError as error:
            self.said.emit(str(error))

    def _asked(self, word: str) -> None:
        runs = self.table.runs
        if word == "delete" and runs:
            self.deeds.delete(runs)
        elif word == "undo":
            self.deeds.put_back()
        elif word == "copy":
            self.deeds.copy(runs, "csv")
        elif len(runs) == 1 and word == "rename":
            self._rename()
        elif len(runs) == 1 and word == "open":
            self.deeds.open_network(runs[0])

    def _rename(self) -> None:
        self.details.setChecked(True)
        self.card.rename()

    def _fill(self, menu: QMenu) -> None:
        self.deeds.fill(menu, self.table.runs, self._rename)

    def _fill_exports(self, menu: QMenu) -> None:
        self.deeds.fill_exports(menu, self.table.runs, self.model.rows)

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("runs_menu")
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu)
        menu.popup(place)

    def _deleted(self) -> None:
        self.undo.setVisible(bool(self.deeds.deleted))

    def _connect(self) -> None:
        self._list.changed.connect(self._follow)
        self.table.picked.connect(self._picked)
        self.table.asked.connect(self._asked)
        self.table.menu_asked.connect(self._open_menu)
        self.table.doubleClicked.connect(lambda _index: self._asked("open"))
        self.filter.textChanged.connect(self.model.filter)
        self.filter.textChanged.connect(self._count)
        self.filter.returnPressed.connect(self._into_list)
        self.card.labelled.connect(self._label)
        self.card.left.connect(self.table.setFocus)
        self.undo.clicked.connect(self.deeds.put_back)
        self.deeds.deleted_changed.connect(self._deleted)
        self.deeds.said.connect(self.said)
        self.deeds.open_wanted.connect(self.open_wanted)
        self.deeds.export_wanted.connect(self.export_wanted)
        self.deeds.confirm_wanted.connect(self.confirm_wanted)
        colors.changed.connect(self._picked)
        settings = self._session.settings
        own = settings.value(_OWN_COLUMNS, defaultValue=0, type=int) == 1
        self.table.restore_columns(settings.value(_COLUMNS), own=own)
        self.table.columns_changed.connect(self._keep_columns)

    def _keep_columns(self) -> None:
        settings = self._session.settings
        settings.setValue(_COLUMNS, self.table.horizontalHeader().saveState())
        settings.setValue(_OWN_COLUMNS, int(self.table.own_columns))

    def _into_list(self) -> None:
        if self.model.rows:
            self.table.choose([self.model.rows[0].folder])
        self.table.setFocus()

    def _lay_out(self) -> None:
        self.filter.setObjectName("runs_filter")
        self.filter.setPlaceholderText("Filter: words, #tag")
        self.filter.setAccessibleName("Filter the runs")
        self.filter.setToolTip("Only runs in which all these words occur; #word looks at tags alone")
        self.filter.setClearButtonEnabled(True)
        self.line.setObjectName("runs_line")
        self.undo.setObjectName("runs_undo")
        self.undo.setToolTip("Put back the runs that were deleted last (Ctrl+Z in the list)")
        self.undo.hide()
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setContentsMargins(16, 8, 16, 8)
        self.empty.setObjectName("runs_empty")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        for page in (self.hint, self.card, self.difference):
            self.info.addWidget(page)
        plot = self._plot_page = QWidget()
        around = QVBoxLayout(plot)
        around.setContentsMargins(10, 0, 6, 8)
        around.addWidget(self.plot)
        for part, stretch in ((self.table, 4), (plot, 4), (self.info, 4)):
            self.split.addWidget(part)
            self.split.setStretchFactor(self.split.count() - 1, stretch)
        self.split.setObjectName("runs_split")
        self.split.setChildrenCollapsible(False)
        self.split.setSizes([420, 400, 400])
        group = QButtonGroup(self)
        for button in (self.lines, self.details):
            group.addButton(button)
        self.lines.setChecked(True)
        self.lines.toggled.connect(self._arrange)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top())
        column.addWidget(self.split, 1)
        column.addWidget(self.empty, 1)
        self.split.hide()
        self.setFocusProxy(self.table)

    def _top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(10, 5, 8, 4)
        row.setSpacing(8)
        box = FieldBox(self.filter, margin=2)
        box.setFixedWidth(190)
        row.addWidget(box)
        row.addWidget(self.line, 1)
        row.addWidget(self.undo)
        row.addWidget(self.lines)
        row.addWidget(self.details)
        fill = self.table.fill_column_menu
        row.addWidget(MenuButton("runs_actions", "Run", "What can be done with the chosen runs", self._fill))
        row.addWidget(
            MenuButton("runs_export", "Export", "Copy or save runs for other programs", self._fill_exports)
        )
        row.addWidget(MenuButton("runs_columns", "Columns", "Choose what the list shows", fill))
        return row
