"""The row that steers a run that waits or has ended: back by steps, another rate, more epochs."""

from PySide6.QtWidgets import QHBoxLayout, QSpinBox, QToolButton, QVBoxLayout, QWidget

from nnbuilder.session.run import Run
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.plain_button import PlainButton

MOST = 1_000_000


class SteeringRow(QWidget):
    """Shows only what can be done where the run stands."""

    def __init__(self, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("steering")
        self._run = run
        self.back = PlainButton("steer_back", "Go back", "To where the run was so many steps ago")
        self.steps = _spin("steer_steps", "Steps to go back", " steps", 10)
        self.rate = quiet("")
        self.rate.setObjectName("steer_rate")
        self.slower = _small("steer_slower", "÷ 10", "A tenth of the learning rate from now on")
        self.faster = _small("steer_faster", "× 10", "Ten times the learning rate from now on")
        self.more = PlainButton("steer_more", "Train on", "From the end of this run for so many epochs more")
        self.epochs = _spin("steer_epochs", "Epochs to train on", " epochs", 10)
        self._waiting, self._over = QWidget(), QWidget()
        self._lay_out()
        self.back.clicked.connect(lambda: run.go_back(self.steps.value()))
        self.slower.clicked.connect(lambda: run.scale_rate(0.1))
        self.faster.clicked.connect(lambda: run.scale_rate(10.0))
        self.more.clicked.connect(lambda: run.go_on(self.epochs.value()))
        run.state_changed.connect(self._review)
        run.progressed.connect(self._review)
        self._review()

    def _lay_out(self) -> None:
        waiting = QVBoxLayout(self._waiting)
        for parts in ((self.back, self.steps), (self.rate, self.slower, self.faster)):
            line = QHBoxLayout()
            line.setSpacing(6)
            for part in parts:
                line.addWidget(part, part is parts[0])
            waiting.addLayout(line)
        over = QHBoxLayout(self._over)
        over.addWidget(self.more, 1)
        over.addWidget(self.epochs)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for page, layout in ((self._waiting, waiting), (self._over, over)):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(6)
            column.addWidget(page)

    def _review(self) -> None:
        run = self._run
        self._waiting.setVisible(run.state == "paused")
        self._over.setVisible(run.can_go_on)
        self.setVisible(run.state == "paused" or run.can_go_on)
        if run.state == "paused":
            self.back.setEnabled(run.step > 0)
            rate = run.learning_rate
            for part in (self.rate, self.slower, self.faster):
                part.setVisible(rate is not None)
            self.rate.setText("" if rate is None else f"Learning rate {rate:.6g}")


def _small(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setAccessibleName(f"Learning rate {text}")
    button.setToolTip(tip)
    return button


def _spin(name: str, heard: str, suffix: str, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setAccessibleName(heard)
    spin.setToolTip(heard)
    spin.setRange(1, MOST)
    spin.setValue(value)
    spin.setSuffix(suffix)
    return spin
