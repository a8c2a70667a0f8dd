"""A rounded box around a field to type into."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from nnbuilder.ui.common import colors


class FieldBox(QWidget):
    """A rounded box around a field without a frame."""

    def __init__(self, field: QLineEdit, parent: QWidget | None = None, *, margin: int = 5) -> None:
        super().__init__(parent)
        self._field = field
        field.setFrame(False)
        field.setAttribute(Qt.WidgetAttribute.WA_MacShowFocusRect, False)
        field.installEventFilter(self)
        self.setFocusProxy(field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(7, margin, 5, margin)
        layout.addWidget(field)
        colors.changed.connect(self.update)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color("accent" if self._field.hasFocus() else "border"))
        painter.setBrush(palette.color("field"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.end()
