"""One line of the form: what is varied, over which values."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from nnbuilder.runs.knobs import Knob
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.sweep.suggest import suggested

_TIP = "Values with commas between them, or a range: 0.0001..0.1:4 for four of it, 0.0001..0.1 to pick from"


class AxisRow(QWidget):
    """`changed` says that something else is varied; `removed` that this is not to be varied any more."""

    changed = Signal()
    removed = Signal()

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"sweep_axis_{number}")
        self._knobs: dict[str, Knob] = {}
        self.choice = ChoiceBox(f"sweep_over_{number}", "What is varied")
        self.choice.setMinimumContentsLength(8)
        self.values = QLineEdit()
        self.values.setObjectName(f"sweep_values_{number}")
        self.values.setAccessibleName("Values")
        self.values.setToolTip(_TIP)
        self.values.setPlaceholderText("0.1, 0.01")
        self.remove = QToolButton()
        self.remove.setObjectName(f"sweep_remove_{number}")
        self.remove.setText("×")
        self.remove.setAutoRaise(True)
        self.remove.setToolTip("Do not vary this")
        self.remove.setAccessibleName("Do not vary this")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.choice, 2)
        line.addWidget(self.values, 3)
        line.addWidget(self.remove)
        self.choice.activated.connect(self._choose)
        self.values.textChanged.connect(self.changed)
        self.remove.clicked.connect(self.removed)

    @property
    def typed(self) -> tuple[str, str]:
        """The path of what is varied, and the values as typed."""
        return str(self.choice.currentData() or ""), self.values.text()

    def show_knobs(self, knobs: Sequence[Knob]) -> None:
        """Offers these; what was chosen stays chosen where it is still there."""
        before = [(knob.path, knob.title) for knob in self._knobs.values()]
        self._knobs = {knob.path: knob for knob in knobs}
        if before == [(knob.path, knob.title) for knob in knobs]:
            return
        chosen = self.choice.currentData()
        entries: list[tuple[str, object]] = []
        for place, knob in enumerate(knobs):
            if place and knob.group != knobs[place - 1].group:
                entries.append(("", None))
            entries.append((knob.title, knob.path))
        self.choice.fill(entries)
        if chosen in self._knobs:
            self.choice.show_value(chosen)
        else:
            self.values.clear()
            self.choice.setCurrentIndex(-1)

    def choose(self, path: str) -> None:
        """Varies this, over values around the present one."""
        self.choice.show_value(path)
        self._choose()

    def _choose(self) -> None:
        knob = self._knobs.get(str(self.choice.currentData()))
        self.values.setText(suggested(knob) if knob else "")
        self.values.setCursorPosition(0)
        self.choice.setToolTip(knob.spec.help if knob else "What is varied")
        self.changed.emit()
