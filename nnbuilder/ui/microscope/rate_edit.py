"""A learning rate: typed as a number, or set by a slider whose scale is logarithmic."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from nnbuilder.catalog.spec import ArgSpec
from nnbuilder.ui.common.ratio_edit import CalmSlider
from nnbuilder.ui.common.typed_edit import TypedEdit

LOW, HIGH = -5, 2
"""The powers of ten at the ends of the slider."""

_STEPS = 20
"""Places of the slider for each power of ten."""

_FRAME = 34
"""Pixels of the number's frame and arrows."""

_RATE = ArgSpec(
    name="lr",
    kind="float",
    help="The learning rate of a step by hand, as 0.1 or 1e-3; arrow keys step",
    default=0.1,
    minimum=0.0,
    maximum=1000.0,
)


class RateEdit(QWidget):
    """A number beside a slider; `changed` when somebody has set another rate by either.

    `fault_changed` carries why what is typed is no rate, empty once it is one.
    """

    changed = Signal()
    fault_changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.number = TypedEdit(_RATE)
        self.number.setObjectName("microscope_rate")
        self.number.setAccessibleName("Learning rate by hand")
        self.number.setToolTip(_RATE.help)
        self.number.setMinimumWidth(self.number.fontMetrics().horizontalAdvance("0.00001") + _FRAME)
        self.slider = CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("microscope_rate_slider")
        self.slider.setAccessibleName("Learning rate by hand, on a logarithmic scale")
        self.slider.setToolTip("The learning rate from 0.00001 to 100: each tick is ten times the one before")
        self.slider.setRange(LOW * _STEPS, HIGH * _STEPS)
        self.slider.setPageStep(_STEPS)
        self.slider.setTickInterval(_STEPS)
        self.slider.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.slider.setMinimumWidth(56)
        self._follow()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.number)
        row.addWidget(self.slider, 1)
        self.number.committed.connect(self._typed)
        self.number.fault_changed.connect(self._tell)
        self.slider.actionTriggered.connect(self._slid)

    def value(self) -> float:
        """The rate."""
        value = self.number.value
        return float(value) if isinstance(value, int | float) else 0.0

    @property
    def fault(self) -> str:
        """Why what stands in the field is no rate, empty where it is one."""
        return self.number.fault

    def _typed(self) -> None:
        self._follow()
        self.changed.emit()

    def _tell(self, fault: str) -> None:
        self.number.setToolTip(fault or _RATE.help)
        self.fault_changed.emit(fault)

    def _slid(self) -> None:
        """Takes the place to which somebody has moved the slider, with two digits."""
        rate = float(f"{10 ** (self.slider.sliderPosition() / _STEPS):.2g}")
        changed = rate != self.value()
        self.number.set_value(rate)
        self.number.restore()
        if changed:
            self._typed()

    def _follow(self) -> None:
        """Puts the slider where the number is, or at the nearest end."""
        rate = self.value()
        place = round(math.log10(rate) * _STEPS) if rate > 0 else LOW * _STEPS
        if place != self.slider.sliderPosition():
            self.slider.setValue(place)
