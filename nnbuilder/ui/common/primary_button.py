"""The one button of a panel that stands out: flat, in the accent colour."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.icons import icon

_ICON = 16


class PrimaryButton(QPushButton):
    """A button painted in the accent colour while it can be pressed."""

    def __init__(self, text: str, name: str, icon_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name = icon_name
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setFont(fonts.scaled(bold=True))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self.text()) + 28 + (_ICON + 6 if self._icon_name else 0)
        return QSize(width, metrics.height() + 12)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        fill = palette.mixed("accent", "text", 0.14 if self.isDown() else 0.07 if self.underMouse() else 0.0)
        border = palette.color("text" if self.hasFocus() else "accent")
        painter.setBrush(fill if enabled else palette.color("raised"))
        painter.setPen(QPen(border if enabled else palette.color("border"), 1.0))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setPen(palette.color("on_accent" if enabled else "faint"))
        width = self.fontMetrics().horizontalAdvance(self.text())
        shift = (_ICON + 6) // 2 if self._icon_name else 0
        painter.drawText(self.rect().translated(shift, 0), Qt.AlignmentFlag.AlignCenter, self.text())
        if self._icon_name:
            left = self.rect().center().x() + shift - width // 2 - _ICON - 6
            place = QRect(left, self.rect().center().y() - _ICON // 2 + 1, _ICON, _ICON)
            icon(self._icon_name, "on_accent" if enabled else "faint").paint(painter, place)
        painter.end()
