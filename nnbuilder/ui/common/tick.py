"""A box to tick that can be seen on a dark ground."""

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QCheckBox, QWidget

from nnbuilder.ui.common import colors


class TickBox(QCheckBox):
    """A check box whose empty square stands out: Fusion draws no outline of it on a dark ground."""

    def __init__(self, name: str, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        colors.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        palette, tokens = self.palette(), colors.current()
        share = 0.14 if tokens.scheme == "dark" else 0.0
        palette.setColor(QPalette.ColorRole.Base, tokens.mixed("field", "text", share))
        self.setPalette(palette)
