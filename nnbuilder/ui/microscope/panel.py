"""The microscope as a panel: rows in, then stop by stop through one training step."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.microscope import Place, Tensor
from nnbuilder.session.microscope import FIRST, Microscope, View
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.link_button import LinkButton
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.selection import Selection
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.microscope.arithmetic import Arithmetic
from nnbuilder.ui.microscope.curve_view import CurveView
from nnbuilder.ui.microscope.loop_view import LoopView
from nnbuilder.ui.microscope.tensor_view import TensorView
from nnbuilder.ui.microscope.update_bar import UpdateBar
from nnbuilder.ui.microscope.worked_view import WorkedView

_FRAME = 12
"""Pixels around the text of a button."""

_LEAST = 200
"""Pixels that a tensor gets at least beside another one."""

_ALONE = 230
"""Pixels that a tensor gets at least where the other one is left out."""

_NARROW = 940
"""Pixels of the panel below which there is one tensor: the arithmetic needs the room of the other."""

_FIRST_LOOK = "The first look takes a moment…"

_WORDS = {
    "zero_grad": "zero_grad()",
    "forward": "forward",
    "loss": "Loss",
    "backward": "backward",
    "update": "Update",
}


class MicroscopePanel(QWidget):
    """Follows the microscope, and lights on the canvas the layer that it is at.

    `said` carries a sentence, `mistakes_wanted` that somebody wants to see mistakes beside the right loop.
    """

    said = Signal(str)
    bench_wanted = Signal(object)
    mistakes_wanted = Signal()

    def __init__(self, microscope: Microscope, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("microscope")
        self.setAccessibleName("Microscope")
        self._microscope = microscope
        self._selection = selection
        self._lighting = False
        self._left: tuple[NodeId, ...] | None = None
        self.rows = _line(
            "microscope_rows", FIRST, "Rows: [[1, 2, 3]], a file x.npy, or rows of the data: data:0:8"
        )
        self.targets = _line(
            "microscope_targets", "", "Targets: a number or a list; empty: those of the data"
        )
        self.targets.setPlaceholderText("data's")
        self.training = TickBox(
            "microscope_train",
            "train()",
            "Train mode: Dropout drops, BatchNorm takes the batch; else eval mode",
        )
        self.back = PlainButton("microscope_back", "◂", "Go back to the stop before (Alt+Left)")
        self.next = PlainButton("microscope_next", "Next ▸", "Go to the next stop (Alt+Right)")
        self.whole = PlainButton("microscope_whole", "To loss", "Go through the whole pass, on to the loss")
        self.batch = PlainButton(
            "microscope_batch", "Next batch", "Round the loop: on to training's next batch (Alt+PgDown)"
        )
        self.batch.setShortcut("Alt+PgDown")
        self.back.setAccessibleName("Back")
        for button in (self.back, self.next, self.whole, self.batch):
            button.setFixedWidth(button.fontMetrics().horizontalAdvance(button.text()) + _FRAME)
        self.back.setShortcut("Alt+Left")
        self.next.setShortcut("Alt+Right")
        self.stop = ChoiceBox("microscope_stop", "Where in the training step to look")
        self.stop.setMinimumContentsLength(12)
        self.state = ElidedLabel("", "muted")
        self.state.setObjectName("microscope_state")
        self.state.setMinimumWidth(self.state.fontMetrics().horizontalAdvance("loss 0.0000…"))
        self.loop = LoopView()
        self.worked = WorkedView()
        self.again = LinkButton("Look again")
        self.again.setObjectName("microscope_again")
        self.again.setToolTip("Start another process and look at the same place")
        self.curve = CurveView()
        self.curve.show_curve(None)
        self.given = TensorView("microscope_given", 0)
        self.made = TensorView("microscope_made", 1)
        self.update_bar = UpdateBar()
        self._lay_out()
        self._connect()
        self.follow()

    def follow(self) -> None:
        """Shows what the microscope sees."""
        scope = self._microscope
        view = scope.view
        walk = scope.walk
        if [self.stop.itemData(row) for row in range(self.stop.count())] != list(walk):
            self.stop.fill([(place_words(place), place) for place in walk])
        self.stop.show_value(scope.place)
        self.stop.setToolTip(f"Where in the training step to look: {self.stop.currentText()}")
        here = walk.index(scope.place) if scope.place in walk else -1
        self.back.setEnabled(here > 0)
        self.next.setEnabled(0 <= here < len(walk) - 1)
        self.whole.setEnabled(bool(walk))
        self.batch.setEnabled(bool(walk) or bool(scope.trouble))
        self.loop.show_accumulate(on=scope.wish.accumulate)
        self.update_bar.allow(usable=not scope.trouble and view is not None and bool(view.looked.owners))
        for tensor in (self.given, self.made):
            tensor.setEnabled(not scope.trouble)
        self._show_state()
        self._make_room()
        for line, text in ((self.rows, scope.wish.rows), (self.targets, scope.wish.targets)):
            if not (line.hasFocus() and line.isModified()) and line.text() != text:
                line.setText(text)
        if scope.trouble or view is None:
            self.worked.show_sentence(scope.trouble or _FIRST_LOOK)
            self.loop.show_stage(scope.place.stage)
        elif not scope.waiting:
            self._show(view)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._left is not None and self._selection.nodes != self._left:
            self._selected()
        self._microscope.look()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._left = self._selection.nodes
        self._microscope.look_away()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Shows what there is something for: before the first answer nothing, in little room one tensor."""
        view = self._microscope.view
        tensors = 0 if view is None else len(view.looked.tensors)
        narrow = self.width() < _NARROW
        held = self.given.isAncestorOf(QApplication.focusWidget() or self)
        self.made.setMinimumWidth(_ALONE if narrow else _LEAST)
        self.made.setVisible(tensors > 0)
        self.given.setVisible(tensors > 1 and not narrow)
        if held and not self.given.isVisibleTo(self):
            self.made.take_focus()
        for part in (self.stop, self.update_bar):
            part.setVisible(view is not None)
        self.again.setVisible(self._microscope.lost)

    def _show(self, view: View) -> None:
        looked = view.looked
        self.loop.show_stage(looked.place.stage)
        self.worked.show_worked(looked.worked, looked.notes)
        self.curve.show_curve(next((one.curve for one in looked.worked if one.curve), None))
        self.given.show_view(view)
        self.made.show_view(view)
        self.update_bar.show_looked(looked)
        self._light(_lit(view))

    def _show_state(self) -> None:
        scope = self._microscope
        if scope.trouble or scope.view is None:
            self.state.setText("")
        else:
            looked = scope.view.looked
            parts = [] if looked.loss is None else [f"loss {looked.loss:.4g}"]
            parts.append(counted(looked.rows, "row"))
            parts += [f"{counted(looked.steps, 'step')} by hand"] if looked.steps else []
            self.state.setText(", ".join(parts))

    def _light(self, node: NodeId | None) -> None:
        """Selects the layer on the canvas."""
        if node is not None and self._selection.nodes != (node,):
            self._lighting = True
            self._selection.set((node,))
            self._lighting = False

    def _selected(self) -> None:
        """Goes to a layer that somebody has selected; stays where its own is selected again, as by undo."""
        nodes, view = self._selection.nodes, self._microscope.view
        if self._lighting or not self.isVisible() or len(nodes) != 1:
            return
        if view is None or nodes[0] != _lit(view):
            self._microscope.visit_layer(nodes[0])

    def _choose(self, tensor: Tensor, row: int, flat: int) -> None:
        """Works out another number: of an output, or of a parameter."""
        if tensor.role == "parameter" or (tensor.role == "gradient" and tensor.title.endswith(".grad")):
            name = tensor.title.partition(".")[0].partition(" ")[0]
            self._microscope.ask(parameter=name, weight=flat)
        elif tensor.role in {"output", "gradient"}:
            size = 1
            for dimension in tensor.shape[1:]:
                size *= dimension
            self._microscope.ask(row=row, unit=flat - row * size)
        else:
            self._microscope.ask(row=row)

    def _choose_layer(self, node: object) -> None:
        """Shows a weight of another layer, where we are in the loop."""
        if isinstance(node, str):
            place = Place(self._microscope.place.stage, NodeId(node))
            self._microscope.ask(place=place, parameter="", weight=0)

    def _tell_step(self, before: object, after: object) -> None:
        if isinstance(before, float) and isinstance(after, float):
            word = "falls" if after < before else "rises"
            told = f"{word} from {before:.6g} to {after:.6g}" if after != before else f"stays at {after:.6g}"
            self.said.emit(f"The loss {told}; Undo takes the step back.")

    def _go_to_loss(self) -> None:
        self._microscope.visit_stage("loss")

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        shown: tuple[QWidget, ...] = (
            *(quiet("Rows"), self.rows, quiet("Targets"), self.targets, self.training),
            *(self.back, self.next, self.whole, self.batch, self.stop),
        )
        for widget in shown:
            first.addWidget(widget)
        first.addWidget(self.state)
        first.setStretchFactor(self.rows, 2)
        first.setStretchFactor(self.targets, 1)
        first.setStretchFactor(self.state, 2)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Arithmetic(self.worked, self.curve), 1)
        column.addWidget(self.again)
        columns: tuple[tuple[QWidget, int], ...] = (
            (self.loop, 0),
            (self.given, 2),
            (middle, 5),
            (self.made, 2),
        )
        for at, (part, share) in enumerate(columns):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(at, share)
        self.given.setMinimumWidth(_LEAST)
        self.splitter.setSizes([180, 200, 480, 200])
        for part in (self.stop, self.update_bar):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 6, 8, 6)
        rows.setSpacing(6)
        rows.addLayout(first)
        rows.addWidget(self.splitter, 1)
        rows.addWidget(self.update_bar)

    def _connect(self) -> None:
        scope = self._microscope
        scope.changed.connect(self.follow)
        scope.applied.connect(self._tell_step)
        self._selection.changed.connect(self._selected)
        self.rows.editingFinished.connect(lambda: self._typed("rows", self.rows))
        self.targets.editingFinished.connect(lambda: self._typed("targets", self.targets))
        self.training.toggled.connect(lambda on: scope.ask(train=on))
        self.back.clicked.connect(lambda: scope.go(-1))
        self.next.clicked.connect(lambda: scope.go(1))
        self.whole.clicked.connect(self._go_to_loss)
        self.batch.clicked.connect(scope.next_batch)
        self.again.clicked.connect(scope.again)
        self.loop.next_batch.connect(scope.next_batch)
        self.loop.chosen.connect(scope.visit_stage)
        self.loop.mistakes.clicked.connect(self.mistakes_wanted)
        self.loop.accumulate.connect(lambda on: scope.ask(accumulate=on))
        self.stop.activated.connect(lambda at: scope.visit(self.stop.itemData(at)))
        self.given.chosen.connect(self._choose)
        self.made.chosen.connect(self._choose)
        self.given.bench_wanted.connect(self.bench_wanted)
        self.made.bench_wanted.connect(self.bench_wanted)
        self.update_bar.applied.connect(scope.apply)
        self.update_bar.refused.connect(self.said)
        self.update_bar.rate_changed.connect(lambda rate: scope.ask(lr=rate))
        self.update_bar.parameter_chosen.connect(lambda name: scope.ask(parameter=name, weight=0))
        self.update_bar.layer_chosen.connect(self._choose_layer)

    def _typed(self, field: str, line: QLineEdit) -> None:
        line.setModified(False)
        if getattr(self._microscope.wish, field) != line.text():
            self._microscope.ask(**{field: line.text()})


def place_words(place: Place) -> str:
    """A stop in words."""
    if not place.name:
        return _WORDS[place.stage]
    return f"{place.name} {place.layer} {_WORDS[place.stage]}"


def _lit(view: View) -> NodeId | None:
    """The layer that is at hand: of the stop, or the one whose weight is stepped."""
    looked = view.looked
    return looked.owner if looked.place.stage in {"zero_grad", "update"} else looked.place.node


def _line(name: str, text: str, tip: str) -> QLineEdit:
    line = QLineEdit(text)
    line.setObjectName(name)
    line.setAccessibleName(tip.partition(":")[0])
    line.setToolTip(tip)
    line.setMinimumWidth(64)
    return line
