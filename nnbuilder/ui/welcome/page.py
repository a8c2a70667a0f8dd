"""The welcome page: start anew, open a file, go on with a recent one, or begin with an example."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.file import load_project
from nnbuilder.project.recent import RecentFiles
from nnbuilder.project.resources import Example
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import ScrollPage, Section, wrapping
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.welcome.cards import ExampleCard, RecentLine

_CARD_CHARS = 34
_MOST_COLUMNS = 5
_MOST_RECENT = 8


class WelcomePage(ScrollPage):
    """Shows examples and recent files; `open_example` carries a name, `open_path` a Path."""

    open_example = Signal(str)
    open_path = Signal(object)
    new_project = Signal()
    open_file = Signal()

    def __init__(
        self, recent: RecentFiles, examples: Sequence[Example], parent: QWidget | None = None
    ) -> None:
        super().__init__("welcome", parent)
        self.setAccessibleName("Welcome")
        self._recent = recent
        self._drawn = False
        self.cards = [ExampleCard(example) for example in examples]
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
        self._recent_section = Section("Recent", "recent_section")
        self._grid = QGridLayout()
        self._lay_out()
        self._arrange()

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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        if not self._drawn:
            self._drawn = True
            self._draw_cards()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = next((place for place, card in enumerate(self.cards) if card.hasFocus()), None)
        step = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: self._columns(),
            Qt.Key.Key_Up: -self._columns(),
        }.get(Qt.Key(event.key()), 0)
        if step and focused is not None and 0 <= focused + step < len(self.cards):
            self.cards[focused + step].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(self.cards[focused + step])
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self.column.setContentsMargins(36, 30, 36, 30)
        self.column.setSpacing(6)
        self.add(heading("NNBuilder", factor=2.0))
        self.add(
            wrapping(quiet("Draw a neural network, train it on real data and watch it learn.", factor=1.05))
        )
        self.column.addSpacing(16)
        left, right = QVBoxLayout(), Section("Examples", "examples_section")
        left.setSpacing(8)
        left.addWidget(self.new)
        left.addWidget(self.open)
        left.addSpacing(14)
        self._recent_section.column.setSpacing(7)
        left.addWidget(self._recent_section)
        left.addStretch()
        self._grid.setSpacing(12)
        right.column.setSpacing(10)
        right.column.addLayout(self._grid)
        right.column.addStretch()
        for card in self.cards:
            card.clicked.connect(self._open_example)
        columns = QHBoxLayout()
        columns.setSpacing(36)
        columns.addLayout(left, 1)
        columns.addWidget(right, 3)
        self.column.addLayout(columns)
        self.column.addStretch()

    def _columns(self) -> int:
        room = self.width() * 0.7
        wanted = int(room // (self.fontMetrics().averageCharWidth() * _CARD_CHARS))
        return max(1, min(wanted, _MOST_COLUMNS))

    def _arrange(self) -> None:
        columns = self._columns()
        for place, card in enumerate(self.cards):
            self._grid.addWidget(card, place // columns, place % columns)
        for column in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)

    def _draw_cards(self) -> None:
        """Reads the examples for their pictures; one that cannot be read stays without."""
        for card in self.cards:
            try:
                card.show_graph(load_project(card.example.path).project.graph)
            except (NNBuilderError, OSError):
                continue

    def _new(self) -> None:
        self.new_project.emit()

    def _open(self) -> None:
        self.open_file.emit()

    def _open_example(self) -> None:
        card = self.sender()
        if isinstance(card, ExampleCard):
            self.open_example.emit(card.example.name)

    def _open_recent(self) -> None:
        line = self.sender()
        if isinstance(line, RecentLine):
            self.open_path.emit(Path(line.path))
