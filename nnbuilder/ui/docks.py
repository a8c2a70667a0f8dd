"""Puts the panels around the canvas: palette left, forms right, plots and lists below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from nnbuilder.ui.common.tabs import FlatTabs

_Area = Qt.DockWidgetArea


Tab = tuple[str, QWidget]
"""A panel with the title of its tab."""


class Docks:
    """Three docks whose title bars are hidden until somebody wants to move them."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: list[QDockWidget] = []
        self.right = _tabs("right", "Layer and training setup")
        self.bottom = _tabs("bottom", "Training, data and problems")
        window.setCorner(Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea)

    def arrange(self, palette: QWidget, right: list[Tab], bottom: list[Tab]) -> None:
        """Builds the docks around these panels."""
        for tabs, content in ((self.right, right), (self.bottom, bottom)):
            for title, panel in content:
                tabs.addTab(panel, title)
        self._add("dock.palette", "Palette", palette, _Area.LeftDockWidgetArea)
        self._add("dock.right", "Layer and training setup", self.right, _Area.RightDockWidgetArea)
        self._add("dock.bottom", "Training, data and problems", self.bottom, _Area.BottomDockWidgetArea)
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
        """Brings a panel in a tab to the front, its dock too if it was hidden."""
        for dock, tabs in ((self._docks[1], self.right), (self._docks[2], self.bottom)):
            if tabs.indexOf(panel) >= 0:
                dock.show()
                tabs.setCurrentWidget(panel)

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


def _tabs(name: str, heard: str) -> FlatTabs:
    tabs = FlatTabs()
    tabs.setObjectName(name)
    tabs.setAccessibleName(heard)
    return tabs
