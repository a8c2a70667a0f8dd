"""From panel to panel by keyboard, so that nobody has to tab through a whole drawing to leave it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from nnbuilder.ui.common.focus import focus_first_field


def next_panel(panels: Sequence[QWidget], by: int = 1) -> QWidget | None:
    """Gives the keyboard to the next panel that can be seen; None where there is no other."""
    seen = [panel for panel in panels if panel.isVisible()]
    has_keys = QApplication.focusWidget()
    holders = [index for index, panel in enumerate(seen) if has_keys and _holds(panel, has_keys)]
    here = holders[0] if holders else -1 if by > 0 else 0
    for step in range(1, len(seen) + 1):
        panel = seen[(here + by * step) % len(seen)]
        if _enter(panel):
            return panel
    return None


def _holds(panel: QWidget, widget: QWidget) -> bool:
    return widget is panel or panel.isAncestorOf(widget)


def _enter(panel: QWidget) -> bool:
    """Puts the keyboard into a panel: on itself where it takes keys, else on its first field."""
    if panel.focusPolicy() & Qt.FocusPolicy.TabFocus:
        panel.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True
    return focus_first_field(panel)
