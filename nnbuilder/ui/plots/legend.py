"""The legend of a plot: words and numbers in the colours of their curves, as many as there is room for."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.plot_picture import Caption

_GAP = 10.0


class Legend(QWidget):
    """Paints entries side by side; the whole text is in the tip.

    `show_entries` takes the same entries in several lengths, the longest first, and shows the first that fit.
    """

    def __init__(self, name: str, alignment: Qt.AlignmentFlag, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setFont(fonts.scaled(0.92))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._alignment = alignment
        self._lengths: tuple[tuple[Caption, ...], ...] = ((),)
        colors.changed.connect(self.update)

    @property
    def shown(self) -> tuple[Caption, ...]:
        """The entries in the length that fits."""
        return next((one for one in self._lengths if self._wide(one) <= self.width()), self._lengths[-1])

    def show_entries(self, *lengths: Sequence[Caption]) -> None:
        """Shows other entries."""
        made = tuple(tuple(one) for one in lengths)
        if made != self._lengths:
            self._lengths = made
            text = ", ".join(word for word, _ in made[0])
            self.setToolTip(text)
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette, metrics = colors.current(), self.fontMetrics()
        entries = self.shown
        right = self._alignment == Qt.AlignmentFlag.AlignRight
        left = max(0.0, self.width() - self._wide(entries)) if right else 0.0
        painter = QPainter(self)
        painter.setFont(self.font())
        for text, token in entries:
            room = self.width() - left
            if room < metrics.averageCharWidth() * 3:
                break
            painter.setPen(palette.color(token))
            fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(room) + 1)
            painter.drawText(QRectF(left, 0, room, self.height()), Qt.AlignmentFlag.AlignVCenter, fitting)
            left += metrics.horizontalAdvance(fitting) + _GAP
        painter.end()

    def _wide(self, entries: Sequence[Caption]) -> float:
        metrics = self.fontMetrics()
        return sum(metrics.horizontalAdvance(text) + _GAP for text, _ in entries) - _GAP
