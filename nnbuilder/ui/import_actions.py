"""Bringing in networks from elsewhere: from files, from the clipboard, by a drop on the window."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.graph import limits
from nnbuilder.graph.edits import AnyGraphEdit, SetArgs
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.graph import LOSS, ArgValue, Graph
from nnbuilder.interop.reading import Reading
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.project import Project
from nnbuilder.session.session import Session
from nnbuilder.ui import dialogs
from nnbuilder.ui.canvas.clipboard import Clipboard
from nnbuilder.ui.common.dropped import TEXTS
from nnbuilder.ui.file_actions import FileActions

if TYPE_CHECKING:
    from nnbuilder.interop.import_project import Imported
    from nnbuilder.ui.importing import Choice, ImportDialog

_FILTER = f"Python, notebooks and text ({' '.join(f'*{suffix}' for suffix in TEXTS)});;All files (*)"

Step = AnyGraphEdit | SetTraining

_MOST_BYTES = 16 * 2**20


class ImportActions(QObject):
    """Shows texts to their user and puts their networks where they are wanted; `said` tells of it.

    `drawn` says that the whole drawing is another one.
    """

    said = Signal(str)
    drawn = Signal()

    def __init__(self, session: Session, files: FileActions, clipboard: Clipboard, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._files = files
        self._clipboard = clipboard
        self._window = window
        clipboard.look = self.look

    @property
    def handlers(self) -> dict[str, Callable[[], object]]:
        """What each action does."""
        return {"file.import": self.ask}

    def ask(self) -> None:
        """Asks for a file with a network."""
        folder = self._session.document.folder or Path.home()
        dialogs.ask_file(self._window, "Import a network", folder, _FILTER, self.open)

    def open(self, path: Path) -> None:
        """Shows a file with what is read of it."""
        from nnbuilder.interop.read_text import code_of
        from nnbuilder.ui.importing import ImportDialog

        try:
            data = path.read_bytes() if path.stat().st_size <= _MOST_BYTES else None
        except OSError as error:
            dialogs.tell(self._window, f"{path.name} cannot be read.", [error.strerror or str(error)])
            return
        if data is None:
            why = f"It holds more than {_MOST_BYTES // 2**20} MB: a network is less."
            dialogs.tell(self._window, f"{path.name} is not read.", [why])
            return
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            dialogs.tell(self._window, f"{path.name} is no text.", [f"Line {line} is not UTF-8."])
            return
        if (size := len(code_of(text).encode())) > limits.SOURCE_BYTES:
            why = f"It holds {size:,} bytes of text; at most {limits.SOURCE_BYTES:,} are read."
            dialogs.tell(self._window, f"{path.name} is not read.", [why])
            return
        self._show(ImportDialog(text, path.name, "new", self._window), path.stem)

    def look(self, text: str) -> None:
        """Shows a pasted text with what is read of it."""
        from nnbuilder.ui.importing import ImportDialog

        self._show(ImportDialog(text, "Pasted text", "add", self._window), "")

    def show_state(self, title: str, shapes: Mapping[str, tuple[int, ...]], *, ordered: bool) -> None:
        """Shows what the names and shapes of a state_dict tell of its network."""
        from nnbuilder.interop.state.state_reader import read_state
        from nnbuilder.ui.importing import ImportDialog

        def read(_text: str, answers: Mapping[str, ArgValue], _network: str) -> Reading:
            return read_state(shapes, answers, ordered=ordered)

        width = max(map(len, shapes), default=0)
        lines = [f"{name:<{width}}  {' × '.join(map(str, shape))}" for name, shape in shapes.items()]
        self._show(ImportDialog("\n".join(lines), title, "new", self._window, read), Path(title).stem)

    def _show(self, dialog: "ImportDialog", name: str) -> None:
        dialog.chosen.connect(partial(self._take, name))
        dialog.show()

    def _take(self, name: str, choice: "Choice") -> None:
        try:
            match choice.where:
                case "new":
                    self._files.leave(lambda: self._new(name, choice))
                case "replace":
                    self._replace(choice)
                case "add":
                    self._files.opened.emit()
                    self._clipboard.paste_reading(choice.reading, *self._training(choice))
        except NNBuilderError as error:
            dialogs.tell(self._window, "The network was not taken.", [str(error)])

    def _new(self, name: str, choice: "Choice") -> None:
        imported = self._imported(choice, Project())
        self._session.new(imported.project, name or choice.reading.chosen or "imported")
        self._files.opened.emit()
        self._tell(imported)

    def _replace(self, choice: "Choice") -> None:
        from nnbuilder.interop.import_project import replacing

        self._files.opened.emit()
        document = self._session.document
        before = document.project
        imported = self._imported(choice, before)
        document.apply(replacing(before, imported.project))
        self.drawn.emit()
        self._tell(imported)

    def _imported(self, choice: "Choice", base: Project) -> "Imported":
        from nnbuilder.interop.import_project import import_project

        analysis = self._session.analysis
        profile = None if analysis.pending or base.graph == Graph() else analysis.profile
        given = msgspec.structs.replace(choice.given, data=profile.shape if profile else None)
        return import_project(choice.reading, base, given, choice.offered, self._session.style)

    def _training(self, choice: "Choice") -> tuple[Step, ...]:
        """The edits of the training for values that were ticked."""
        from nnbuilder.interop.import_project import import_project

        before = self._session.document.project
        after = import_project(choice.reading, before, offered=choice.offered).project
        edits: list[Step] = []
        if after.training != before.training:
            edits.append(SetTraining(after.training))
        losses = before.graph.of_type(LOSS)
        if "loss" in choice.offered and len(losses) == 1:
            args = after.graph.of_type(LOSS)[0].args
            if dict(args) != dict(losses[0].args):
                edits.append(SetArgs(losses[0].id, dict(args)))
        return tuple(edits)

    def _tell(self, imported: "Imported") -> None:
        self.said.emit(" ".join(imported.assumed) or "The network was imported.")
