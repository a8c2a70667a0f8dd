"""Labels as used all over the window: headings, quiet text, values; always plain text."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from nnbuilder.ui.common import colors, fonts


class TintedLabel(QLabel):
    """A label whose text has the colour of a token and follows the theme."""

    def __init__(self, text: str, token: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._token = token
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setForegroundRole(QPalette.ColorRole.WindowText)
        self._tint()
        colors.changed.connect(self._tint)

    def set_token(self, token: str) -> None:
        """Gives the text the colour of another token."""
        if token != self._token:
            self._token = token
            self._tint()

    def _tint(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, colors.current().color(self._token))
        self.setPalette(palette)


def heading(text: str, *, factor: float = 1.0, parent: QWidget | None = None) -> TintedLabel:
    """A bold label."""
    label = TintedLabel(text, "text", parent)
    label.setFont(fonts.scaled(factor, bold=True))
    return label


def quiet(text: str = "", *, factor: float = 0.92, parent: QWidget | None = None) -> TintedLabel:
    """A small label in the muted colour."""
    label = TintedLabel(text, "muted", parent)
    label.setFont(fonts.scaled(factor))
    return label


def value(text: str = "", *, factor: float = 0.96, parent: QWidget | None = None) -> TintedLabel:
    """A fixed-width label for numbers, shapes and code, selectable by mouse."""
    label = TintedLabel(text, "text", parent)
    label.setFont(fonts.fixed(factor))
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
