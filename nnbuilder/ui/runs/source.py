"""The PyTorch source of a run's network, written from its frozen project and kept in its folder."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from nnbuilder.protocol.tasks import Export, Exported
from nnbuilder.runs.overview import RunOverview
from nnbuilder.session.document import Document
from nnbuilder.session.task import Task

SOURCE_FILE = "network.py"
"""The file in the folder of a run."""


class RunSource(QObject):
    """Copies a run's source; a process of its own writes it once and runs its network to verify it.

    `said` tells what became of it.
    """

    said = Signal(str)

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._title = ""
        self.task = Task(self)
        self.task.answered.connect(self._take)
        self.task.failed.connect(self.said)

    def copy(self, run: RunOverview) -> None:
        """Puts the source on the clipboard, at once where it was written before."""
        self._title = run.title
        path = run.folder / SOURCE_FILE
        if path.is_file():
            self._copy(path)
            return
        base = self._document.folder
        self.said.emit(f"The source of {run.title} is being written…")
        self.task.start(
            Export(
                run.record.project,
                "model",
                str(path),
                base=str(base) if base else None,
                runs=str(run.folder.parent),
                run=str(run.folder),
            )
        )

    def _take(self, done: Exported) -> None:
        self._copy(Path(done.path))

    def _copy(self, path: Path) -> None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.said.emit(f"{path} cannot be read: {error}.")
            return
        QGuiApplication.clipboard().setText(text)
        self.said.emit(f"Copied the source of {self._title}; it lies in its folder as {path.name}.")
