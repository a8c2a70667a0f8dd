"""The box that finds actions: shows where each lives, its shortcut, or why it cannot be used now."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common.action_table import Action, key_text, reason_against
from nnbuilder.ui.common.finder import Finder
from nnbuilder.ui.common.found_row import Row
from nnbuilder.ui.common.fuzzy import score


class ActionSearch(Finder):
    """Finds actions of the table and triggers one.

    `more` answers with actions that no table knows, panels and themes for example, under the title of their
    menu.
    """

    def __init__(
        self,
        table: Iterable[Action],
        actions: Mapping[str, QAction],
        host: QWidget,
        more: Callable[[], Mapping[str, Iterable[QAction]]] = dict,
    ) -> None:
        super().__init__("action_search", "Find action", "Find an action", host)
        self._table = tuple(table)
        self._actions = actions
        self._more = more
        self._found: list[QAction] = []
        self.typed.connect(self._search)
        self.accepted.connect(self._do)

    @property
    def found(self) -> list[QAction]:
        """The actions in the order in which they are shown."""
        return self._found

    def _search(self, text: str) -> None:
        scored: list[tuple[bool, int, QAction, str]] = []
        for action, menu, words in self._all():
            fit = score(text, action.text().replace("&", ""), (*words, menu, action.toolTip()))
            if fit is not None:
                scored.append((not action.isEnabled(), fit, action, menu))
        if text:
            scored.sort(key=lambda item: item[1])
        self._found = [action for _, _, action, _ in scored]
        self.show_rows([_row(action, menu) for _, _, action, menu in scored])
        self.say("" if scored else "No action fits.")

    def _all(self) -> Iterable[tuple[QAction, str, tuple[str, ...]]]:
        for row in self._table:
            yield self._actions[row.name], row.menu, row.words
        for menu, actions in self._more().items():
            for action in actions:
                yield action, menu, ()

    def _do(self) -> None:
        if not 0 <= self.current < len(self._found):
            return
        action = self._found[self.current]
        reason = reason_against(action)
        if reason:
            self.say(reason, "warning")
            return
        self.close_box()
        self.field.clear()
        QTimer.singleShot(0, action, action.trigger)  # once the keyboard is back where it was


def _row(action: QAction, menu: str) -> Row:
    reason = reason_against(action)
    return Row(action.text().replace("&", ""), reason or menu, key_text(action), usable=not reason)
