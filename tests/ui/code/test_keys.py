"""The keys of the editor and the sheet that tells of them say the same."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from nnbuilder.ui.code.keys import KEYS, key_of
from nnbuilder.ui.shortcuts.keymap import IN_CODE
from tests.ui.code.conftest import CONTROL, NONE, SHIFT


def pressed(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> str:
    """What a pressed key means."""
    return key_of(QKeyEvent(QEvent.Type.KeyPress, key, modifiers))


def test_keys_have_meanings() -> None:
    assert pressed(Qt.Key.Key_Z, CONTROL) == "undo"
    assert pressed(Qt.Key.Key_Backtab, SHIFT) == "dedent"
    assert pressed(Qt.Key.Key_Slash, CONTROL | SHIFT) == "comment"
    assert pressed(Qt.Key.Key_Plus, CONTROL | SHIFT) == "zoom_in"
    assert pressed(Qt.Key.Key_Slash) == ""
    assert pressed(Qt.Key.Key_A) == ""


def test_the_sheet_tells_only_what_is_true() -> None:
    known = {QKeySequence(key).toString() for keys in KEYS.values() for key in keys}
    told = {QKeySequence(key).toString() for keys, _ in IN_CODE for key in keys}
    assert told <= known
