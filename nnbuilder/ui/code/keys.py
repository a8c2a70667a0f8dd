"""The keys of the code editor that write no letter, as a table; the shortcut sheet shows them."""

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

KEYS: dict[str, tuple[str, ...]] = {
    "undo": ("Ctrl+Z",),
    "redo": ("Ctrl+Y", "Ctrl+Shift+Z"),
    "find": ("Ctrl+F",),
    "find_next": ("F3",),
    "find_previous": ("Shift+F3",),
    "next_fault": ("F8",),
    "previous_fault": ("Shift+F8",),
    "complete": ("Ctrl+Space",),
    "help": ("Ctrl+Shift+Space",),
    "comment": ("Ctrl+/",),
    "indent": ("Tab",),
    "dedent": ("Shift+Tab", "Shift+Backtab"),
    "home": ("Home",),
    "home_select": ("Shift+Home",),
    "zoom_in": ("Ctrl++", "Ctrl+="),
    "zoom_out": ("Ctrl+-",),
    "zoom_reset": ("Ctrl+0",),
    "escape": ("Esc",),
}
"""What each key means, in Qt's portable text."""

_WORDS = {QKeySequence(key).toString(): word for word, keys in KEYS.items() for key in keys}
_SHIFTED = {Qt.Key.Key_Slash, Qt.Key.Key_Plus, Qt.Key.Key_Equal}


def key_of(event: QKeyEvent) -> str:
    """What a pressed key means; empty where it is only a letter."""
    pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key in _SHIFTED and pressed & Qt.KeyboardModifier.ControlModifier:
        # On many keyboards these signs are typed with Shift.
        pressed &= ~Qt.KeyboardModifier.ShiftModifier
    return _WORDS.get(QKeySequence(QKeyCombination(pressed, key)).toString(), "")
