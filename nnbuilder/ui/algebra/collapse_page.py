"""Linear layers that follow each other: the one W and b that do the same, and what an activation changes."""

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.merge import merge_linear
from nnbuilder.protocol.algebra import Collapse, Collapsed, Stretch, Tried
from nnbuilder.session.session import Session
from nnbuilder.ui.algebra import words
from nnbuilder.ui.algebra.asking import AskingPage
from nnbuilder.ui.algebra.diagonal import Diagonal
from nnbuilder.ui.algebra.matrix import MatrixTable
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import heading, quiet, value
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.primary_button import PrimaryButton


class CollapsePage(AskingPage):
    """Shows a stretch of layers as one; `replaced` says that the drawing has one now."""

    replaced = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("algebra.collapse", session, parent)
        self._nodes: tuple[NodeId, ...] = ()
        self._keeping = False
        self.found: Collapsed | None = None
        self.stretch_box = ChoiceBox("algebra.stretch", "Which Linear layers")
        self.between_box = ChoiceBox("algebra.between", "What stands between the layers")
        self.table = MatrixTable(
            "algebra.matrix", "W and b of the one Linear: choose a number to see it worked out"
        )
        self.product = wrapping(value(""))
        self.product.setObjectName("algebra.product")
        self.counts = wrapping(quiet(""))
        self.counts.setObjectName("algebra.counts")
        self.agreement = wrapping(quiet("", factor=1.0))
        self.agreement.setObjectName("algebra.agreement")
        self.diagonal = Diagonal()
        self.frame = PlotFrame(
            "algebra_outputs",
            "Layers beside the one",
            "Each point is an output of a row: on the diagonal both say the same.",
            self.diagonal,
            table=self._csv,
            paint=self.diagonal.paint,
        )
        self.replace = PrimaryButton("Replace by one Linear", "algebra.replace")
        self.why = wrapping(quiet(""))
        self.why.setObjectName("algebra.why")
        self._lay_out()
        self.stretch_box.activated.connect(self._choose)
        self.between_box.activated.connect(lambda _row: self._show_between())
        self.table.selectionModel().currentChanged.connect(self._work_out)
        self.replace.clicked.connect(self._replace)

    def look_at(self, nodes: tuple[NodeId, ...]) -> None:
        """Wants the layers of which one of these is."""
        self._nodes = nodes

    @property
    def stretch(self) -> Stretch | None:
        """The layers that are looked at."""
        found = self.found
        return found.stretches[found.chosen] if found is not None and found.stretches else None

    def request(self) -> Collapse:
        base, runs = self.places()
        return Collapse(self.session.document.project, self._nodes, base, runs, keep=self._keeping)

    def show_answer(self, answer: Collapsed) -> None:
        self.found = answer
        stretch = self.stretch
        if stretch is None:
            self.content.hide()
            self.say(words.NO_STRETCH)
            return
        if self._keeping and answer.sha256:
            self._put(stretch, answer)
            return
        self.say(words.opening(stretch))
        self.stretch_box.fill((words.title_of(one), place) for place, one in enumerate(answer.stretches))
        self.stretch_box.show_value(answer.chosen)
        self.stretch_box.setEnabled(len(answer.stretches) > 1)
        self.between_box.fill(
            (words.between_words(one.activation, stretch), one.activation) for one in answer.tried
        )
        self.table.show_layer(answer.weight, answer.bias)
        self.table.setCurrentIndex(self.table.numbers.index(0, 0))
        notes = (words.count_words(answer), _cut(answer), *answer.notes)
        self.counts.setText("\n".join(filter(None, notes)))
        self.replace.setEnabled(stretch.plain and stretch.together)
        self.replace.setText(
            f"Replace these {len(stretch.nodes)} by one Linear" if stretch.plain else "Replace by one Linear"
        )
        self.why.setText(words.replacing(stretch, answer))
        self._show_between()

    def _show_between(self) -> None:
        found, tried = self.found, self.tried
        if found is not None and tried is not None:
            self.agreement.setText(words.agreement(found, tried))
            self.diagonal.show_outputs(found.outputs, tried.outputs, same=not tried.activation)

    @property
    def tried(self) -> Tried | None:
        """What is chosen to stand between the layers."""
        known = () if self.found is None else self.found.tried
        return next((one for one in known if one.activation == self.between_box.currentData()), None)

    def _choose(self, row: int) -> None:
        if self.found is not None:
            self._nodes = self.found.stretches[int(self.stretch_box.itemData(row))].nodes
            self.stale()

    def _work_out(self, index: QModelIndex) -> None:
        if self.found is not None and index.isValid():
            self.product.setText(words.product(self.found, index.row(), index.column()))

    def _replace(self) -> None:
        if self.stretch is not None:
            self._keeping, self._nodes, self.fresh = True, self.stretch.nodes, False
            self.replace.setEnabled(False)
            self.ask()

    def _put(self, stretch: Stretch, found: Collapsed) -> None:
        self._keeping = False
        document = self.session.document
        try:
            edit = merge_linear(
                document.project.graph, stretch.nodes, found.shape[0], found.sha256, bias=found.has_bias
            )
            document.apply(edit)
        except NNBuilderError as error:
            self.say(str(error), fault=True)
            return
        self.replaced.emit(f"{len(stretch.nodes)} Linear layers are one now, with weights that do the same.")

    def _csv(self) -> Iterator[str]:
        yield "one,layers\n"
        yield from (f"{one!r},{other!r}\n" for one, other in self.diagonal.pairs)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for part in (heading("One Linear for them"), self.stretch_box):
            left.addWidget(part)
        left.addWidget(self.table, 3)
        for part in (self.product, self.counts):
            left.addWidget(part)
        left.addStretch()
        for side in (left, right):
            side.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(quiet("Between them"))
        row.addWidget(self.between_box, 1)
        right.addLayout(row)
        right.addWidget(self.frame, 1)
        right.addWidget(self.agreement)
        grid = QGridLayout(self.content)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.addLayout(left, 0, 0)
        grid.addLayout(right, 0, 1)
        grid.addWidget(self.why, 1, 0)
        grid.addWidget(self.replace, 1, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(0, 1)
        self.replace.setToolTip("Put one Linear with this W and b in the place of the layers; Undo goes back")
        self.content.hide()


def _cut(found: Collapsed) -> str:
    """What of the matrix is shown, where it is too large for all of it."""
    rows, columns = len(found.weight), len(found.weight[0])
    if (rows, columns) == found.shape:
        return ""
    return (
        f"Shown are the first {rows} of {found.shape[0]:,} rows and {columns} of {found.shape[1]:,} columns."
    )
