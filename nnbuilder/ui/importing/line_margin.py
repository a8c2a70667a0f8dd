"""The margin beside a text: the number of each line, and a bar where something of it is taken or wrong."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors

_LEFT, _RIGHT, _BAR = 14, 10, 3

TOKENS = {"error": "error", "warning": "warning", "asked": "accent", "taken": "ok"}
"""The colour of the bar for each kind of line."""

Lines = Callable[[], Iterable[tuple[int, float, float]]]
"""The lines in view: number counted from 1, upper edge, height."""


class LineMargin(QWidget):
    """Paints numbers and bars; `lines` tells what is in view."""

    def __init__(self, lines: Lines, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = lines
        self._marks: Mapping[int, str] = {}
        self._count = 1
        self.setObjectName("import.lines")
        self.setAccessibleName("Line numbers")
        self.setToolTip("Bars: green is taken, blue asks, yellow and red are told of at the right")
        colors.changed.connect(self.update)

    @property
    def wide(self) -> int:
        """How wide it is for as many lines as there are."""
        digits = max(len(str(self._count)), 2)
        return _LEFT + self.fontMetrics().horizontalAdvance("9") * digits + _RIGHT

    def count(self, lines: int) -> None:
        """Makes room for the numbers of so many lines."""
        self._count = lines

    def mark(self, lines: Mapping[int, str]) -> None:
        """Puts bars at these lines, counted from 1, each a kind of `TOKENS`."""
        self._marks = lines
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.wide, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), palette.color("field"))
        for number, top, height in self._lines():
            kind = self._marks.get(number)
            if kind is not None:
                painter.fillRect(QRectF(3, top, _BAR, height), palette.color(TOKENS[kind]))
            painter.setPen(palette.color("faint" if kind is None else "text"))
            box = QRectF(0, top, self.width() - _RIGHT, height)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(number))
        painter.end()
