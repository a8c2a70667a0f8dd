"""The tensor bench as a panel: names at the left, the line and its value at the right."""

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from nnbuilder.protocol.bench import BenchAnswer
from nnbuilder.protocol.codec import Arrays
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.names import NamesModel
from nnbuilder.ui.bench.prompt import Prompt
from nnbuilder.ui.bench.said import Said
from nnbuilder.ui.bench.view import ValueView
from nnbuilder.ui.bench.words import WORDS
from nnbuilder.ui.common.field_box import FieldBox
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_EMPTY = (
    "Nothing is named yet. Type  a = torch.tensor([[1., 2., 3.]])  at the right: the network is  model, "
    "its loss  loss_function, the training rows  X  and  y."
)


class BenchPanel(QWidget):
    """Follows the bench; lines typed here go to it."""

    def __init__(self, bench: TensorBench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench")
        self.setAccessibleName("Tensor bench")
        self._bench = bench
        self._number = 0
        self.model = NamesModel()
        self.names = QTableView()
        self.empty = wrapping(quiet(_EMPTY))
        self.prompt = Prompt(WORDS)
        self.said = Said()
        self.view = ValueView()
        self.state = quiet("")
        self.stop = LinkButton("Stop")
        self.clear = LinkButton("Clear all")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.prompt)
        self._follow()

    def enter(self, text: str) -> None:
        """Works out a line as if it had been typed."""
        self._number = self._bench.run(text)

    def look_at(self, index: QModelIndex) -> None:
        """Shows a named value."""
        if index.isValid():
            self._number = self._bench.run(self.model.values[index.row()].name, keep=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete in the list takes a name off the bench."""
        chosen = self.names.currentIndex()
        if event.key() == Qt.Key.Key_Delete and self.names.hasFocus() and chosen.isValid():
            self.enter(f"del {self.model.values[chosen.row()].name}")
            return
        super().keyPressEvent(event)

    def _use(self, line: str) -> None:
        self.prompt.put(line)
        self.enter(line)

    def _answered(self, answer: BenchAnswer, arrays: Arrays) -> None:
        if answer.number != self._number:
            return
        self.said.show_answer(answer, arrays)
        if answer.refused:
            self.view.show_value(None, ())
            if answer.line == 1:
                self.prompt.mark(answer.start, answer.end)
            return
        self.view.show_value(answer.value, arrays)
        self.prompt.selectAll()

    def _cell(self, row: int, column: int) -> None:
        if self.view.plain:
            self.said.show_cell(row, column)

    def _follow(self) -> None:
        """Shows what is named now, and whether something is being worked out."""
        self.model.show(self._bench.names)
        self.prompt.know([value.name for value in self._bench.names])
        some = bool(self._bench.names)
        self.names.setVisible(some)
        self.empty.setVisible(not some)
        self.clear.setVisible(some)
        self.state.setText("Working…" if self._bench.busy else "")
        self.stop.setVisible(self._bench.busy)

    def _clear(self) -> None:
        self._bench.clear()
        self.said.show_answer(BenchAnswer(0), ())
        self.view.show_value(None, ())

    def _connect(self) -> None:
        self.prompt.entered.connect(self.enter)
        self.said.instead.connect(self._use)
        self.names.clicked.connect(self.look_at)
        self.names.activated.connect(self.look_at)
        self.view.cell_chosen.connect(self._cell)
        self.stop.clicked.connect(self._bench.stop)
        self.clear.clicked.connect(self._clear)
        self._bench.changed.connect(self._follow)
        self._bench.answered.connect(self._answered)

    def _lay_out(self) -> None:
        self._dress_names()
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.empty.setContentsMargins(4, 6, 4, 6)
        self.stop.setObjectName("bench_stop")
        self.stop.setToolTip("Give up what is being worked out; everything that is named stays")
        self.clear.setObjectName("bench_clear")
        self.clear.setToolTip("Take everything off the bench")
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.stop)
        below.addWidget(self.clear)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(8, 8, 4, 6)
        column.addWidget(self.names, 1)
        column.addWidget(self.empty, 1)
        column.addLayout(below)
        right = QWidget()
        work = QVBoxLayout(right)
        work.setContentsMargins(4, 8, 10, 6)
        work.setSpacing(6)
        work.addWidget(FieldBox(self.prompt))
        work.addWidget(self.said)
        work.addWidget(self.view, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(right)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(1, 1)
        split.setSizes([260, 700])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)

    def _dress_names(self) -> None:
        names = self.names
        names.setObjectName("bench_names")
        names.setAccessibleName("What is named on the bench")
        names.setToolTip("Click a name, or press Enter on it, to look at it; Delete takes it off")
        names.setHorizontalHeader(QuietHeader("bench_header", "Columns of what is named", names))
        names.setModel(self.model)
        names.verticalHeader().hide()
        names.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        names.setShowGrid(False)
        names.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        names.setVerticalScrollBar(ThinScrollBar())
        names.horizontalHeader().setMinimumSectionSize(64)
        names.setFrameShape(QFrame.Shape.NoFrame)
        names.setTabKeyNavigation(False)
        names.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        names.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        names.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        names.horizontalHeader().setStretchLastSection(True)
