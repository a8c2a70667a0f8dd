"""Buttons of the toolbar: rounded boxes, one of them in the accent colour."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QToolButton, QWidget

from nnbuilder.ui.common import colors, fonts
from nnbuilder.ui.common.icons import icon

_ICON = 14
_SIDE = 12


class BarButton(QToolButton):
    """Shows an action as a rounded box with its icon (if it has one) and text.

    `also` are texts that the action takes at other times: the button keeps a width that fits all of them.
    """

    def __init__(
        self,
        action: QAction,
        image: str = "",
        parent: QWidget | None = None,
        *,
        primary: bool = False,
        also: tuple[str, ...] = (),
    ) -> None:
        super().__init__(parent)
        self._image = image
        self._primary = primary
        self._also = also
        self.setDefaultAction(action)
        self.setFont(fonts.scaled(1.0, bold=primary))
        self.setObjectName(f"bar.{action.objectName()}")
        self.setAccessibleName(action.text())
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        action.changed.connect(self.updateGeometry)
        colors.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        texts = (self.text(), *self._also)
        width = max(self.fontMetrics().horizontalAdvance(text) for text in texts) + 2 * _SIDE
        width += _ICON + 6 if self._image else 0
        return QSize(width, self.fontMetrics().height() + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        filled = self._primary and self.isEnabled()
        ground = "accent" if filled else "hover" if self._lively() else "raised"
        painter.setPen(palette.color("accent" if filled or self.hasFocus() else "border"))
        color = palette.color(ground)
        painter.setBrush(color.darker(108) if filled and self._lively() else color)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        token = "on_accent" if filled else "text" if self.isEnabled() else "faint"
        self._paint_content(painter, token)
        painter.end()

    def _lively(self) -> bool:
        return self.isEnabled() and (self.underMouse() or self.isDown())

    def _paint_content(self, painter: QPainter, token: str) -> None:
        text = self.rect()
        if self._image:
            wide = self.fontMetrics().horizontalAdvance(self.text()) + _ICON + 6
            left = (self.width() - wide) // 2
            spot = QRect(left, (self.height() - _ICON) // 2, _ICON, _ICON)
            icon(self._image, token).paint(painter, spot)
            text = text.adjusted(left + _ICON + 6, 0, -left, 0)
        painter.setPen(colors.current().color(token))
        painter.drawText(text, Qt.AlignmentFlag.AlignCenter, self.text())


class Pill(QAbstractButton):
    """A short text in a soft rounded box that can be pressed."""

    def __init__(self, name: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolTip(tip)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        colors.changed.connect(self.update)

    def show_text(self, text: str) -> None:
        """Says something else."""
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        font = fonts.scaled(0.94, bold=True)
        self.setFont(font)
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 22, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self.sizeHint()
        box = QRect(0, (self.height() - size.height()) // 2, size.width(), size.height())
        lively = self.underMouse() or self.hasFocus()
        painter.setPen(palette.color("accent") if lively else Qt.PenStyle.NoPen)
        painter.setBrush(palette.color("accent_soft"))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(palette.color("accent"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()
