"""A learning rate: typed as a number, or set by a slider whose scale is logarithmic."""

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QSlider, QWidget

LOW, HIGH = -5, 2
"""The powers of ten at the ends of the slider."""

_STEPS = 20
"""Places of the slider for each power of ten."""


_FRAME = 34
"""Pixels of the number's frame and arrows."""


class RateEdit(QWidget):
    """A number beside a slider; `changed` when somebody has set another rate by either."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.number = _Number()
        self.number.setObjectName("microscope_rate")
        self.number.setAccessibleName("Learning rate by hand")
        self.number.setToolTip("The learning rate of a step by hand")
        self.number.setDecimals(6)
        self.number.setRange(0.0, 1000.0)
        self.number.setValue(0.1)
        self.number.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.number.setKeyboardTracking(False)
        self.number.setMinimumWidth(self.number.fontMetrics().horizontalAdvance("0.00001") + _FRAME)
        self.slider = QSlider(Qt.Orientation.Horizontal)
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
        self.number.valueChanged.connect(self._typed)
        self.slider.actionTriggered.connect(self._slid)

    def value(self) -> float:
        """The rate."""
        return self.number.value()

    def _typed(self) -> None:
        self._follow()
        self.changed.emit()

    def _slid(self) -> None:
        """Takes the place to which somebody has moved the slider, with two digits."""
        self.number.setValue(float(f"{10 ** (self.slider.sliderPosition() / _STEPS):.2g}"))

    def _follow(self) -> None:
        """Puts the slider where the number is, or at the nearest end."""
        rate = self.number.value()
        place = round(math.log10(rate) * _STEPS) if rate > 0 else LOW * _STEPS
        if place != self.slider.sliderPosition():
            self.slider.setValue(place)


class _Number(QDoubleSpinBox):
    """A number without the zeros at its end."""

    def textFromValue(self, value: float) -> str:
        point = self.locale().decimalPoint()
        return self.locale().toString(value, "f", self.decimals()).rstrip("0").rstrip(point)
