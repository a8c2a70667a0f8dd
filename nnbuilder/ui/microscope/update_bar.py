"""Which weight is chosen, and what can be done with its step: apply it as far as wanted, or step by hand."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from nnbuilder.protocol.microscope import Looked, Reach
from nnbuilder.ui.common.choices import ChoiceBox
from nnbuilder.ui.common.labels import quiet
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.common.tick import TickBox
from nnbuilder.ui.microscope.rate_edit import RateEdit

_BUTTONS: tuple[tuple[Reach, str, str], ...] = (
    ("weight", "Weight", "Apply the step to the chosen weight alone; Undo takes it back"),
    ("layer", "Layer", "Apply the step to all parameters of the layer; Undo takes it back"),
    ("all", "All", "Apply the step to the whole network, as optimizer.step() does; Undo takes it back"),
)


class UpdateBar(QWidget):
    """Carries wishes: `applied` how far the step is to reach, `rate_changed` the rate by hand or None.

    `refused` carries why what was typed is no rate; until it is one, no step can be applied.
    """

    applied = Signal(str)
    rate_changed = Signal(object)
    refused = Signal(str)
    layer_chosen = Signal(object)
    parameter_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("microscope_update")
        self.layer = ChoiceBox("microscope_layer", "The layer whose weight is shown")
        self.layer.setMinimumContentsLength(6)
        self.layer.activated.connect(lambda _at: self.layer_chosen.emit(self.layer.currentData()))
        self.parameter = ChoiceBox("microscope_parameter", "The parameter of the layer that is shown")
        self.parameter.setMinimumContentsLength(8)
        self.parameter.activated.connect(lambda _at: self.parameter_chosen.emit(self.parameter.currentText()))
        self.by_hand = TickBox(
            "microscope_by_hand",
            "By hand, lr",
            "Use w - lr·grad, plain descent with this rate, in place of the project's optimizer",
        )
        self.rate = RateEdit()
        self.rate.setEnabled(False)
        self.by_hand.toggled.connect(self._tell_rate)
        self.rate.changed.connect(self._tell_rate)
        self.rate.fault_changed.connect(self._heed)
        self._usable = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(quiet("Weight of"))
        row.addWidget(self.layer)
        row.addWidget(self.parameter)
        row.addWidget(self.by_hand)
        row.addWidget(self.rate)
        row.addStretch()
        self.reaches = QWidget()
        reaches = QHBoxLayout(self.reaches)
        reaches.setContentsMargins(0, 0, 0, 0)
        reaches.addWidget(quiet("Apply to"))
        self.buttons: dict[str, PlainButton] = {}
        for reach, text, tip in _BUTTONS:
            button = PlainButton(f"microscope_apply_{reach}", text, tip)
            button.setMinimumWidth(button.fontMetrics().horizontalAdvance(text) + 16)
            button.clicked.connect(lambda _checked=False, reach=reach: self.applied.emit(reach))
            self.buttons[reach] = button
            reaches.addWidget(button)
        row.addWidget(self.reaches)
        for part in (self.by_hand, self.rate, self.reaches):
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # else the panels beside would move with each stop
            part.setSizePolicy(policy)
        self._show_step(at_step=False)

    def show_looked(self, looked: Looked) -> None:
        """Shows which weight is chosen; away from the step nothing can be applied."""
        self._show_step(at_step=looked.place.stage == "update")
        layers = [place for place in looked.walk if place.stage == "forward" and place.node in looked.owners]
        self.layer.fill([(f"{place.name} {place.layer}", place.node) for place in layers])
        self.layer.show_value(looked.place.node if looked.place.node in looked.owners else looked.owner)
        self.layer.setToolTip(f"The layer whose weight is shown: {self.layer.currentText()}")
        self.parameter.fill([(one.name, one.name) for one in looked.parameters])
        self.parameter.show_value(looked.parameter)
        self.parameter.setToolTip(f"The parameter of the layer that is shown: {looked.parameter}")

    def allow(self, *, usable: bool) -> None:
        """Lets steps be applied, or not."""
        self._usable = usable
        fits = not (self.by_hand.isChecked() and self.rate.fault)
        for button in self.buttons.values():
            button.setEnabled(usable and fits)

    def _heed(self, fault: str) -> None:
        """Lets no step be applied with another rate than the one that is seen."""
        self.allow(usable=self._usable)
        self.refused.emit(fault)

    def _show_step(self, *, at_step: bool) -> None:
        for part in (self.by_hand, self.rate, self.reaches):
            part.setVisible(at_step)

    def _tell_rate(self) -> None:
        self.rate.setEnabled(self.by_hand.isChecked())
        self.allow(usable=self._usable)
        self.rate_changed.emit(self.rate.value() if self.by_hand.isChecked() else None)
