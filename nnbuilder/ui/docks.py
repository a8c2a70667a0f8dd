"""Puts the panels around the canvas: palette left, inspector right, the others in tabs below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from nnbuilder.ui.common.tabs import FlatTabs

_Area = Qt.DockWidgetArea


class Docks:
    """Three docks whose title bars are hidden until somebody wants to move them."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: list[QDockWidget] = []
        self.bottom = FlatTabs()
        self.bottom.setObjectName("bottom")
        self.bottom.setAccessibleName("Panels")
        window.setCorner(Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea)

    def arrange(self, palette: QWidget, inspector: QWidget, tabs: list[tuple[str, QWidget]]) -> None:
        """Builds the docks around these panels."""
        for title, panel in tabs:
            self.bottom.addTab(panel, title)
        self._add("dock.palette", "Palette", palette, _Area.LeftDockWidgetArea)
        self._add("dock.inspector", "Inspector", inspector, _Area.RightDockWidgetArea)
        self._add("dock.bottom", "Training and problems", self.bottom, _Area.BottomDockWidgetArea)
        self.show_titles(False)

    @property
    def toggles(self) -> list[QAction]:
        """One action for each dock that shows or hides it."""
        return [dock.toggleViewAction() for dock in self._docks]

    def show_titles(self, shown: bool) -> None:
        """Shows the title bars by which docks can be moved and floated, or hides them."""
        for dock in self._docks:
            bar = dock.titleBarWidget()
            dock.setTitleBarWidget(QWidget() if not shown else None)  # type: ignore[arg-type]
            if bar is not None:
                bar.deleteLater()

    def raise_tab(self, panel: QWidget) -> None:
        """Brings a panel of the bottom to the front."""
        self._docks[-1].show()
        self.bottom.setCurrentWidget(panel)

    def raise_inspector(self) -> None:
        """Shows the inspector, if it was hidden."""
        self._docks[1].show()

    def raise_palette(self) -> None:
        """Shows the palette, if it was hidden."""
        self._docks[0].show()

    def title_tab(self, panel: QWidget, title: str) -> None:
        """Gives a tab of the bottom another title."""
        self.bottom.setTabText(self.bottom.indexOf(panel), title)

    def _add(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self._window.addDockWidget(area, dock)
        self._docks.append(dock)
