"""Flat tabs: the current one is underlined."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QTabBar, QTabWidget, QWidget

from nnbuilder.ui.common import colors, fonts

_SIDE = 14


class FlatTabBar(QTabBar):
    """Paints texts with a line below the current one; `side` is the room beside them."""

    def __init__(self, parent: QWidget | None = None, *, side: int = _SIDE) -> None:
        super().__init__(parent)
        self._side = side
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMouseTracking(True)
        self.setUsesScrollButtons(True)
        colors.changed.connect(self.update)

    def tabSizeHint(self, index: int) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.tabText(index))
        return QSize(round(width * 1.12) + 2 * self._side, self.fontMetrics().height() + 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        for index in range(self.count()):
            rect = self.tabRect(index)
            current = index == self.currentIndex()
            hovered = rect.contains(self.mapFromGlobal(self.cursor().pos()))
            painter.setFont(fonts.scaled(1.0, bold=current))
            painter.setPen(palette.color("accent" if current else "text" if hovered else "muted"))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.tabText(index))
            if current:
                line = QRectF(rect.left() + self._side, rect.bottom() - 2, rect.width() - 2 * self._side, 2.5)
                painter.fillRect(line, palette.color("accent"))
                if self.hasFocus():
                    painter.drawRect(rect.adjusted(3, 3, -4, -4))
        painter.setPen(palette.color("border"))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        painter.end()


class FlatTabs(QTabWidget):
    """A tab widget with flat tabs."""

    def __init__(self, parent: QWidget | None = None, *, side: int = _SIDE) -> None:
        super().__init__(parent)
        self.setTabBar(FlatTabBar(side=side))
        self.setDocumentMode(True)
