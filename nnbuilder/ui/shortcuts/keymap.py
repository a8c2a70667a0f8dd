"""Which keys trigger which action: the table's, changed by what the user chose, kept in the settings."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtGui import QAction, QKeySequence

from nnbuilder.ui.common.action_table import Action, set_keys

FIXED = (
    (("Arrow keys",), "Walk the chain; with Shift the selection grows"),
    (("Home", "End"), "First and last layer of the chain"),
    (("Tab", "Shift+Tab"), "Next and previous layer or port; Enter on a port draws an edge"),
    (("Esc",), "Cancel a gesture, leave a port, close a bubble, deselect"),
    (("Space", "Middle button"), "Drag the view"),
    (("Wheel", "Pinch"), "Zoom about the mouse"),
    (("Alt+drag",), "Duplicate the dragged layers"),
)
"""What keys and the mouse do on the canvas that no action of the table does; it cannot be changed."""

IN_CODE = (
    (("Ctrl+Space",), "List what may be written: layers, arguments, their values"),
    (("Ctrl+Shift+Space",), "Show the arguments of the call"),
    (("Ctrl+/",), "Make the lines comments, or code again"),
    (("Tab", "Shift+Tab"), "Indent lines further or less; Ctrl+Tab leaves the text"),
    (("Ctrl+F", "F3", "Shift+F3"), "Find in the text, next place, place before"),
    (("F8", "Shift+F8"), "Next and previous fault of the text"),
    (("Ctrl+Z", "Ctrl+Y"), "Undo and redo: what is typed and not read first, then the drawing"),
    (("Ctrl++", "Ctrl+-", "Ctrl+0"), "Larger and smaller letters, also by Ctrl+wheel"),
)
"""What keys do in the text of the code panel; they cannot be changed either."""

_GROUP = "shortcuts"
_TAKEN = ("Left", "Right", "Up", "Down", "Home", "End", "Tab", "Shift+Tab", "Esc", "Space")


class Keymap(QObject):
    """The shortcuts in use; `changed` comes after each change."""

    changed = Signal()

    def __init__(
        self,
        table: Iterable[Action],
        actions: Mapping[str, QAction],
        settings: QSettings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rows = {row.name: row for row in table}
        self._actions = actions
        self._settings = settings
        self._own: dict[str, tuple[str, ...]] = {}
        self._load()

    @property
    def rows(self) -> Iterable[Action]:
        """All actions, in the order of the table."""
        return self._rows.values()

    def row(self, name: str) -> Action:
        """The row of the table with this name."""
        return self._rows[name]

    def keys(self, name: str) -> tuple[str, ...]:
        """The shortcuts of an action in Qt's portable text, the one that is shown first."""
        return self._own.get(name, self._rows[name].keys)

    def is_changed(self, name: str) -> bool:
        """Whether the user chose the shortcuts of this action."""
        return name in self._own

    def holder(self, key: str, besides: str = "") -> str:
        """What a key does already: the text of an action, or a sentence; empty where it is free."""
        wanted = QKeySequence(key)
        if any(QKeySequence(taken) == wanted for taken in _TAKEN):
            return "walking on the canvas, which always has this key"
        name = self.action_with(key, besides)
        return self._rows[name].text.rstrip("…") if name else ""

    def action_with(self, key: str, besides: str = "") -> str:
        """The name of the action that a key triggers; empty where there is none."""
        wanted = QKeySequence(key)
        return next(
            (
                name
                for name in self._rows
                if name != besides and any(QKeySequence(own) == wanted for own in self.keys(name))
            ),
            "",
        )

    def assign(self, name: str, keys: Sequence[str]) -> None:
        """Gives an action these keys, and takes them from every other one."""
        portable = tuple(QKeySequence(key).toString() for key in keys)
        for key in portable:
            if other := self.action_with(key, name):
                kept = [own for own in self.keys(other) if QKeySequence(own) != QKeySequence(key)]
                self._set(other, tuple(kept))
        self._set(name, portable)
        self.changed.emit()

    def reset(self, name: str) -> None:
        """Gives an action the keys of the table again, taking them from those that got them meanwhile."""
        self.assign(name, self._rows[name].keys)

    def reset_all(self) -> None:
        """Forgets all that the user chose."""
        for name in list(self._own):
            self._set(name, self._rows[name].keys)
        self.changed.emit()

    def _set(self, name: str, keys: tuple[str, ...]) -> None:
        if _same(keys, self._rows[name].keys):
            self._own.pop(name, None)
            self._settings.remove(f"{_GROUP}/{name}")
        else:
            self._own[name] = keys
            self._settings.setValue(f"{_GROUP}/{name}", "\n".join(keys))
        set_keys(self._actions[name], self.keys(name))

    def _load(self) -> None:
        """Takes over what the settings hold; what makes no sense there is left aside."""
        for name in self._rows:
            stored = self._settings.value(f"{_GROUP}/{name}")
            if not isinstance(stored, str):
                continue
            keys = [key for key in stored.split("\n") if key]
            if all(QKeySequence(key).count() for key in keys):
                self._own[name] = tuple(keys)
                set_keys(self._actions[name], keys)


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    return [QKeySequence(key) for key in one] == [QKeySequence(key) for key in other]
