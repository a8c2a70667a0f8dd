"""The buttons that start and steer a run."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from nnbuilder.session.run import Run
from nnbuilder.ui.common import colors
from nnbuilder.ui.common.icons import icon
from nnbuilder.ui.common.primary_button import PrimaryButton

_TIPS = {
    "pause": "Wait before the next step",
    "step": "Do one step and wait",
    "epoch": "Go on to the end of the epoch and wait",
    "stop": "End the run and keep its record",
    "rewind": "Back to the same initial weights, and wait there",
}


class RunControls(QWidget):
    """Train, pause, step, epoch, stop, rewind: each can be pressed only where it does something."""

    def __init__(self, run: Run, flush: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self._flush = flush
        self._blocked = ""
        self.train = PrimaryButton("Train", "train_button", "train", self)
        self.train.clicked.connect(self._train)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.train, 1)
        does = {
            "pause": run.pause,
            "step": self._step,
            "epoch": run.step_epoch,
            "stop": run.stop,
            "rewind": run.rewind,
        }
        self.buttons = {name: _button(name, self) for name in does}
        for name, button in self.buttons.items():
            button.clicked.connect(does[name])
            layout.addWidget(button)
        run.state_changed.connect(self._enable)
        colors.changed.connect(self._paint_icons)
        self._paint_icons()
        self._enable()

    def block(self, why: str) -> None:
        """Keeps a run from being started, with the reason; an empty one lets it start."""
        if why != self._blocked:
            self._blocked = why
            self._enable()

    def _train(self) -> None:
        self._flush()
        if self._run.state == "paused":
            self._run.resume()
        else:
            self._run.start()

    def _step(self) -> None:
        if self._run.state == "paused":
            self._run.step_once()
        elif not self._run.active:
            self._flush()
            self._run.start_stepping()

    def _enable(self) -> None:
        state, active = self._run.state, self._run.active
        startable = not active and not self._blocked
        self.train.setEnabled(startable or state == "paused")
        self.train.setText("Resume" if state == "paused" else "Train")
        why = self._blocked if not active else ""
        self.train.setToolTip(why or ("Go on" if state == "paused" else "Train the network as it is now"))
        for name, enabled in {
            "pause": state in {"starting", "running"},
            "step": state == "paused" or startable,
            "epoch": state == "paused",
            "stop": active and state != "stopping",
            "rewind": state in {"running", "paused"} or (not active and self._run.project is not None),
        }.items():
            self.buttons[name].setEnabled(enabled)

    def _paint_icons(self) -> None:
        for name, button in self.buttons.items():
            button.setIcon(icon(name))


def _button(name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setObjectName(f"{name}_button")
    button.setAccessibleName(name.capitalize())
    button.setToolTip(f"{name.capitalize()}: {_TIPS[name]}")
    button.setIconSize(QSize(16, 16))
    return button
