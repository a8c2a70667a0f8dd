"""The tensor bench as a panel: names at the left, the line and its value at the right."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QShowEvent
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
from nnbuilder.protocol.microscope import Look, Looked, Tensor
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.ui.bench.file_lines import SUFFIXES, FileRefused, lines_of
from nnbuilder.ui.bench.from_microscope import wish_of
from nnbuilder.ui.bench.hint import Hint
from nnbuilder.ui.bench.maker.dialog import MakerDialog
from nnbuilder.ui.bench.names import NamesModel
from nnbuilder.ui.bench.naming import fresh
from nnbuilder.ui.bench.prompt import Prompt
from nnbuilder.ui.bench.said import Said
from nnbuilder.ui.bench.view import ValueView
from nnbuilder.ui.bench.words import WORDS
from nnbuilder.ui.common.dropped import local_files
from nnbuilder.ui.common.field_box import FieldBox
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.quiet_header import QuietHeader
from nnbuilder.ui.common.scrollbar import ThinScrollBar

_EMPTY = (
    "Nothing is named yet. Type  a = [[1., 2., 3.]]  at the right, drop a file of numbers here, or take "
    "Make a tensor. The network is  model, its loss  loss_function, the training rows  X  and  y."
)

_OF_NETWORK = {"model", "trace", "activations", "inputs", "gradients", "loss_function"}
"""What a line waits for while the network is built."""


class BenchPanel(QWidget):
    """Follows the bench; lines typed here go to it, and files dropped here are opened on it.

    `said` carries a sentence on what cannot be done.
    """

    said = Signal(str)

    def __init__(self, bench: TensorBench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench")
        self.setAccessibleName("Tensor bench")
        self._bench = bench
        self._number = 0
        self.model = NamesModel()
        self.names = QTableView()
        self.empty = wrapping(quiet(_EMPTY))
        self.prompt = Prompt(WORDS, bench.history)
        self.hint = Hint()
        self.told = Said()
        self.maker = MakerDialog(bench, self)
        self.make = PlainButton("bench_make", "Make a tensor…", "By a form: numbers, a file, rows, weights")
        self.view = ValueView()
        self.state = quiet("")
        self.stop = LinkButton("Stop")
        self.clear = LinkButton("Clear all")
        self.restore = LinkButton("Bring back")
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.prompt)
        self.setAcceptDrops(True)
        self.view.show_value(None, ())
        self._follow()

    def enter(self, text: str) -> None:
        """Works out a line as if it had been typed."""
        self._bench.history.add(text)
        self._number = self._bench.run(text)

    def take(self, look: Look, looked: Looked, tensor: Tensor) -> bool:
        """Makes the same tensor that the microscope shows; False where a line has no word for it."""
        wish, expression = wish_of(look, looked, tensor)
        if not expression:
            self.said.emit(
                f"{tensor.title} has no word on the bench: take it at its forward or backward stop."
            )
            return False
        name = fresh(wish, [value.name for value in self._bench.names])
        self.show_and_enter(f"{name} = {expression}")
        return True

    def show_and_enter(self, text: str) -> None:
        """Works out a line that was not typed, and shows it where it could have been."""
        self.prompt.setText(text)
        self.enter(text)

    def open_file(self, path: Path) -> None:
        """Opens the numbers of a file under names of their own."""
        try:
            found = lines_of(path, self._bench.folder, [value.name for value in self._bench.names])
        except FileRefused as refused:
            self.said.emit(str(refused))
            return
        for line in found.lines:
            self.show_and_enter(line)
        if found.note:
            self.said.emit(found.note)

    def look_at(self, index: QModelIndex) -> None:
        """Shows a named value."""
        if index.isValid():
            self._number = self._bench.run(self.model.values[index.row()].name, keep=False)

    def showEvent(self, event: QShowEvent) -> None:
        """What was on the bench before is worked out again once somebody looks."""
        super().showEvent(event)
        self._bench.wake()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes one file of numbers."""
        files = local_files(event.mimeData())
        if len(files) == 1 and files[0].suffix.lower() in SUFFIXES:
            event.acceptProposedAction()
            self.said.emit(f"Let go to open the numbers of {files[0].name} on the bench.")

    def dropEvent(self, event: QDropEvent) -> None:
        """Opens the file."""
        event.acceptProposedAction()
        self.open_file(local_files(event.mimeData())[0])

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
        if answer.number not in {0, self._number}:
            return
        self.told.show_answer(answer, arrays)
        if not answer.number:
            return
        if answer.refused:
            self.view.show_value(None, ())
            if answer.line == 1:
                self.prompt.mark(answer.start, answer.end)
            return
        self.view.show_value(answer.value, arrays)
        self.prompt.ready()

    def _hint(self) -> None:
        """Says what the call at the cursor takes."""
        self.hint.follow(self.prompt.text(), self.prompt.cursorPosition())

    def _follow(self) -> None:
        """Shows what is named now, and whether something is being worked out."""
        self.model.show(self._bench.names)
        self.prompt.know([value.name for value in self._bench.names])
        some = bool(self._bench.names)
        self.names.setVisible(some)
        self.empty.setVisible(not (some or self._bench.remaking))
        self.clear.setVisible(some or bool(self._bench.lines))
        self.restore.setVisible(bool(self._bench.cleared))
        if self._bench.asleep and self.isVisible():
            self._bench.wake()
            return
        self.state.setText(self._doing())
        self.stop.setVisible(self._bench.busy or self._bench.remaking)

    def _empty(self) -> None:
        """Nothing of what was there is shown any more."""
        self.told.show_answer(BenchAnswer(0), ())
        self.view.show_value(None, ())

    def _doing(self) -> str:
        """What is being done, or nothing."""
        if self._bench.making:
            return "Building the network…" if self._bench.making in _OF_NETWORK else "Loading the data…"
        if self._bench.remaking:
            return "Making the bench again…"
        return "Working…" if self._bench.busy else ""

    def _connect(self) -> None:
        self.prompt.entered.connect(self.enter)
        self.prompt.refused.connect(self.said)
        self.prompt.cursorPositionChanged.connect(self._hint)
        self.prompt.textChanged.connect(self._hint)
        self.prompt.textEdited.connect(lambda _text: self._bench.warm())
        self.hint.wanted.connect(self._bench.explain)
        self._bench.explained.connect(self.hint.learn)
        self.make.clicked.connect(lambda _checked=False: self.maker.show_page(self.maker.page))
        self.maker.entered.connect(self.show_and_enter)
        self.restore.clicked.connect(self._bench.restore)
        self.told.instead.connect(self._use)
        self.names.clicked.connect(self.look_at)
        self.names.activated.connect(self.look_at)
        self.view.cell_chosen.connect(self.told.show_cell)
        self.stop.clicked.connect(self._bench.stop)
        self.clear.clicked.connect(self._bench.clear)
        self._bench.emptied.connect(self._empty)
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
        self.restore.setObjectName("bench_restore")
        self.restore.setToolTip("Put back what was cleared last")
        below = QHBoxLayout()
        below.addWidget(self.state, 1)
        below.addWidget(self.stop)
        below.addWidget(self.restore)
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
        top = QHBoxLayout()
        top.addWidget(FieldBox(self.prompt), 1)
        top.addWidget(self.make)
        work.addLayout(top)
        work.addWidget(self.hint)
        work.addWidget(self.told)
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
