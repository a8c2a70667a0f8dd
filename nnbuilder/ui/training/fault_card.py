"""The card of a run that waits because a value is NaN or infinite: where, why, and the ways on."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.fault import Fault
from nnbuilder.protocol.messages import Failed
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run
from nnbuilder.ui.common.fix_button import FixButton
from nnbuilder.ui.common.labels import heading, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.problem_card import ProblemCard
from nnbuilder.ui.common.titles import layer_title
from nnbuilder.ui.training.trail_chart import Bar, TrailChart

BACK = 10
"""How many steps before the first bad value the run goes back."""


class FaultCard(ProblemCard):
    """Shows one fault: its sentences, how numbers grew, buttons for this run and fixes for the next."""

    def __init__(self, problem: Problem, fault: Fault, document: Document, run: Run) -> None:
        self.fault = fault
        self._run = run
        goal = target_step(fault)
        place = f"step {goal:,}" if goal else "the start"
        self.calmer = _button(
            "fault_calmer",
            "lr / 10 and go on",
            f"Back to {place}, then on from there with a tenth of the learning rate",
            best=True,
        )
        self.back = _button(
            "fault_back",
            f"Go back {BACK} steps" if goal else "Go back to the start",
            f"Back to {place}, before the first bad value; the run waits there",
        )
        self._ways = wrapping(quiet("Or change the project for the next run:"))
        where = layer_title(document.project.graph, fault.node or NodeId(""))
        super().__init__(problem, where, document, before=run.project)
        self.setObjectName("fault_card")
        self.back.clicked.connect(self._go_back)
        self.calmer.clicked.connect(self._go_on)

    @property
    def buttons(self) -> list[QPushButton]:
        """The buttons of the fixes, in their order."""
        return [button for button in super().buttons if button.property("fix") is not None]

    def _lay_out_words(self, words: QVBoxLayout, where: str) -> None:
        fault = self.fault
        words.setSpacing(6)
        words.addWidget(wrapping(heading(fault.headline)))
        for sentence in filter(None, (fault.where, fault.cause)):
            label = wrapping(quiet(sentence, factor=1.0))
            label.set_token("text")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(label)
        if len(fault.trail) > 1:
            words.addWidget(wrapping(quiet(f"Largest number that left each layer in step {fault.step:,}:")))
            words.addWidget(TrailChart("fault_trail", self._bars()))
        for button in (self.calmer, self.back):
            words.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
            button.hide()  # until the run waits
        if self.problem.fixes:
            words.addWidget(self._ways)
            words.addLayout(self._fix_row(self.problem.fixes))

    def follow(self, state: str) -> None:
        """Offers to steer the run only while it waits: one that has ended hears nothing."""
        waits = state == "paused"
        self.calmer.setVisible(waits and self.fault.curable and bool(self.fault.rate))
        self.back.setVisible(waits and self._run.step > 0)

    def _offer(self) -> None:
        super()._offer()
        self._ways.setVisible(any(not button.isHidden() for button in self.buttons))

    def _bars(self) -> tuple[Bar, ...]:
        graph = self._document.project.graph
        return tuple(
            Bar(layer_title(graph, passed.node) or passed.node, passed.largest, passed.nonfinite > 0)
            for passed in self.fault.trail
        )

    def _go_back(self) -> None:
        steps = self._run.step - target_step(self.fault)
        if steps > 0:
            self._run.go_back(steps)

    def _go_on(self) -> None:
        self._go_back()
        self._run.scale_rate(0.1)
        self._run.resume()


class FaultPlace(QWidget):
    """Where the card of a run's fault appears, for as long as the run stands at it.

    `revealed` carries the layer that the user wants to see in the drawing.
    """

    revealed = Signal(str)

    def __init__(self, document: Document, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fault_place")
        self._document = document
        self._run = run
        self.card: FaultCard | None = None
        self._message = ""
        self._stood = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_failure(self, failure: Failed) -> None:
        """Takes what a run says has failed; something else than a fault shows no card."""
        self.clear()
        self._message, self._stood = failure.message, self._run.step
        if failure.fault is None or not failure.problems:
            return
        self.card = FaultCard(failure.problems[0], failure.fault, self._document, self._run)
        self.card.activated.connect(self._reveal)
        self._layout.addWidget(self.card)

    def clear(self) -> None:
        """Forgets the fault: another run begins."""
        if self.card is not None:
            self.card.hide()
            self.card.setParent(None)
            self.card.deleteLater()
            self.card = None
        self._message = ""

    def refresh(self) -> None:
        """Shows the card where the run still stands at its fault."""
        run = self._run
        if self.card is not None:
            self.card.follow(run.state)
        stands = run.state in {"paused", "stopping", "stopped", "failed"}
        self.setVisible(self.card is not None and stands and run.step >= self._stood)

    def tells(self, message: str) -> bool:
        """Whether this message of a run is the one of the card, shown or past."""
        return self.card is not None and message == self._message

    def _reveal(self) -> None:
        if self.card is not None and self.card.fault.node is not None:
            self.revealed.emit(self.card.fault.node)


def _button(name: str, text: str, tip: str, *, best: bool = False) -> FixButton:
    """A button that steers the run; it looks like a fix, but there is nothing to be undone."""
    button = FixButton(text, best=best)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    return button


def target_step(fault: Fault) -> int:
    """The step to go back to, 0 for the start."""
    return max(0, fault.step - BACK)
