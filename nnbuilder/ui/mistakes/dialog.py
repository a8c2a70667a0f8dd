"""Chooses mistakes, trains with and without them, and shows both loops and both curves."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from nnbuilder.protocol.mistakes import MISTAKES, Mistake
from nnbuilder.session.mistakes import Mistakes
from nnbuilder.session.session import Session
from nnbuilder.ui.common.labels import TintedLabel, heading
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.plot_frame import PlotFrame
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.common.waiting_bar import WaitingBar
from nnbuilder.ui.mistakes import words
from nnbuilder.ui.mistakes.code import CodeView, loop_lines
from nnbuilder.ui.mistakes.plot import RIGHT, WRONG, PairPlot

_SIZE = QSize(1000, 640)
_FIRST: Mistake = "zero_grad"
_BEGIN = "Choose mistakes and train: a copy of the network learns twice, side by side, from the same weights."
_TRAIN = "Train the network right and with the chosen mistakes (Enter)"
_TRAINING = "The loss of each batch as the loop sees it, smoothed, with the values behind it."
_VALIDATION = "The loss on rows that are not learned from, after each epoch."


class MistakesDialog(QDialog):
    """Shows what `Mistakes` trains; the document and its weights stay as they are."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mistakes")
        self.setWindowTitle("Mistakes beside the right loop")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self._document = session.document
        self.trained = Mistakes(session.document, session.runs_folder, self)
        self.boxes = {
            mistake: TickBox(f"mistakes_{mistake}", words.WORDS[mistake].label, "") for mistake in MISTAKES
        }
        self.right = CodeView("mistakes_right", "The right loop", RIGHT)
        self.wrong = CodeView("mistakes_wrong", "With mistakes", WRONG)
        self.steps = PairPlot("mistakes_steps", "Training loss of both loops", "step", smooth=True)
        self.epochs = PairPlot("mistakes_epochs", "Validation loss of both loops", "epoch", smooth=False)
        self.frames = (
            _frame("mistakes_training", "Training loss", _TRAINING, self.steps),
            _frame("mistakes_validation", "Validation loss", _VALIDATION, self.epochs),
        )
        self.line = wrapping(TintedLabel(_BEGIN, "text"))
        self.line.setObjectName("mistakes.line")
        self.why = wrapping(TintedLabel("", "muted"))
        self.why.setObjectName("mistakes.why")
        self.progress = WaitingBar(
            "mistakes.progress", "Both loops are being trained", "A process of its own trains; Stop ends it"
        )
        self.train = PrimaryButton("Train both", "mistakes.train")
        self.train.setDefault(True)
        self.stop = PlainButton("mistakes.stop", "Stop", "End the training; the curves stay")
        self.close_button = PlainButton("mistakes.close", "Close", "Leave; the network stays as it was")
        self._lay_out()
        self._connect()
        self.boxes[_FIRST].setChecked(True)
        self._review()
        self.follow()

    @property
    def chosen(self) -> frozenset[Mistake]:
        """The mistakes that are chosen and can be made."""
        return frozenset(one for one, box in self.boxes.items() if box.isChecked() and box.isEnabled())

    def follow(self) -> None:
        """Shows what is trained."""
        trained = self.trained
        begun = trained.active
        self.steps.show_values(trained.right.losses, trained.wrong.losses, begun=begun)
        self.epochs.show_values(trained.right.validation, trained.wrong.validation, begun=begun)
        self.progress.setVisible(trained.active)
        held = self.train.hasFocus() or self.stop.hasFocus()
        self.stop.setEnabled(trained.active)
        self._allow()
        if held:  # else the keyboard goes on to a plot when the button that has it is switched off
            (self.stop if trained.active else self.train).setFocus()
        self.line.set_token("error" if trained.trouble and not trained.right.losses else "text")
        self.line.setText(self._told())
        self.why.setText(self._reasons())
        self.why.setVisible(bool(self.why.text()))

    def done(self, result: int) -> None:
        """Closes it, and ends the training."""
        self.trained.task.cancel()
        super().done(result)

    def _told(self) -> str:
        """What is to be said now in one line."""
        trained = self.trained
        if trained.project is None:
            return _BEGIN
        if trained.trouble:
            return trained.trouble
        if trained.end is None:
            steps = len(trained.right.losses)
            return f"Step {steps:,}…" if steps else "Both loops begin…"
        return " ".join(filter(None, (words.verdict(trained.end), trained.end.why)))

    def _reasons(self) -> str:
        """What each mistake that was made does, a line each."""
        trained = self.trained
        if trained.project is None:
            return ""
        notes = trained.end.notes if trained.end else ()
        return "\n".join([*(words.does(one, trained.project) for one in trained.made), *notes])

    def _heed(self, _diff: object) -> None:
        """Follows the document; a method, so that the document lets go of it with the box."""
        self._review()

    def _review(self) -> None:
        """Shows which mistakes can be made in the document, and both loops as they would be."""
        project = self._document.project
        for mistake, box in self.boxes.items():
            why = words.obstacle(mistake, project)
            box.setText(words.label(mistake, project))
            box.setEnabled(not why)
            box.setToolTip(why or words.does(mistake, project))
        self.right.show_lines(loop_lines(project))
        self.wrong.show_lines(loop_lines(project, self.chosen))
        self._allow()

    def _allow(self) -> None:
        """Lets both be trained once there is a mistake to be seen."""
        self.train.setEnabled(bool(self.chosen) and not self.trained.active)
        self.train.setToolTip(_TRAIN if self.chosen else "Choose a mistake first")

    def _connect(self) -> None:
        self.trained.changed.connect(self.follow)
        self.train.clicked.connect(lambda: self.trained.start(self.chosen))
        self.stop.clicked.connect(self.trained.stop)
        self.close_button.clicked.connect(self.close)
        for box in self.boxes.values():
            box.toggled.connect(self._review)
        self._document.changed.connect(self._heed)
        self._document.replaced.connect(self.close)

    def _lay_out(self) -> None:
        choices = QVBoxLayout()
        choices.setSpacing(6)
        choices.addWidget(heading("Mistakes"))
        for box in self.boxes.values():
            choices.addWidget(box)
        choices.addStretch()
        choices.addWidget(self.train)
        choices.addWidget(self.stop)
        grid = QGridLayout()
        grid.setSpacing(10)
        grid.addLayout(choices, 0, 0)
        grid.addWidget(self.right, 0, 1)
        grid.addWidget(self.wrong, 0, 2)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        plots = QHBoxLayout()
        plots.setSpacing(12)
        for frame in self.frames:
            plots.addWidget(frame, 1)
        foot = QHBoxLayout()
        told = QVBoxLayout()
        told.setSpacing(4)
        told.addWidget(self.line)
        told.addWidget(self.why)
        foot.addLayout(told, 1)
        foot.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        column.addLayout(grid)
        column.addWidget(self.progress)
        column.addLayout(plots, 1)
        column.addLayout(foot)
        self.resize(_SIZE)


def _frame(name: str, title: str, sentence: str, plot: PairPlot) -> PlotFrame:
    frame = PlotFrame(name, title, sentence, plot, table=plot.table, paint=plot.paint)
    frame.captions = plot.captions
    return frame
