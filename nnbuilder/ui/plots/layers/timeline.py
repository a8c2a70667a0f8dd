"""A slider over the steps of a run: look at an earlier one, or follow the newest."""

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from nnbuilder.ui.common.labels import quiet

_TIP = "Drag to look at an earlier step; arrow keys go one by one, End follows the newest step"
_WIDEST = "step 10,000,000 of 10,000,000"


class Timeline(QWidget):
    """Chooses one of the steps that are known; at its right end it follows the newest."""

    moved = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers_timeline")
        self._steps: list[int] = []
        self._at: int | None = None
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("layers_time")
        self.slider.setToolTip(_TIP)
        self.slider.setAccessibleName("Step that is shown")
        self.slider.setAccessibleDescription(_TIP)
        self.slider.setRange(0, 0)
        self.label = quiet()
        self.label.setMinimumWidth(self.label.fontMetrics().horizontalAdvance(_WIDEST))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.slider, 1)
        row.addWidget(self.label)
        self.slider.valueChanged.connect(self._slid)

    @property
    def at(self) -> int | None:
        """The step to look at, None for the newest."""
        return self._at

    def set_steps(self, steps: Sequence[int]) -> None:
        """Takes over the steps that are known now; a chosen one stays unless the run went back."""
        self._steps = list(steps)
        if self._at is not None and (not steps or self._at >= steps[-1]):
            self._at = None
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(len(steps) - 1, 0))
        place = len(steps) - 1 if self._at is None else bisect_right(steps, self._at) - 1
        self.slider.setValue(max(place, 0))
        self.slider.blockSignals(False)
        self.slider.setEnabled(len(steps) > 1)
        self._write()

    def go_to(self, step: int | None) -> None:
        """Looks at the last step that is known up to this one, or at the newest."""
        newest = step is None or not self._steps or step >= self._steps[-1]
        place = len(self._steps) - 1 if newest or step is None else bisect_right(self._steps, step) - 1
        self.slider.setValue(max(place, 0))

    def _slid(self, place: int) -> None:
        newest = place >= len(self._steps) - 1
        self._at = None if newest else self._steps[place]
        self._write()
        self.moved.emit()

    def _write(self) -> None:
        if not self._steps:
            self.label.setText("")
        elif self._at is None:
            self.label.setText(f"step {self._steps[-1]:,}, the newest")
        else:
            self.label.setText(f"step {self._at:,} of {self._steps[-1]:,}")
