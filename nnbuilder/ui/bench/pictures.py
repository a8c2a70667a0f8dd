"""The shapes of a broadcast as a picture: which dimensions were stretched."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.protocol.bench import BenchLesson
from nnbuilder.ui.common import colors, fonts


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
