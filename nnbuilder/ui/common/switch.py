"""Small words in a heading that switch something on and off."""

from PySide6.QtWidgets import QToolButton, QWidget

from nnbuilder.ui.common import fonts


def switch(name: str, text: str, tip: str, parent: QWidget) -> QToolButton:
    """A flat button that stays down while it is on."""
    button = QToolButton(parent)
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    button.setAccessibleDescription(tip)
    button.setCheckable(True)
    button.setAutoRaise(True)
    button.setFont(fonts.scaled(0.9))
    return button
