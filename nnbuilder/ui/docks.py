"""Puts the panels around the canvas: palette and lists left, forms right, plots and problems below."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from nnbuilder.ui.common.tabs import FlatTabs
from nnbuilder.ui.late import Late

_Area = Qt.DockWidgetArea

_QTS_OWN: Any = None
"""The title bar that brings back Qt's own; the stubs of PySide6 do not know that it may be None."""


Tab = tuple[str, QWidget | Late[QWidget]]
"""A panel with the title of its tab."""


class Docks:
    """Three docks whose title bars are hidden until somebody wants to move them."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: list[QDockWidget] = []
        self.left = _tabs("left", "Layers to add, chain and history", side=8)
        self.right = _tabs("right", "Layer and training setup")
        self.bottom = _tabs("bottom", "Training, data and problems")
        window.setCorner(Qt.Corner.BottomLeftCorner, _Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, _Area.RightDockWidgetArea)

    def arrange(self, left: list[Tab], right: list[Tab], bottom: list[Tab]) -> None:
        """Builds the docks around these panels."""
        for tabs, content in ((self.left, left), (self.right, right), (self.bottom, bottom)):
            for title, panel in content:
                if isinstance(panel, Late):
                    _keep_place(tabs, panel, title)
                else:
                    tabs.addTab(panel, title)
        self._add("dock.palette", "Layers, chain and history", self.left, _Area.LeftDockWidgetArea)
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
            dock.setTitleBarWidget(_QTS_OWN if shown else QWidget())
            if bar is not None:
                bar.deleteLater()

    def raise_tab(self, panel: QWidget) -> None:
        """Brings a panel in a tab to the front, its dock too if it was hidden."""
        for dock, tabs in zip(self._docks, (self.left, self.right, self.bottom), strict=True):
            if tabs.indexOf(panel) >= 0:
                dock.show()
                tabs.setCurrentWidget(panel)

    def title_tab(self, panel: QWidget, title: str) -> None:
        """Gives a tab of the bottom another title."""
        self.bottom.setTabText(self.bottom.indexOf(panel), title)

    def _add(self, name: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(name)
        dock.setWidget(panel)
        self._window.addDockWidget(area, dock)
        self._docks.append(dock)


def _tabs(name: str, heard: str, side: int = 14) -> FlatTabs:
    tabs = FlatTabs(side=side)
    tabs.setObjectName(name)
    tabs.setAccessibleName(heard)
    return tabs


def _keep_place(tabs: FlatTabs, late: Late[QWidget], title: str) -> None:
    """Adds a tab whose panel is made when the tab is first chosen, or somebody else needs it."""
    place = QWidget()

    def fill(panel: QWidget) -> None:
        index, chosen = tabs.indexOf(place), tabs.currentWidget() is place
        title = tabs.tabText(index)
        tabs.currentChanged.disconnect(look)
        tabs.insertTab(index, panel, title)
        if chosen:
            tabs.setCurrentWidget(panel)
        tabs.removeTab(tabs.indexOf(place))
        place.deleteLater()

    def look(_index: int) -> None:
        if tabs.currentWidget() is place:
            late.get()

    tabs.addTab(place, title)
    tabs.currentChanged.connect(look)
    late.then(fill)
