"""A push button of a box, with all that every control has."""

from PySide6.QtWidgets import QPushButton, QWidget


class PlainButton(QPushButton):
    """A button with a name and a tip, which Enter does not press from elsewhere in its box."""

    def __init__(self, name: str, text: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        self.setAutoDefault(False)
