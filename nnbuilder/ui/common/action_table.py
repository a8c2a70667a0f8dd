"""What a user can trigger, as values: menus, toolbar and shortcuts are built from a table of these."""

from collections.abc import Callable, Iterable, Mapping

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a user can trigger.

    `name` is stable (`file.save`), `menu` the title of the menu that lists it (empty: none), `keys` its
    shortcuts in Qt's portable text, the first one shown. `icon` names a file of `resources/icons`.
    `separator` starts a new section in the menu. `checkable` actions carry a tick.
    """

    name: str
    text: str
    tip: str
    menu: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    separator: bool = False
    checkable: bool = False


def build_actions(
    table: Iterable[Action], handlers: Mapping[str, Callable[[], object]], parent: QObject
) -> dict[str, QAction]:
    """One QAction for each row, connected to the handler of its name; a KeyError names a missing handler."""
    return {row.name: _build(row, handlers[row.name], parent) for row in table}


def _build(row: Action, handler: Callable[[], object], parent: QObject) -> QAction:
    action = QAction(row.text, parent)
    action.setObjectName(row.name)
    action.setShortcuts([QKeySequence(key) for key in row.keys])
    hint = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{row.tip} ({hint})" if hint else row.tip)
    action.setCheckable(row.checkable)
    action.triggered.connect(lambda _checked=False: handler())
    return action
