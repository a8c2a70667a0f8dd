"""Small words in a heading that switch something on and off."""

from PySide6.QtWidgets import QToolButton, QWidget


def switch(name: str, text: str, tip: str, parent: QWidget) -> QToolButton:
    """A flat button that stays down while it is on."""
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setCheckable(True)
    button.setAutoRaise(True)
    return button
