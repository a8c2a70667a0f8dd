"""A thin bar that moves while something is being done whose end nobody can tell."""

from PySide6.QtWidgets import QProgressBar, QWidget

_HEIGHT = 6


class WaitingBar(QProgressBar):
    """Says what is being done to those who cannot see it move; `tip` tells how it is ended."""

    def __init__(self, name: str, what: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(what)
        self.setToolTip(tip)
        self.setRange(0, 0)
        self.setTextVisible(False)
        self.setFixedHeight(_HEIGHT)
