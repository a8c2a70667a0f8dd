"""What a user can trigger, as values: menus, toolbar and shortcuts are built from a table of these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec
from PySide6.QtCore import QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence

Scope = Literal["window", "drawing"]

_TIP = "tip"
_REASON = "reason"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a user can trigger.

    `name` is stable (`file.save`), `menu` the title of the menu that lists it (empty: none), `keys` its
    shortcuts in Qt's portable text, the first one shown. `icon` names a file of `resources/icons`.
    `separator` starts a new section in the menu. `checkable` actions carry a tick. Keys of the "drawing" work
    where the drawing has the keyboard, so that they can be plain letters. `words` are more words to find the
    action by.
    """

    name: str
    text: str
    tip: str
    menu: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    separator: bool = False
    checkable: bool = False
    scope: Scope = "window"
    words: tuple[str, ...] = ()


def build_actions(
    table: Iterable[Action], handlers: Mapping[str, Callable[[], object]], parent: QObject
) -> dict[str, QAction]:
    """One QAction for each row, connected to the handler of its name; a KeyError names a missing handler."""
    return {row.name: _build(row, handlers[row.name], parent) for row in table}


def set_keys(action: QAction, keys: Sequence[str]) -> None:
    """Gives an action other shortcuts; its tip tells the first one."""
    action.setShortcuts([QKeySequence(key) for key in keys])
    _show_tip(action)


def set_tip(action: QAction, tip: str) -> None:
    """Gives an action another tip, to which its shortcut is added."""
    action.setProperty(_TIP, tip)
    _show_tip(action)


def set_usable(action: QAction, reason: str = "") -> None:
    """Lets an action be used, or says in one sentence why it cannot be."""
    action.setEnabled(not reason)
    if action.property(_REASON) != reason:
        action.setProperty(_REASON, reason)
        _show_tip(action)


def reason_against(action: QAction) -> str:
    """Why an action cannot be used now; empty where it can be."""
    return "" if action.isEnabled() else str(action.property(_REASON) or "This is not possible now.")


def key_text(action: QAction) -> str:
    """The first shortcut of an action as the platform writes it."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def key_pressed(event: QKeyEvent, actions: Mapping[str, QAction]) -> str:
    """The name of the action whose shortcut was pressed; empty where it is none of these."""
    pressed = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    wanted = QKeySequence(QKeyCombination(pressed, Qt.Key(event.key())))
    return next((name for name, action in actions.items() if wanted in action.shortcuts()), "")


def _show_tip(action: QAction) -> None:
    hint, reason = key_text(action), action.property(_REASON)
    tip = f"{action.property(_TIP)} ({hint})" if hint else str(action.property(_TIP))
    action.setToolTip(f"{tip}\n{reason}" if reason else tip)


def _build(row: Action, handler: Callable[[], object], parent: QObject) -> QAction:
    action = QAction(row.text, parent)
    action.setObjectName(row.name)
    if row.scope == "drawing":
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    action.setProperty(_TIP, row.tip)
    set_keys(action, row.keys)
    action.setCheckable(row.checkable)
    action.triggered.connect(lambda _checked=False: handler())
    return action
