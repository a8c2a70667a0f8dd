"""A view that is painted once and kept as a picture until what it shows changes."""

from abc import abstractmethod

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors


class Sheet(QWidget):
    """Paints by `paint_on`, which pictures and files use too; `paint_marks` comes on top, each time.

    `painted` counts how often the picture was painted anew.
    """

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.painted = 0
        self._picture: QPixmap | None = None
        colors.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Paints anew what changed."""
        self._picture = None
        self.update()

    @abstractmethod
    def paint_on(self, painter: QPainter, area: QRectF) -> None:
        """Paints all of it into a rectangle."""

    def paint_marks(self, painter: QPainter) -> None:
        """Paints what follows the mouse and the keyboard."""

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        size = self.size() * ratio
        if self._picture is None or self._picture.size() != size:
            self.painted += 1
            self._picture = QPixmap(size)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(colors.current().color("canvas"))
            painter = QPainter(self._picture)
            self.paint_on(painter, QRectF(self.rect()))
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        self.paint_marks(painter)
        if self.hasFocus():
            painter.setPen(colors.current().color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
