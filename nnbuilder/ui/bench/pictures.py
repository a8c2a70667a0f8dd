"""A value's numbers as a picture: heat map, grey or coloured image, lines, or the shapes of a broadcast."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.protocol.bench import BenchLesson
from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.heat import ZERO, diverging, image_of

Numbers = NDArray[np.float64]

LINES = 8
"""The most rows that are drawn as lines."""


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


class Picture(QWidget):
    """Shows a picture with square pixels as large as there is room, or the first rows as lines."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setMinimumSize(QSize(80, 50))
        self._how = "heat"
        self._numbers: Numbers = np.zeros((0, 0))
        colors.changed.connect(self.update)

    def show_numbers(self, numbers: Numbers, how: str) -> None:
        """Shows numbers as "heat", "image" or "line"."""
        self._numbers, self._how = numbers, how
        self.setAccessibleName(f"{how} of {' by '.join(map(str, numbers.shape))} numbers")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._numbers.size:
            return
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(6, 6, -6, -6)
        if self._how == "line":
            self._paint_lines(painter, area)
        else:
            picture = heat(self._numbers) if self._how == "heat" else image(self._numbers)
            side = max(min(area.width() / picture.width(), area.height() / picture.height()), 0.01)
            side = float(int(side)) if side > 1 else side
            wide, tall = picture.width() * side, picture.height() * side
            place = QRectF(area.left(), area.center().y() - tall / 2, wide, tall)
            painter.drawImage(place, picture)
            painter.setPen(colors.current().color("border"))
            painter.drawRect(place)
        painter.end()

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


class Shapes(QWidget):
    """The two shapes of a broadcast over each other, aligned at the right; stretched ones are marked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bench_shapes")
        self.setFont(fonts.fixed(0.92))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._lesson: BenchLesson | None = None
        colors.changed.connect(self.update)
        self.hide()

    def show_lesson(self, lesson: BenchLesson | None) -> None:
        """Shows a broadcast; nothing for anything else."""
        self._lesson = lesson if lesson is not None and lesson.kind == "broadcast" else None
        self.setVisible(self._lesson is not None)
        if self._lesson is not None:
            self.setAccessibleName(self._lesson.sentence)
            self.setToolTip(self._lesson.sentence)
            self.setFixedSize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        count = len(self._lesson.shape) if self._lesson else 1
        return QSize(round(52 + count * self._wide), 3 * (self.fontMetrics().height() + 7))

    @property
    def _wide(self) -> float:
        return self.fontMetrics().horizontalAdvance("1000 → 1000") + 8.0

    def paintEvent(self, event: QPaintEvent) -> None:
        lesson = self._lesson
        if lesson is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows = (
            ("left", lesson.left, lesson.stretched[0]),
            ("right", lesson.right, lesson.stretched[1]),
            ("result", lesson.shape, ()),
        )
        for line, (word, shape, stretched) in enumerate(rows):
            self._paint_shape(painter, line, word, shape, stretched, lesson.shape)
        painter.end()

    def _paint_shape(
        self,
        painter: QPainter,
        line: int,
        word: str,
        shape: tuple[int, ...],
        stretched: tuple[int, ...],
        whole: tuple[int, ...],
    ) -> None:
        palette, tall = colors.current(), self.fontMetrics().height() + 7
        painter.setPen(palette.color("muted"))
        painter.drawText(QRectF(0, line * tall, 50, tall), Qt.AlignmentFlag.AlignVCenter, word)
        for place, size in enumerate(whole):
            own = place - (len(whole) - len(shape))
            box = QRectF(52 + place * self._wide, line * tall + 2, self._wide - 5, tall - 4)
            text = f"{shape[own] if own >= 0 else '·'} → {size}" if place in stretched else str(size)
            pen = QPen(palette.color("high" if place in stretched else "border"), 1.2)
            if place in stretched:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(palette.color("high", 0.12) if place in stretched else palette.color("field"))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(palette.color("text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
