"""A file dropped anywhere on the window is put to its use; any other is refused with a sentence."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from nnbuilder.ui.common.dropped import Dropped, Use, dropped_file, why_not

Uses = Mapping[Use, Callable[[Path], object]]
"""What is done with a file of each kind."""


class FileDrops(QObject):
    """Watches the window and widgets in it that take drops; what is of no use goes on to them.

    `uses` get the path of a file, `say` a sentence about what will be, or cannot be, done with it.
    """

    def __init__(self, window: QWidget, uses: Uses, say: Callable[[str], object]) -> None:
        super().__init__(window)
        self._window = window
        self._uses = uses
        self._say = say
        window.setAcceptDrops(True)
        self.watch(window)

    def watch(self, widget: QWidget) -> None:
        """Takes files over a widget, too."""
        widget.installEventFilter(self)

    def put_to_use(self, file: Dropped) -> None:
        """Does with a file what it is good for."""
        self._uses[file.use](file.path)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return self._take(event, aloud=watched is self._window)
        return super().eventFilter(watched, event)

    def _take(self, event: QDropEvent, *, aloud: bool) -> bool:
        """Whether the event is dealt with here; `aloud` where nobody else says why not."""
        file = dropped_file(event.mimeData())
        if file is None:
            if aloud and event.mimeData().hasUrls() and event.type() != QEvent.Type.DragMove:
                self._say(why_not(event.mimeData()))
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.DragEnter:
            self._say(file.promise())
        elif event.type() == QEvent.Type.Drop:
            self.put_to_use(file)
        return True
