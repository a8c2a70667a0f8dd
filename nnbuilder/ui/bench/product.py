"""A product drawn as it is formed: the row of the left and the column of the right that meet."""

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.ui.bench.matrices import Meeting, Product
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.picture import Numbers, heat

GAP = 10
"""Pixels between the matrices."""

_WIDE, _TALL = 46.0, 22.0
_READABLE = 34.0
_LINED = 6.0
_MOVES = {
    Qt.Key.Key_Up: (0, -1, 0),
    Qt.Key.Key_Down: (0, 1, 0),
    Qt.Key.Key_Left: (0, 0, -1),
    Qt.Key.Key_Right: (0, 0, 1),
    Qt.Key.Key_PageUp: (-1, 0, 0),
    Qt.Key.Key_PageDown: (1, 0, 0),
}


class ProductView(QWidget):
    """The right matrix above, the left one beside the result; of several matrices one after the other.

    `cell_chosen` carries a number of the result, all counted through.
    """

    cell_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench_product")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(170)
        self._product: Product | None = None
        self._result, self._left, self._right = _NOTHING, _NOTHING, _NOTHING
        self._matrix = 0
        self.cell = (0, 0)
        colors.changed.connect(self.update)
        self.hide()

    def show_product(self, product: Product | None) -> None:
        """Shows a product with its two sides; nothing for anything else."""
        self._product = product
        self.setVisible(product is not None)
        if product is not None:
            several = "; Page Up and Page Down go to the next matrix" if product.batch else ""
            self.setToolTip(f"Click a number of the result, or walk by the arrow keys{several}")
            self.choose(0)
            self.updateGeometry()

    def choose(self, at: int) -> None:
        """Marks a number of the result with what it is made of; nothing where no product is shown."""
        if self._product is None:
            return
        meeting = self._product.meeting(at)
        self._matrix, self.cell = meeting.matrix, (meeting.row, meeting.column)
        self._result, self._left, self._right = self._product.matrices(self._matrix)
        said = f"row {meeting.row} of the left, column {meeting.column} of the right"
        self.setAccessibleName(f"{self.caption}  Result [{meeting.row}, {meeting.column}]: {said}".strip())
        self.update()

    def turn(self, matrix: int) -> None:
        """Goes to the same place of another matrix."""
        if self._product is not None and self._product.count > 1 and matrix != self._matrix:
            self._tell(matrix, *self.cell)

    @property
    def caption(self) -> str:
        """Which matrices are shown; empty where there is one of each."""
        return self._product.named(self._matrix) if self._product is not None else ""

    def sizeHint(self) -> QSize:
        wide = self._left.shape[1] + self._right.shape[1]
        tall = self._left.shape[0] + self._right.shape[0]
        across = max(round(min(wide * _WIDE, 320)), self._caption_wide)
        return QSize(across + GAP + 8, round(min(tall * _TALL, 300) + GAP + 8 + self._above))

    @property
    def places(self) -> tuple[QRectF, QRectF, QRectF]:
        """Where the left matrix, the right one and the result are drawn."""
        (rows, inner), columns = self._left.shape, self._right.shape[1]
        wide = min((self.width() - GAP - 6) / (inner + columns), _WIDE)
        tall = min((self.height() - self._above - GAP - 6) / (inner + rows), _TALL)
        above = self._above + 3
        across, down = 3 + inner * wide + GAP, above + inner * tall + GAP
        left = QRectF(3, down, inner * wide, rows * tall)
        right = QRectF(across, above, columns * wide, inner * tall)
        return left, right, QRectF(across, down, columns * wide, rows * tall)

    @property
    def _above(self) -> int:
        """Room for the caption."""
        return self.fontMetrics().height() if self.caption else 0

    @property
    def _caption_wide(self) -> int:
        return QFontMetrics(fonts.fixed(0.82)).horizontalAdvance(self.caption)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._result.size:
            return
        painter = QPainter(self)
        painter.setFont(fonts.fixed(0.82))
        if self.caption:
            painter.setPen(colors.current().color("muted"))
            painter.drawText(3, painter.fontMetrics().ascent() + 1, self.caption)
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
            self._tell(self._matrix, *found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrow keys go to the next number of the result, Page Up and Page Down to the next matrix."""
        move = _MOVES.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
        else:
            matrix, row, column = move
            self._tell(self._matrix + matrix, self.cell[0] + row, self.cell[1] + column)

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

    def _tell(self, *place: int) -> None:
        """Chooses a place, or the nearest there is, and tells of it."""
        if self._product is None:
            return
        ends = (self._product.count, *self._product.size)
        matrix, row, column = (min(max(one, 0), end - 1) for one, end in zip(place, ends, strict=True))
        at = self._product.at(Meeting(matrix, row, column))
        self.choose(at)
        self.cell_chosen.emit(at)

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
        if wide >= _READABLE and tall >= painter.fontMetrics().ascent():
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
