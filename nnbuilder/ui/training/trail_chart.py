"""How large numbers became from layer to layer in the step that went wrong: one bar for each layer."""

import math

import msgspec
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.ui.common import colors, fonts

MOST = 8
"""So many layers are shown, the last ones: there it went wrong."""

_LEAST = 0.06
"""The shortest bar, as a share of the room."""


class Bar(msgspec.Struct, frozen=True):
    """The largest finite number that left a layer, and whether others were not finite."""

    name: str
    largest: float
    spoiled: bool = False

    @property
    def words(self) -> str:
        """The number as it is written beside the bar."""
        return "not finite" if self.spoiled else size_words(self.largest)


def size_words(number: float) -> str:
    """A magnitude in two digits or three, or a whole number."""
    if 1e3 <= number < 1e5:
        return f"{number:,.0f}"
    return f"{number:.3g}" if 1e-3 <= number < 1e5 or number == 0 else f"{number:.1e}".replace("e+", "e")


class TrailChart(QWidget):
    """Paints bars on a logarithmic scale; the layer that went wrong has a whole one, in red."""

    def __init__(self, name: str, bars: tuple[Bar, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.bars = bars[-MOST:]
        self.setFont(fonts.scaled(0.92))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        words = ", ".join(f"{bar.name} {bar.words}" for bar in self.bars)
        self.setAccessibleName(f"Largest number that left each layer: {words}")
        self.setToolTip("The largest number that left each layer in that step, on a logarithmic scale")
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(180, len(self.bars) * self._row)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    @property
    def _row(self) -> int:
        return self.fontMetrics().height() + 4

    def share(self, bar: Bar) -> float:
        """How much of its room a bar fills."""
        if bar.spoiled:
            return 1.0
        sizes = [math.log10(other.largest) for other in self.bars if other.largest > 0 and not other.spoiled]
        if bar.largest <= 0 or not sizes:
            return _LEAST
        low, high = min(sizes), max(*sizes, min(sizes) + 1.0)
        return _LEAST + (0.92 - _LEAST) * (math.log10(bar.largest) - low) / (high - low)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, metrics = colors.current(), self.fontMetrics()
        names = min(max(metrics.horizontalAdvance(bar.name) for bar in self.bars) + 2, self.width() // 2)
        numbers = max(metrics.horizontalAdvance(bar.words) for bar in self.bars)
        room = max(self.width() - names - numbers - 16, 8)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for place, bar in enumerate(self.bars):
            top = place * self._row
            line = QRectF(0, top, self.width(), self._row)
            name = metrics.elidedText(bar.name, Qt.TextElideMode.ElideMiddle, names)
            painter.setPen(palette.color("text" if bar.spoiled else "muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, bar.words)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color("error" if bar.spoiled else "train"))
            painter.drawRoundedRect(
                QRectF(names + 8, top + self._row / 2 - 3, room * self.share(bar), 6), 2.5, 2.5
            )
        painter.end()
