"""The welcome page: start anew, from a template or an example, or go on with a file."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnbuilder.project.recent import RecentFiles
from nnbuilder.project.resources import Example
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import ScrollPage, Section, wrapping
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.tabs import FlatTabs
from nnbuilder.ui.welcome.cards import RecentLine
from nnbuilder.ui.welcome.grid import CardGrid, ExampleGrid, TemplateGrid

_MOST_RECENT = 8


class WelcomePage(ScrollPage):
    """Shows examples, templates and recent files.

    `open_example` and `open_template` carry a name, `open_path` a Path.
    """

    open_example = Signal(str)
    open_template = Signal(str)
    open_path = Signal(object)
    new_project = Signal()
    open_file = Signal()

    def __init__(
        self, recent: RecentFiles, examples: Sequence[Example], parent: QWidget | None = None
    ) -> None:
        super().__init__("welcome", parent)
        self.setAccessibleName("Welcome")
        self._recent = recent
        self.examples, self.templates = ExampleGrid(examples), TemplateGrid()
        self.examples.chosen.connect(self.open_example)
        self.templates.chosen.connect(self.open_template)
        self.lines: list[RecentLine] = []
        self.new = PrimaryButton("New network", "welcome_new")
        self.new.setToolTip("Start with an empty drawing")
        self.new.clicked.connect(self._new)
        self.open = QPushButton("Open…")
        self.open.setObjectName("welcome_open")
        self.open.setToolTip("Open a project file")
        self.open.setAccessibleName("Open a project file")
        self.open.setMinimumHeight(self.new.sizeHint().height())
        self.open.clicked.connect(self._open)
        self.promise = wrapping(quiet())
        self.promise.setObjectName("welcome_promise")
        self.tabs = FlatTabs()
        self._recent_section = Section("Recent", "recent_section")
        self._lay_out()

    def refresh(self) -> None:
        """Reads the recent files anew."""
        for line in self.lines:
            line.hide()
            line.setParent(None)
            line.deleteLater()
        self.lines = [RecentLine(path) for path in self._recent.files[:_MOST_RECENT]]
        for line in self.lines:
            line.clicked.connect(self._open_recent)
            self._recent_section.add(line)
        self._recent_section.setVisible(bool(self.lines))

    def show_promise(self, text: str) -> None:
        """Says what a template does with the data that are there."""
        self.promise.setText(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def _lay_out(self) -> None:
        self.column.setContentsMargins(34, 16, 34, 24)
        self.column.setSpacing(4)
        self.add(heading("NNBuilder", factor=1.8))
        self.add(
            wrapping(quiet("Draw a neural network, train it on real data and watch it learn.", factor=1.05))
        )
        self.column.addSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.new)
        left.addWidget(self.open)
        left.addSpacing(14)
        self._recent_section.column.setSpacing(7)
        left.addWidget(self._recent_section)
        left.addStretch()
        self._fill_tabs()
        columns = QHBoxLayout()
        columns.setSpacing(30)
        columns.addLayout(left, 1)
        columns.addWidget(self.tabs, 3)
        self.column.addLayout(columns)
        self.column.addStretch()

    def _fill_tabs(self) -> None:
        self.tabs.setObjectName("welcome_tabs")
        self.tabs.tabBar().setAccessibleName("Examples and templates")
        examples = wrapping(quiet("Whole projects with their data, ready to train."))
        for title, tip, intro, grid in (
            ("Examples", "Projects with data, ready to train", examples, self.examples),
            ("Templates", "Networks that fit themselves to data", self.promise, self.templates),
        ):
            self.tabs.setTabToolTip(self.tabs.addTab(_below(intro, grid), title), tip)
            grid.reached.connect(self.ensureWidgetVisible)

    def _new(self) -> None:
        self.new_project.emit()

    def _open(self) -> None:
        self.open_file.emit()

    def _open_recent(self) -> None:
        line = self.sender()
        if isinstance(line, RecentLine):
            self.open_path.emit(Path(line.path))


def _below(intro: QWidget, grid: CardGrid) -> QWidget:
    """A tab's page: a sentence, and the cards below it."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 10, 0, 0)
    column.setSpacing(10)
    column.addWidget(intro)
    column.addWidget(grid)
    column.addStretch()
    return page
