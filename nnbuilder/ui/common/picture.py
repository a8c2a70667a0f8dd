"""An array's numbers as a picture: a heat map, a grey or coloured image, or lines."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.heat import ZERO, diverging, image_of

Numbers = NDArray[np.float64]
Array = NDArray[np.generic]

Window = tuple[Sequence[int], Sequence[int]]
"""The rows and the columns of a window in rising order; those outside of the picture lie in its padding."""

WAYS = (
    ("Table", "table"),
    ("Heat map", "heat"),
    ("Image", "image"),
    ("Histogram", "histogram"),
    ("Lines", "line"),
)
"""The ways in which a tensor can be shown, with their names."""

LINES = 8
"""The most rows that are drawn as lines."""


def slices(array: Array) -> list[Array]:
    """The matrices that an array consists of: itself as one row where it has fewer dimensions."""
    if array.ndim < 2:
        return [array.reshape(1, -1)]
    return list(array.reshape(-1, *array.shape[-2:])) if array.size else [array.reshape(0, 0)]


def heat(numbers: Numbers) -> QImage:
    """A matrix in two colours around zero."""
    most = float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)) or 1.0
    places = np.where(np.isfinite(numbers), np.rint(numbers / most * (ZERO - 1)) + ZERO, 0)
    return image_of(diverging(colors.current())[places.clip(0, 255).astype(np.uint8)])


def image(numbers: Numbers) -> QImage:
    """Brightness (rows, columns), or colours (3, rows, columns) or (rows, columns, 3), from least to most."""
    if numbers.ndim == 3 and numbers.shape[0] == 3:
        numbers = np.moveaxis(numbers, 0, -1)
    clean = np.nan_to_num(numbers, posinf=0.0, neginf=0.0)
    low, high = (float(clean.min()), float(clean.max())) if clean.size else (0.0, 1.0)
    bright = np.rint((clean - low) / ((high - low) or 1.0) * 255).astype(np.uint8)
    if bright.ndim == 2:
        bright = np.repeat(bright[..., None], 3, axis=2)
    full = np.full((*bright.shape[:2], 1), 255, np.uint8)
    return image_of(np.concatenate((bright, full), axis=2))


_STEPS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Picture(QWidget):
    """Shows a picture with square pixels as large as there is room, or the first rows as lines.

    `pixel_chosen` carries row and column of a pixel that was clicked. A chosen pixel and a window of places
    can be framed; a window may reach over the edge, as one over padding does.
    """

    pixel_chosen = Signal(int, int)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMinimumSize(QSize(80, 50))
        self._how = "heat"
        self._numbers: Numbers = np.zeros((0, 0))
        self._chosen: QPoint | None = None
        self._window: Window | None = None
        self._place = QRectF()
        self._side = 1.0
        colors.changed.connect(self.update)

    def show_numbers(self, numbers: Numbers, how: str) -> None:
        """Shows numbers as "heat", "image" or "line"; nothing is framed."""
        self._numbers, self._how = numbers, how
        self._chosen = self._window = None
        self.setAccessibleName(f"{how} of {' by '.join(map(str, numbers.shape))} numbers")
        self.update()

    def frame(self, chosen: tuple[int, int] | None, window: Window | None) -> None:
        """Frames the pixel at a row and a column, and the places of a window's rows and columns."""
        self._chosen = None if chosen is None else QPoint(chosen[1], chosen[0])
        self._window = window if window is not None and all(map(len, window)) else None
        self.update()

    def rect_of(self, rows: Sequence[int], columns: Sequence[int]) -> QRectF:
        """Where these rows and columns are painted."""
        side = self._side
        return QRectF(
            self._place.left() + columns[0] * side,
            self._place.top() + rows[0] * side,
            (columns[-1] - columns[0] + 1) * side,
            (rows[-1] - rows[0] + 1) * side,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from the chosen pixel to the next."""
        step = _STEPS.get(Qt.Key(event.key()))
        if step is None or self._chosen is None or self._how == "line":
            super().keyPressEvent(event)
            return
        rows, columns = self._shape
        row, column = self._chosen.y() + step[0], self._chosen.x() + step[1]
        self.pixel_chosen.emit(min(max(row, 0), rows - 1), min(max(column, 0), columns - 1))

    @property
    def _shape(self) -> tuple[int, int]:
        """Rows and columns of the picture."""
        numbers = self._numbers
        if numbers.ndim == 3 and numbers.shape[0] == 3:
            return numbers.shape[1], numbers.shape[2]
        return numbers.shape[0], numbers.shape[1]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position()
        if self._how == "line" or not self._place.contains(spot):
            super().mousePressEvent(event)
            return
        away = (spot - self._place.topLeft()) / self._side
        self.pixel_chosen.emit(int(away.y()), int(away.x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._numbers.size:
            return
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        if self._how == "line":
            self._paint_lines(painter, area)
        else:
            self._paint_pixels(painter, area)
        painter.end()

    def _paint_pixels(self, painter: QPainter, area: QRectF) -> None:
        picture = heat(self._numbers) if self._how == "heat" else image(self._numbers)
        over = self._overlap(picture.height(), picture.width())
        wide, tall = picture.width() + 2 * over, picture.height() + 2 * over
        side = max(min(area.width() / wide, area.height() / tall), 0.01)
        self._side = side = float(int(side)) if side > 1 else side
        self._place = QRectF(
            area.left() + over * side,
            area.center().y() - picture.height() * side / 2,
            picture.width() * side,
            picture.height() * side,
        )
        painter.drawImage(self._place, picture)
        painter.setPen(colors.current().color("border"))
        painter.drawRect(self._place)
        self._paint_frames(painter)

    def _overlap(self, rows: int, columns: int) -> int:
        """How many places a window reaches over the edge at most."""
        if self._window is None:
            return 0
        down, across = self._window
        return max(0, -down[0], -across[0], down[-1] - rows + 1, across[-1] - columns + 1)

    def _paint_frames(self, painter: QPainter) -> None:
        """The places of the window one by one where they lie apart, its border, and the chosen pixel."""
        palette = colors.current()
        if self._window is not None:
            rows, columns = self._window
            apart = any(places[-1] - places[0] >= len(places) for places in self._window)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            if apart and self._side >= 3:
                painter.setPen(QPen(palette.color("accent", 0.7), 1.0))
                for row in rows:
                    for column in columns:
                        painter.drawRect(self.rect_of(range(row, row + 1), range(column, column + 1)))
            _frame(painter, self.rect_of(rows, columns), "accent")
        if self._chosen is not None:
            row, column = self._chosen.y(), self._chosen.x()
            _frame(painter, self.rect_of(range(row, row + 1), range(column, column + 1)), "accent")

    def _paint_lines(self, painter: QPainter, area: QRectF) -> None:
        palette = colors.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = self._numbers.reshape(-1, self._numbers.shape[-1])[:LINES]
        clean = rows[np.isfinite(rows)]
        low, high = (float(clean.min()), float(clean.max())) if clean.size else (0.0, 1.0)
        spread = (high - low) or 1.0
        area = area.adjusted(0, 4, -70, -4)
        for place, row in enumerate(rows):
            painter.setPen(QPen(palette.mixed("train", "validation", place / max(1, len(rows) - 1)), 1.6))
            steps = np.linspace(area.left(), area.right(), len(row)) if len(row) > 1 else [area.left()]
            points = [
                QPointF(float(x), area.bottom() - (float(y) - low) / spread * area.height())
                for x, y in zip(steps, row, strict=True)
                if np.isfinite(y)
            ]
            painter.drawPolyline(QPolygonF(points))
            for point in points if len(points) <= 40 else []:
                painter.drawEllipse(point, 2, 2)
        painter.setPen(palette.color("muted"))
        painter.drawText(QPointF(area.right() + 6, area.top() + 8), f"{high:.4g}")
        painter.drawText(QPointF(area.right() + 6, area.bottom()), f"{low:.4g}")


def _frame(painter: QPainter, rect: QRectF, token: str) -> None:
    """A frame that is seen on light and on dark pixels: a line of the theme in one of its ground."""
    palette = colors.current()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(palette.color("window"), 4.0))
    painter.drawRect(rect)
    painter.setPen(QPen(palette.color(token), 2.0))
    painter.drawRect(rect)
