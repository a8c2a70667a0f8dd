"""The button that mends a problem, as in bubbles and lists."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from nnbuilder.ui.common import colors, fonts

_SIDE = 9
_NARROWEST = 80


class FixButton(QPushButton):
    """A button in the accent colour, filled for the best fix of a problem and soft for the others.

    Where its text is too long, the middle is left out.
    """

    def __init__(self, title: str, parent: QWidget | None = None, *, best: bool = False) -> None:
        super().__init__(title.replace("&", "&&"), parent)
        self._title = title
        self._best = best
        self.setFont(fonts.scaled(0.96, bold=True))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoDefault(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Fix: {title}")
        self.setToolTip(f"Fix: {title} (can be undone)")

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self._title)
        return QSize(width + 2 * _SIDE, self.fontMetrics().height() + 9)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(_NARROWEST, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        edge = palette.color("text" if self._best else "accent")
        painter.setPen(edge if lively else Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("accent" if self._best else "accent_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(palette.color("on_accent" if self._best else "accent"))
        room = self.width() - 2 * _SIDE + 2
        text = self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
        painter.end()
