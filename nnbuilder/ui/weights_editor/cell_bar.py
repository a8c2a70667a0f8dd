"""One number of a parameter: its place, its value to type, and a slider to feel what it does."""

import math

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSlider, QWidget

from nnbuilder.ui.common.labels import value as value_label
from nnbuilder.ui.common.plain_button import PlainButton
from nnbuilder.ui.weights_editor.model import number_of

STEPS = 1000
"""Steps of the slider on each side of zero."""

PAUSE_MS = 500
"""How long after the last key a value of the slider counts as meant."""


NARROW = 380
"""The width from which on all stands in one row."""


class CellBar(QWidget):
    """Carries values away: `tried` while the slider moves, `meant` when it is left, `all_meant` for all.

    `refused` says why what was typed is no number, empty where it is one.
    """

    tried = Signal(float)
    meant = Signal(float)
    all_meant = Signal(float)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 1.0
        self._value = 0.0
        self._showing = False
        self._grid = QGridLayout(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._settle)
        self.place = value_label("")
        self.field = QLineEdit()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.all = PlainButton(
            "weight_all", "Set all", "Give every number of this parameter the value that is typed"
        )
        self._lay_out()
        self.field.returnPressed.connect(self._typed)
        self.slider.valueChanged.connect(self._moved)
        self.slider.sliderReleased.connect(self._settle)
        self.all.clicked.connect(self._set_all)

    def show_cell(self, place: str, value: float, limit: float) -> None:
        """Shows a number; the slider reaches as far as `limit` on both sides."""
        self._pause.stop()
        self._limit, self._value = limit, value
        self.place.setText(place)
        self.slider.setToolTip(f"Drag to change {place or 'the number'} between {-limit:.3g} and {limit:.3g}")
        self._write(value)
        self._showing = True
        share = value / limit if math.isfinite(value) else 0.0  # no place on a slider is nan's
        self.slider.setValue(round(min(max(share, -1.0), 1.0) * STEPS))
        self._showing = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Gives the slider a row of its own where it would be too short to be drawn by hand."""
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        if narrow != (self._grid.itemAtPosition(1, 0) is not None):
            self._grid.removeWidget(self.slider)
            self._grid.addWidget(self.slider, int(narrow), 0 if narrow else 2, 1, 4 if narrow else 1)

    def _write(self, value: float) -> None:
        if not (self.field.hasFocus() and self.field.isModified()):
            self.field.setText(f"{value:.6g}")
            self.field.setCursorPosition(0)

    def _moved(self, place: int) -> None:
        if self._showing:
            return
        self._value = float(f"{place / STEPS * self._limit:.6g}")
        self.field.setModified(False)
        self._write(self._value)
        self.refused.emit("")
        self.tried.emit(self._value)
        if not self.slider.isSliderDown():
            self._pause.start()

    def _settle(self) -> None:
        self._pause.stop()
        self.meant.emit(self._value)

    def _typed(self) -> None:
        if (number := self._number()) is not None:
            self._value = number
            self.meant.emit(number)

    def _set_all(self) -> None:
        if (number := self._number()) is not None:
            self.all_meant.emit(number)

    def _number(self) -> float | None:
        """What stands in the field; None where it is no number, which is told."""
        found = number_of(self.field.text())
        self.refused.emit(found if isinstance(found, str) else "")
        if isinstance(found, str):
            return None
        self.field.setModified(False)
        return found

    def _lay_out(self) -> None:
        self.place.setObjectName("weight_place")
        self.place.setAccessibleName("Place of the chosen number")
        self.place.setToolTip("The chosen number, as Python names its place")
        self.field.setObjectName("weight_value")
        self.field.setAccessibleName("Value of the chosen number")
        self.field.setToolTip("Type a number, or arithmetic like 1/3, and press Enter")
        self.field.setMaximumWidth(92)
        self.slider.setObjectName("weight_slider")
        self.slider.setAccessibleName("Value of the chosen number, by slider")
        self.slider.setRange(-STEPS, STEPS)
        self.slider.setPageStep(STEPS // 10)
        for place, part in enumerate((self.place, self.field, self.slider, self.all)):
            self._grid.addWidget(part, 0, place)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(2, 1)
