"""Where the panels are: kept between two starts, and back to the first arrangement on request."""

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

VERSION = 1
FRAME = QSize(12, 44)
"""What a title bar and borders take at most; no screen tells before the window is shown."""

_GEOMETRY, _STATE = "layout/geometry", "layout/state"


class Layout:
    """Saves, restores and resets the arrangement of a main window."""

    def __init__(self, window: QMainWindow, settings: QSettings) -> None:
        self._window = window
        self._settings = settings
        self._first: QByteArray | None = None

    def restore(self) -> None:
        """Remembers the first arrangement, then goes to the one kept from last time."""
        self._first = self._window.saveState(VERSION)
        geometry = self._settings.value(_GEOMETRY)
        if not (isinstance(geometry, QByteArray) and self._window.restoreGeometry(geometry)):
            self._window.resize(self._fitting(QSize(1440, 900)))
        state = self._settings.value(_STATE)
        if isinstance(state, QByteArray):
            self._window.restoreState(state, VERSION)
        else:
            self.proportion()

    def keep(self) -> None:
        """Keeps the arrangement for the next time."""
        self._settings.setValue(_GEOMETRY, self._window.saveGeometry())
        self._settings.setValue(_STATE, self._window.saveState(VERSION))

    def reset(self) -> None:
        """Goes back to the first arrangement."""
        if self._first is not None:
            self._window.restoreState(self._first, VERSION)
        for dock in self._window.findChildren(QDockWidget):
            dock.setFloating(False)
            dock.show()
        self.proportion()

    def proportion(self) -> None:
        """Gives each panel the width or height it starts with."""
        docks = {dock.objectName(): dock for dock in self._window.findChildren(QDockWidget)}
        across = [docks["dock.palette"], docks["dock.right"]]
        self._window.resizeDocks(across, [212, 296], Qt.Orientation.Horizontal)
        self._window.resizeDocks(
            [docks["dock.bottom"]], [self._window.height() * 3 // 10], Qt.Orientation.Vertical
        )

    def _fitting(self, wanted: QSize) -> QSize:
        """A size that the screen has room for, with the frame that the window will get."""
        screen = self._window.screen()
        return wanted.boundedTo(screen.availableSize() - FRAME) if screen else wanted
