"""The arithmetic with the curve that belongs to it: side by side, or one below the other in little room."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from nnbuilder.ui.microscope.curve_view import CurveView
from nnbuilder.ui.microscope.worked_view import WorkedView

_NARROW = 340
"""Pixels below which the curve would leave the arithmetic too few letters in a line."""


class Arithmetic(QWidget):
    """Holds both; the curve takes no room while there is none."""

    def __init__(self, worked: WorkedView, curve: CurveView) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(worked, 3)
        self._row.addWidget(curve, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < _NARROW
        direction = QBoxLayout.Direction
        self._row.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
