"""Builds the menu bar from the table of actions, and the menus whose content changes."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar

from nnbuilder.catalog import registry
from nnbuilder.project.resources import examples
from nnbuilder.ui.actions import ACTIONS, MENUS
from nnbuilder.ui.theme import MODES, Theme


def fill_menu_bar(bar: QMenuBar, actions: Mapping[str, QAction]) -> dict[str, QMenu]:
    """Adds all menus in order; answers with them by title."""
    menus = {title: bar.addMenu(f"&{title}") for title in MENUS}
    for row in ACTIONS:
        menu = menus[row.menu]
        if row.separator:
            menu.addSeparator()
        menu.addAction(actions[row.name])
    for menu in menus.values():
        menu.setToolTipsVisible(True)
    return menus


def add_recent(
    menu: QMenu, before: QAction, files: Callable[[], Iterable[Path]], opened: Callable[[Path], object]
) -> None:
    """A menu of recent files, made anew each time it is shown."""
    recent = _insert(menu, before, "Open recent")

    def fill() -> None:
        recent.clear()
        for path in files():
            add(recent, path.name, partial(opened, path)).setToolTip(str(path))
        if recent.isEmpty():
            recent.addAction("No recent files").setEnabled(False)

    recent.aboutToShow.connect(fill)


def add_examples(menu: QMenu, before: QAction, opened: Callable[[str], object]) -> None:
    """A menu of the shipped projects."""
    shipped = _insert(menu, before, "Open example")
    for example in examples():
        add(shipped, example.title, partial(opened, example.name)).setToolTip(example.summary)


def add_layers(menu: QMenu, before: QAction, chosen: Callable[[str], object]) -> None:
    """A menu of all layers, for those who use no mouse."""
    layers = _insert(menu, before, "Add layer")
    for group, specs in registry.groups():
        sub = layers.addMenu(group)
        sub.setToolTipsVisible(True)
        for spec in specs:
            add(sub, spec.name, partial(chosen, spec.name)).setToolTip(spec.summary)


def add_themes(menu: QMenu, theme: Theme) -> None:
    """The switch between light and dark."""
    themes = menu.addMenu("Theme")
    group = QActionGroup(themes)
    for mode in MODES:
        action = add(themes, mode.capitalize(), partial(theme.set_mode, mode))
        action.setCheckable(True)
        action.setChecked(theme.mode == mode)
        action.setObjectName(f"theme.{mode}")
        group.addAction(action)


def add(menu: QMenu, text: str, handler: Callable[[], object]) -> QAction:
    """An action of its own in a menu."""
    action = menu.addAction(text.replace("&", "&&"))
    action.triggered.connect(lambda _checked=False: handler())
    return action


def beside_table(bar: QMenuBar) -> dict[str, list[QAction]]:
    """What the menus hold besides the actions of the table, under the title of the innermost menu."""
    known = {row.name for row in ACTIONS}
    found: dict[str, list[QAction]] = {}
    waiting = [action.menu() for action in bar.actions()]
    for menu in waiting:
        if not isinstance(menu, QMenu):
            continue
        for action in menu.actions():
            if isinstance(action.menu(), QMenu):
                waiting.append(action.menu())
            elif not action.isSeparator() and action.objectName() not in known:
                found.setdefault(menu.title().replace("&", ""), []).append(action)
    return found


def _insert(menu: QMenu, before: QAction, title: str) -> QMenu:
    made = QMenu(title, menu)
    made.setToolTipsVisible(True)
    menu.insertMenu(before, made)
    return made
