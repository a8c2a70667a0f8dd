"""A picture that a program paints, on the screen and into files alike."""

from abc import abstractmethod

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors


class Painted(QWidget):
    """Shows what `paint` paints; painted anew with the colours, and where the keyboard comes and goes."""

    def __init__(self, name: str, heard: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(heard)
        colors.changed.connect(self.update)

    @abstractmethod
    def paint(self, painter: QPainter, box: QRectF) -> None:
        """Paints the picture into a rectangle."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QRectF(self.rect()))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
