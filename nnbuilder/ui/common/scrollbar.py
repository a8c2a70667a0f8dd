"""A thin scroll bar without arrows."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider, QWidget

from nnbuilder.ui.common import colors

_WIDTH = 9


class ThinScrollBar(QScrollBar):
    """A scroll bar that shows its handle only."""

    def __init__(
        self, parent: QWidget | None = None, *, orientation: Qt.Orientation = Qt.Orientation.Vertical
    ) -> None:
        super().__init__(orientation, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent, False)
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, 40) if self.orientation() == Qt.Orientation.Vertical else QSize(40, _WIDTH)

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        part = QStyle.SubControl.SC_ScrollBarSlider
        handle = self.style().subControlRect(QStyle.ComplexControl.CC_ScrollBar, option, part, self)
        lively = self.underMouse() or self.isSliderDown()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.current().color("faint" if lively else "border"))
        painter.drawRoundedRect(QRectF(handle).adjusted(*self._inset()), 3, 3)
        painter.end()

    def _inset(self) -> tuple[int, int, int, int]:
        return (2, 1, -1, -1) if self.orientation() == Qt.Orientation.Vertical else (1, 2, -1, -1)
