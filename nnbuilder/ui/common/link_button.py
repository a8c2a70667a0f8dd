"""A button that looks like a word of text: for what is secondary on a card."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from nnbuilder.ui.common import colors, fonts

_SIDE = 2
"""Pixels between its edge and its text."""

_ARROW = 11


class LinkButton(QAbstractButton):
    """Shows its text in the colour of a token, underlined under the mouse.

    With `opens` it can be checked and has an arrow, which points down while it is.
    """

    def __init__(
        self, text: str, color: str = "accent", parent: QWidget | None = None, *, opens: bool = False
    ) -> None:
        super().__init__(parent)
        self._color = color
        self._opens = opens
        self.setText(text)
        self.setCheckable(opens)
        self.setFont(fonts.scaled(0.94, bold=color == "accent"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(text)
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        width = self.fontMetrics().horizontalAdvance(self.text()) + 2 * _SIDE + _ARROW * self._opens
        return QSize(width, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leaves the arrows to the list around, which goes from card to card."""
        if event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        color = palette.color(self._color if self.isEnabled() else "faint")
        if self.hasFocus():
            painter.setPen(palette.color("accent"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if self._opens:
            self._paint_arrow(painter, QPen(color, 1.6))
        font = self.font()
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.setPen(color)
        text = self.rect().adjusted(_SIDE + _ARROW * self._opens, 0, 0, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()

    def _paint_arrow(self, painter: QPainter, pen: QPen) -> None:
        """An angle that points right, or down while the button is checked."""
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        middle, reach = QPointF(_SIDE + 3.5, self.height() / 2), 3.0
        if self.isChecked():
            points = [QPointF(-reach, -reach / 2), QPointF(0, reach / 2), QPointF(reach, -reach / 2)]
        else:
            points = [QPointF(-reach / 2, -reach), QPointF(reach / 2, 0), QPointF(-reach / 2, reach)]
        painter.drawPolyline(QPolygonF([middle + point for point in points]))
