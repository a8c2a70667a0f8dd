"""Asks how a branch of a run is to go on."""

import math

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.ui.common.labels import TintedLabel, quiet
from nnbuilder.ui.common.page import wrapping
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.primary_button import PrimaryButton
from nnbuilder.ui.common.tick import TickBox

MOST_EPOCHS = 1_000_000


class BranchDialog(QDialog):
    """Offers another learning rate, more epochs and the optimizer of the setup; nothing waits for it.

    `chosen` carries the project that the branch is to train: the run's own with these changes.
    """

    chosen = Signal(object)

    def __init__(
        self,
        where: str,
        project: Project,
        rate: float | None,
        setup: TrainingConfig,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("branch")
        self.setWindowTitle("Branch")
        self.setModal(True)
        self._project = project
        self._setup = _fitting(project.training, setup)
        has_rate = any(arg.name == "lr" for arg in OPTIMIZERS[project.training.optimizer].args)
        self._rate = rate if rate is not None else _rate_of(project.training)
        self.rate = QLineEdit("" if self._rate is None else f"{self._rate:g}")
        self.rate.setEnabled(has_rate)
        self.epochs = QSpinBox()
        words = f"With the optimizer of the training setup: {_told(self._setup)}"
        self.setup = TickBox("branch_setup", words, "Train on as the setup says now")
        self.setup.setVisible(self._setup != project.training)
        self.fault = wrapping(TintedLabel("", "error"))
        self.begin = PrimaryButton("Branch", "branch_begin")
        self.begin.setToolTip("Begin the new run; one that is going on is stopped first")
        self._lay_out(where)
        self.rate.textChanged.connect(self._review)
        self.setup.toggled.connect(self._review)
        self.begin.clicked.connect(self._choose)
        self._review()

    def _lay_out(self, where: str) -> None:
        self._name(self.rate, "branch_rate", "Learning rate", "The learning rate of the branch")
        self._name(self.epochs, "branch_epochs", "Epochs", "After how many epochs the branch ends")
        self.epochs.setRange(1, MOST_EPOCHS)
        self.epochs.setValue(self._project.training.epochs)
        rates = QHBoxLayout()
        rates.addWidget(self.rate, 1)
        for name, text, factor in (("tenth", "÷ 10", 0.1), ("tenfold", "× 10", 10.0)):
            button = PlainButton(f"branch_{name}", text, f"Learning rate {text}")
            button.clicked.connect(lambda _checked=False, factor=factor: self._scale(factor))
            rates.addWidget(button)
        close = PlainButton("branch_close", "Cancel", "Begin no branch")
        close.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(close)
        row.addWidget(self.begin)
        form = QFormLayout(self)
        form.addRow(
            wrapping(quiet(f"{where}: a new run goes on from there. This one keeps its record.", factor=1.0))
        )
        form.addRow("Learning rate", rates)
        form.addRow("Epochs in all", self.epochs)
        form.addRow(self.setup)
        form.addRow(self.fault)
        form.addRow(row)
        self.setMinimumWidth(430)

    def _name(self, widget: QWidget, name: str, heard: str, tip: str) -> None:
        widget.setObjectName(name)
        widget.setAccessibleName(heard)
        widget.setToolTip(tip)

    def _scale(self, factor: float) -> None:
        rate = _positive(self.rate.text())
        if rate is not None:
            self.rate.setText(f"{rate * factor:.6g}")

    def _review(self) -> None:
        """Keeps a rate from being taken that is none."""
        own = self.rate.isEnabled() and not self.setup.isChecked()
        wrong = own and _positive(self.rate.text()) is None
        self.fault.setText("The learning rate is a number above 0, for example 0.001." if wrong else "")
        self.fault.setVisible(wrong)
        self.begin.setEnabled(not wrong)

    def _initial(self, rate: float | None) -> float | None:
        """The rate to begin with of which a schedule makes this one where the branch begins."""
        training = self._project.training
        initial = _rate_of(training)
        if rate is None or training.lr_scheduler is None or not self._rate or initial is None:
            return rate
        return initial * rate / self._rate

    def _choose(self) -> None:
        training = self._project.training
        if self.setup.isChecked():
            training = self._setup
        elif self.rate.isEnabled() and (rate := _positive(self.rate.text())) != self._rate:
            args = {**training.optimizer_args, "lr": self._initial(rate)}
            training = msgspec.structs.replace(training, optimizer_args=args)
        training = msgspec.structs.replace(training, epochs=self.epochs.value())
        self.chosen.emit(msgspec.structs.replace(self._project, training=training))
        self.accept()


def _fitting(own: TrainingConfig, setup: TrainingConfig) -> TrainingConfig:
    """The setup, with what a run cannot change in the middle left as it is."""
    return msgspec.structs.replace(setup, batch_size=own.batch_size, seed=own.seed, epochs=own.epochs)


def _rate_of(training: TrainingConfig) -> float | None:
    """The learning rate that a configuration begins with."""
    initial = {arg.name: arg.start for arg in OPTIMIZERS[training.optimizer].args}
    rate = training.optimizer_args.get("lr", initial.get("lr"))
    return float(rate) if isinstance(rate, float | int) else None


def _told(training: TrainingConfig) -> str:
    rate = _rate_of(training)
    return training.optimizer if rate is None else f"{training.optimizer}, lr {rate:g}"


def _positive(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < math.inf else None
