"""A project dropped anywhere on the window is opened; any other file is refused with a sentence."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from nnbuilder.project.file import SUFFIX


class FileDrops(QObject):
    """Watches the window and widgets in it that take drops; what is no project goes on to them.

    `open_path` gets a project's path, `say` a sentence about what will be, or cannot be, opened.
    """

    def __init__(
        self, window: QWidget, open_path: Callable[[Path], object], say: Callable[[str], object]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._open = open_path
        self._say = say
        window.setAcceptDrops(True)
        self.watch(window)

    def watch(self, widget: QWidget) -> None:
        """Takes files over a widget, too."""
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent | QDragMoveEvent | QDropEvent):
            return self._take(event, aloud=watched is self._window)
        return super().eventFilter(watched, event)

    def _take(self, event: QDropEvent, *, aloud: bool) -> bool:
        """Whether the event is dealt with here; `aloud` where nobody else says why not."""
        path = dropped_project(event.mimeData())
        if path is None:
            if aloud and event.mimeData().hasUrls() and event.type() != QEvent.Type.DragMove:
                self._say(why_not(event.mimeData()))
            return False
        event.acceptProposedAction()
        if event.type() == QEvent.Type.DragEnter:
            self._say(f"Let go to open {path.name}.")
        elif event.type() == QEvent.Type.Drop:
            self._open(path)
        return True


def dropped_project(mime: QMimeData) -> Path | None:
    """The one project file in dragged data; None where it is something else, or several."""
    paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
    return paths[0] if len(paths) == len(mime.urls()) == 1 and paths[0].suffix == SUFFIX else None


def why_not(mime: QMimeData) -> str:
    """Why files cannot be opened."""
    if len(mime.urls()) > 1:
        return f"Drop one project ({SUFFIX}) at a time."
    return f"{mime.urls()[0].fileName() or 'This'} is no project: only {SUFFIX} files are opened here."
