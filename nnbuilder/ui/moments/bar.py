"""The slider of the time machine, with what can be done at a moment."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSlider, QToolButton, QWidget

from nnbuilder.session.run import Run
from nnbuilder.session.time_machine import TimeMachine
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.elided import ElidedLabel
from nnbuilder.ui.common.icons import icon
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.moments import words

_SLIDER_TIP = "Drag to look at an earlier moment of this run; the right end is the present"
_BUTTONS = {
    "now": ("Now", "Come back to the present"),
    "use": ("Use weights", "Let the project stand at the weights of this moment; undo takes it back"),
    "back": ("Go back", "Take the run itself back to this moment; what came after it is forgotten"),
    "branch": ("Branch…", "Begin a new run from this moment, with another learning rate or optimizer"),
}


class TimeBar(QWidget):
    """One position for each moment that is kept and one for the present; hidden where there is none.

    `branch_wanted` asks for a branch from the moment that is looked at, or from the last one.
    """

    branch_wanted = Signal(int)

    def __init__(self, machine: TimeMachine, run: Run, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("time_bar")
        self.setAccessibleName("Time machine")
        self._machine = machine
        self._run = run
        self._steps: tuple[int, ...] = ()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("time_slider")
        self.slider.setAccessibleName("Moment of the run")
        self.slider.setToolTip(_SLIDER_TIP)
        self.slider.setPageStep(5)
        self.slider.setMinimumWidth(120)
        self.when = TintedLabel("", "text")
        self.when.setObjectName("time_when")
        self.line = ElidedLabel("", "muted")
        self.line.setObjectName("time_line")
        self.line.setFont(fonts.scaled(0.92))
        self.buttons = {name: _button(name, self) for name in _BUTTONS}
        self._lay_out()
        self.slider.valueChanged.connect(self._moved)
        self.buttons["now"].clicked.connect(machine.leave)
        self.buttons["use"].clicked.connect(machine.use_weights)
        self.buttons["back"].clicked.connect(self.go_back)
        self.buttons["branch"].clicked.connect(self._branch)
        self._leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, machine.leave)
        self._leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        machine.changed.connect(self.refresh)
        run.progressed.connect(self._progressed)
        colors.changed.connect(self._paint_icon)
        self.refresh()

    def earlier(self) -> None:
        """Looks at the moment before."""
        self.slider.setValue(self.slider.value() - 1)

    def later(self) -> None:
        """Looks at the moment after, at last at the present."""
        self.slider.setValue(self.slider.value() + 1)

    def go_back(self) -> None:
        """Takes the run back to the moment that is looked at."""
        moment = self._machine.moment
        if moment is not None:
            self._run.go_back(self._run.step - moment.step)
            self._machine.leave()

    def refresh(self) -> None:
        """Shows the run's moments, and the one that is looked at."""
        self._steps = self._machine.steps
        self.setVisible(bool(self._steps))
        if not self._steps:
            return
        moment = self._machine.moment
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(self._steps))
        known = [step for step in self._steps if moment is not None and step <= moment.step]
        self.slider.setValue(len(self._steps) if moment is None else max(0, len(known) - 1))
        self.slider.blockSignals(False)
        self._tell()
        past = moment is not None
        steerable = self._run.state in {"running", "paused"}
        self.buttons["now"].setEnabled(past)
        self.buttons["use"].setEnabled(past and not self._machine.waiting)
        self.buttons["back"].setEnabled(past and steerable)
        self.buttons["branch"].setEnabled(self._run.state not in {"starting", "stopping"})

    def _tell(self) -> None:
        moment, past = self._machine.moment, self._machine.past
        if moment is None:
            self.when.setText("Now")
            text = words.when(self._run, self._run.step).lower()
        else:
            self.when.setText(words.when(self._run, moment.step))
            shown = words.metrics_line(past.message) if past and not self._machine.waiting else ""
            parts = (words.ago(self._run, moment.step), shown)
            text = self._machine.trouble or " · ".join(filter(None, parts))
        self.when.set_token("text" if moment is None else "accent")
        self.line.setText(text)
        self.line.setToolTip(text)
        self.slider.setAccessibleDescription(f"{self.when.text()} {text}")

    def _progressed(self) -> None:
        if self.isVisible():
            self._tell()

    def _moved(self, place: int) -> None:
        if place >= len(self._steps):
            self._machine.leave()
        else:
            self._machine.visit(self._steps[place])

    def _branch(self) -> None:
        moment = self._machine.moment
        self.branch_wanted.emit(self._steps[-1] if moment is None else moment.step)

    def _paint_icon(self) -> None:
        self._sign.setPixmap(icon("history").pixmap(QSize(16, 16)))

    def _lay_out(self) -> None:
        self._sign = TintedLabel("", "muted")
        self._sign.setToolTip("Time machine")
        self._paint_icon()
        self.when.setMinimumWidth(self.fontMetrics().horizontalAdvance("Step 88,888 · epoch 888"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 6)
        row.setSpacing(8)
        row.addWidget(self._sign)
        row.addWidget(self.slider, 4)
        row.addWidget(self.when)
        row.addWidget(self.line, 5)
        for button in self.buttons.values():
            row.addWidget(button)


def _button(name: str, parent: QWidget) -> QToolButton:
    text, tip = _BUTTONS[name]
    button = QToolButton(parent)
    button.setObjectName(f"time_{name}")
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setFont(fonts.scaled(0.92))
    return button
