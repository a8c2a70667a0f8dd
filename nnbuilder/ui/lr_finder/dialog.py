"""Finds a learning rate while the window stays free, and sets it in one undoable edit."""

from collections.abc import Iterator

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.graph.errors import EditRefused
from nnbuilder.project.edits import SetTraining
from nnbuilder.protocol.tasks import FindRate, RateFound
from nnbuilder.session.session import Session
from nnbuilder.session.task import Task
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.waiting_bar import WaitingBar
from nnbuilder.ui.lr_finder.plot import RatePlot

_SIZE = QSize(640, 460)
_SENTENCE = "Where the loss falls fastest the rate is good; where it rises it is too large. Click to choose."
_BEGUN = "A copy of the network trains while its learning rate rises…"


class RateDialog(QDialog):
    """Tests the document as it is; `said` tells when a rate was set. The network's own weights stay."""

    said = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("rate")
        self.setWindowTitle("Find a learning rate")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.task = Task(self)
        self.task.doing.connect(self._tell)
        self.task.answered.connect(self._show)
        self.task.failed.connect(self._fail)
        self.found: RateFound | None = None
        self.line = wrapping(TintedLabel("", "text"))
        self.line.setObjectName("rate.line")
        self.progress = WaitingBar(
            "rate.progress", "The learning rate is being tested", "A process of its own trains; Close ends it"
        )
        self.plot = RatePlot()
        self.frame = PlotFrame(
            "rate_plot",
            "Loss over learning rate",
            _SENTENCE,
            self.plot,
            table=self._table,
            paint=self.plot.paint,
        )
        self.use = PrimaryButton("Use", "rate.use")
        self.use.setToolTip("Train with this learning rate from now on; Undo goes back")
        self.again = PlainButton("rate.again", "Test again", "Test the network as it is drawn now")
        self.close_button = PlainButton("rate.close", "Close", "Leave the learning rate as it is")
        self._lay_out()
        self.use.clicked.connect(self._use)
        self.again.clicked.connect(self.test)
        self.close_button.clicked.connect(self.close)
        self.plot.chosen.connect(lambda _rate: self._enable())
        session.document.replaced.connect(self.close)
        self.test()

    def test(self) -> None:
        """Begins the test."""
        document = self._session.document
        base = str(document.folder) if document.folder else None
        self.progress.show()
        self.line.set_token("text")
        self.line.setText(_BEGUN)
        self.found = None
        self.plot.show_found(None)
        self._enable()
        self.task.start(FindRate(document.project, base, str(self._session.runs_folder())))

    def done(self, result: int) -> None:
        """Closes it, and ends the test."""
        self.task.cancel()
        super().done(result)

    def _show(self, found: RateFound) -> None:
        self.found = found
        self.progress.hide()
        self.plot.show_found(found)
        self.line.setText(_verdict(found))
        self._enable()
        (self.use if found.suggested is not None else self.close_button).setFocus()

    def _tell(self, doing: str) -> None:
        self.line.setText(f"{doing}…")

    def _fail(self, why: str) -> None:
        self.progress.hide()
        self.line.set_token("error")
        self.line.setText(why)
        self._enable()

    def _use(self) -> None:
        rate = self.plot.rate
        if rate is None:
            return
        training = self._session.document.project.training
        args = {**training.optimizer_args, "lr": rate}
        changed = msgspec.structs.replace(training, optimizer_args=args)
        try:
            self._session.document.apply(SetTraining(changed, "lr"))
        except EditRefused as refusal:
            self._fail(str(refusal))
            return
        self.said.emit(f"The learning rate is {rate:g} now.")
        self.close()

    def _enable(self) -> None:
        rate = self.plot.rate
        self.use.setEnabled(rate is not None)
        self.use.setText("Use" if rate is None else f"Use {rate:g}")
        self.use.setAccessibleName(self.use.text())
        self.again.setEnabled(not self.task.active)

    def _table(self) -> Iterator[str]:
        found = self.found
        yield "rate,loss,smoothed\n"
        if found is not None:
            for row in zip(found.rates, found.losses, found.smooth, strict=True):
                yield ",".join(map(repr, row)) + "\n"

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.again)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addWidget(self.line)
        column.addWidget(self.progress)
        column.addWidget(self.frame, 1)
        column.addLayout(buttons)
        self.resize(_SIZE)


def _verdict(found: RateFound) -> str:
    """What the test says, in a sentence or two."""
    if found.suggested is None:
        return found.why
    beyond = f" From {found.diverged:.2g} on it grows beyond bounds." if found.diverged else ""
    return f"The loss falls fastest at {found.suggested:g} and is least at {found.lowest:.2g}.{beyond}"
