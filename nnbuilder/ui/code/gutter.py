"""The margin of the editor: line numbers, that of the caret brighter, and a dot where a fault is."""

from collections.abc import Collection
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors


class Lines(Protocol):
    """What the margin asks the editor."""

    def lines_in_view(self) -> list[tuple[int, float, float]]:
        """The lines that can be seen, counted from 0: number, upper edge, height."""
        ...

    def caret_line(self) -> int:
        """The line of the caret, counted from 0."""
        ...

    def line_count(self) -> int:
        """How many lines there are."""
        ...

    def line_at(self, y: int) -> int:
        """The line at a height, counted from 0."""
        ...


_LEFT, _RIGHT = 16, 10


class Gutter(QWidget):
    """Numbers beside the lines; `pressed` carries where the mouse went down and where it is now."""

    pressed = Signal(int, int)

    def __init__(self, lines: Lines, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = lines
        self._faulty: Collection[int] = ()
        self._down = 0
        self.setObjectName("code_lines")
        self.setAccessibleName("Line numbers")
        self.setToolTip("A click selects the line, dragging several")
        colors.changed.connect(self.update)

    def show_faults(self, lines: Collection[int]) -> None:
        """Puts a dot at these lines, counted from 0."""
        if lines != self._faulty:
            self._faulty = lines
            self.update()

    @property
    def wide(self) -> int:
        """How wide it is for as many lines as there are."""
        digits = max(len(str(self._lines.line_count())), 2)
        return _LEFT + self.fontMetrics().horizontalAdvance("9") * digits + _RIGHT

    def sizeHint(self) -> QSize:
        return QSize(self.wide, 0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._down = self._lines.line_at(event.position().toPoint().y())
            self.pressed.emit(self._down, self._down)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.pressed.emit(self._down, self._lines.line_at(event.position().toPoint().y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), palette.color("field"))
        here = self._lines.caret_line()
        height = self.fontMetrics().lineSpacing()  # the first and last line have a margin besides
        for number, top, _ in self._lines.lines_in_view():
            painter.setPen(palette.color("text" if number == here else "faint"))
            box = QRectF(0, top, self.width() - _RIGHT, height)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number + 1)
            )
            if number in self._faulty:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.color("error"))
                painter.drawEllipse(QPointF(8, top + height / 2), 3, 3)
        painter.end()
