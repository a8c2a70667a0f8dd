"""Puts the keyboard where somebody wants to type."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QWidget


def focus_first_field(panel: QWidget) -> bool:
    """Gives the keyboard to the first visible field of a panel; whether there is one."""
    for field in panel.findChildren(QWidget):
        takes_keys = bool(field.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if (
            takes_keys
            and field.isVisible()
            and field.isEnabled()
            and not isinstance(field, QAbstractScrollArea)
        ):
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
