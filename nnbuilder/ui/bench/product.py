"""A matrix product drawn as it is formed: the row of the left and the column of the right that meet."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.protocol.codec import Arrays
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.picture import Numbers, heat

GAP = 10
"""Pixels between the matrices."""

_WIDE, _TALL = 46.0, 22.0
_READABLE = 34.0
_LINED = 6.0
_MOVES = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class ProductView(QWidget):
    """The right matrix above, the left one beside the result; `cell_chosen` carries a place in the result."""

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench_product")
        self.setToolTip("Click a number of the result, or walk by the arrow keys, to see what it is made of")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(170)
        self._result, self._left, self._right = _NOTHING, _NOTHING, _NOTHING
        self.cell = (0, 0)
        colors.changed.connect(self.update)
        self.hide()

    def show_product(self, arrays: Arrays) -> None:
        """Shows a product with its operands; nothing for anything else."""
        shown = len(arrays) == 3 and all(array.ndim == 2 and array.size for array in arrays)
        self.setVisible(shown)
        if shown:
            self._result, self._left, self._right = (array.astype(np.float64) for array in arrays)
            self.updateGeometry()
            self.choose(0, 0)

    def choose(self, row: int, column: int) -> None:
        """Marks a number of the result with what it is made of."""
        rows, columns = self._result.shape
        self.cell = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
        self.setAccessibleName(
            f"Result [{self.cell[0]}, {self.cell[1]}]: row {self.cell[0]} of the left, "
            f"column {self.cell[1]} of the right"
        )
        self.update()

    def sizeHint(self) -> QSize:
        wide = self._left.shape[1] + self._right.shape[1]
        tall = self._left.shape[0] + self._right.shape[0]
        return QSize(round(min(wide * _WIDE, 320) + GAP + 8), round(min(tall * _TALL, 300) + GAP + 8))

    @property
    def places(self) -> tuple[QRectF, QRectF, QRectF]:
        """Where the left matrix, the right one and the result are drawn."""
        (rows, inner), columns = self._left.shape, self._right.shape[1]
        wide = min((self.width() - GAP - 6) / (inner + columns), _WIDE)
        tall = min((self.height() - GAP - 6) / (inner + rows), _TALL)
        across, down = 3 + inner * wide + GAP, 3 + inner * tall + GAP
        left = QRectF(3, down, inner * wide, rows * tall)
        right = QRectF(across, 3, columns * wide, inner * tall)
        return left, right, QRectF(across, down, columns * wide, rows * tall)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._result.size:
            return
        painter = QPainter(self)
        painter.setFont(fonts.fixed(0.82))
        left, right, result = self.places
        for place, numbers in ((left, self._left), (right, self._right), (result, self._result)):
            self._paint_matrix(painter, place, numbers)
        row, column = self.cell
        (rows, _), columns = self._left.shape, self._right.shape[1]
        tall, wide = left.height() / rows, right.width() / columns
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.current().color("accent"), 2.0))
        painter.drawRect(QRectF(left.left(), left.top() + row * tall, left.width(), tall))
        painter.drawRect(QRectF(right.left() + column * wide, right.top(), wide, right.height()))
        painter.drawRect(QRectF(result.left() + column * wide, result.top() + row * tall, wide, tall))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Chooses a number of the result, or the row or column that was clicked."""
        found = self._under(event.position().toPoint())
        if found is not None:
            self._tell(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go to the next number of the result."""
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            self._tell(self.cell[0] + move[0], self.cell[1] + move[1])

    def _under(self, point: QPoint) -> tuple[int, int] | None:
        left, right, result = self.places
        rows, columns = self._result.shape
        row = int((point.y() - left.top()) / (left.height() / rows))
        column = int((point.x() - right.left()) / (right.width() / columns))
        if result.contains(point):
            return row, column
        if left.contains(point):
            return row, self.cell[1]
        return (self.cell[0], column) if right.contains(point) else None

    def _tell(self, row: int, column: int) -> None:
        self.choose(row, column)
        self.cell_chosen.emit(*self.cell)

    def _paint_matrix(self, painter: QPainter, place: QRectF, numbers: Numbers) -> None:
        palette = colors.current()
        rows, columns = numbers.shape
        wide, tall = place.width() / columns, place.height() / rows
        painter.setOpacity(0.55)
        painter.drawImage(place, heat(numbers))
        painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.color("border"), 1.0))
        painter.drawRect(place)
        if wide >= _READABLE and tall >= painter.fontMetrics().height():
            painter.setPen(palette.color("text"))
            for (row, column), number in np.ndenumerate(numbers):
                cell = QRectF(place.left() + column * wide, place.top() + row * tall, wide, tall)
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, f"{number:.3g}")
        elif min(wide, tall) >= _LINED:
            for at in range(1, columns):
                x = place.left() + at * wide
                painter.drawLine(round(x), round(place.top()), round(x), round(place.bottom()))
            for at in range(1, rows):
                y = place.top() + at * tall
                painter.drawLine(round(place.left()), round(y), round(place.right()), round(y))


_NOTHING: Numbers = np.zeros((0, 0))
