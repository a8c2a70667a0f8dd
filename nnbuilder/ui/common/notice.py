"""A coloured box with one sentence, and a button where something can be done about it."""

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from nnbuilder.ui.common import colors
from nnbuilder.ui.common.labels import TintedLabel
from nnbuilder.ui.common.page import wrapping

_SOFT = {"warning": "warning_soft", "error": "error_soft", "accent": "accent_soft"}


class Notice(QWidget):
    """Says one thing in the colour of a token; hidden while there is nothing to say."""

    pressed = Signal()

    def __init__(self, name: str, token: str, button: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._token = token
        self._label = wrapping(TintedLabel("", "text"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 8, 11, 8)
        layout.addWidget(self._label)
        self.button = QPushButton(button, self)
        self.button.setObjectName(f"{name}_button")
        self.button.setAccessibleName(button)
        self.button.setToolTip(button)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self._pressed)
        self.button.setVisible(bool(button))
        layout.addWidget(self.button)
        colors.changed.connect(self.update)
        self.hide()

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def show_text(self, text: str, *, button: bool = False) -> None:
        """Says this, with its button or without; hides where the text is empty."""
        self._label.setText(text)
        self.setAccessibleName(text)
        self.button.setVisible(button)
        self.setVisible(bool(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = colors.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color(self._token))
        painter.setBrush(palette.color(_SOFT[self._token]))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.end()

    def _pressed(self) -> None:
        self.pressed.emit()
