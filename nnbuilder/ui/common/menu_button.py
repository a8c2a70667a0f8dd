"""A flat button that opens a menu, which is filled each time it opens."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QStyleOptionToolButton, QToolButton, QWidget

from nnbuilder.ui.common import fonts


class MenuButton(QToolButton):
    """Says its text with an arrow behind it; `fill` gets the empty menu before it opens."""

    def __init__(
        self,
        name: str,
        text: str,
        tip: str,
        fill: Callable[[QMenu], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._fill = fill
        self.setObjectName(name)
        self.setText(f"{text} ▾")
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setAutoRaise(True)
        self.setFont(fonts.scaled(0.94))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        menu = QMenu(self)
        menu.setObjectName(f"{name}_menu")
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.refill)
        self.setMenu(menu)

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        option.features &= ~QStyleOptionToolButton.ToolButtonFeature.HasMenu

    def refill(self) -> None:
        """Fills the menu anew."""
        self.menu().clear()
        self._fill(self.menu())


def add_entry(menu: QMenu, name: str, text: str, act: Callable[[], object]) -> QAction:
    """Adds something that can be done."""
    entry = menu.addAction(text)
    entry.setObjectName(name)
    entry.triggered.connect(lambda _checked=False: act())
    return entry
