"""New, open, save: asks before anything unsaved is given up, and says why where it cannot be done."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from nnbuilder.data.spec import DataProfile, DataSpec, FileData
from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.file import SUFFIX, ProjectFileError, load_project
from nnbuilder.project.lock import FileHeld
from nnbuilder.project.project import Project
from nnbuilder.project.resources import examples
from nnbuilder.runs.overview import RunOverview
from nnbuilder.session.document import FileChanged
from nnbuilder.session.session import Session
from nnbuilder.templates.registry import BY_NAME, promise, start
from nnbuilder.ui import dialogs
from nnbuilder.ui.common.dropped import use_elsewhere
from nnbuilder.ui.data.file_choice import stays_behind


class FileActions(QObject):
    """The flows of the File menu; `opened` says that a document is to be looked at, `said` tells a sentence.

    `flush` commits what is being typed before a document is saved or left.
    """

    opened = Signal()
    said = Signal(str)

    def __init__(self, session: Session, window: QWidget, flush: Callable[[], None]) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self._flush = flush
        self._brought = DataSpec()

    def new(self) -> None:
        """An empty drawing."""
        self.leave(self._new)

    def open(self) -> None:
        """Asks for a file and opens it."""
        self.leave(lambda: dialogs.ask_open(self._window, self._folder(), self._open))

    def open_path(self, path: Path) -> None:
        """Opens a file."""
        self.leave(lambda: self._open(path))

    def open_example(self, name: str) -> None:
        """Opens a copy of a shipped project."""
        self.leave(lambda: self._open_example(name))

    def new_from(self, name: str) -> None:
        """A network from a template, on the data of the document where somebody chose any."""
        self.leave(lambda: self._new_from(name))

    def open_run(self, run: RunOverview) -> None:
        """Opens the network of a run as a document of its own, with its data and training."""
        self.leave(lambda: self._open_run(run))

    def promise(self) -> str:
        """What a template does with the data of the document."""
        return promise(self._kept(), self._profile())

    def save(self) -> None:
        """Saves, asking for a place where the document has none."""
        self._save_then(lambda: None)

    def save_as(self) -> None:
        """Saves under another name."""
        self._ask_place(lambda: None)

    def leave(self, then: Callable[[], object]) -> None:
        """Goes on with something that gives up the document, after asking where it is unsaved."""
        self._flush()
        document = self._session.document
        if document.clean:
            then()
        else:
            dialogs.ask_unsaved(self._window, document.title, lambda: self._save_then(then), then)

    def recover(self, log: Path) -> None:
        """Opens what a recovery log gives back."""
        self.leave(lambda: self._recover(log))

    def _new(self) -> None:
        self._session.new()
        self.opened.emit()

    def _open(self, path: Path) -> None:
        try:
            opened = self._session.open(path)
        except ProjectFileError as error:
            faults = [f"{problem.path}: {problem.message}".removeprefix(": ") for problem in error.problems]
            lines = [line for line in (use_elsewhere(path), *(faults or [str(error)])) if line]
            dialogs.tell(self._window, f"{path.name} cannot be opened.", lines)
            return
        except (NNBuilderError, OSError) as error:
            dialogs.tell(self._window, f"{path.name} cannot be opened.", [str(error)])
            return
        if opened.held is not None:
            self.said.emit(f"{opened.held} This is a copy.")
        self.opened.emit()

    def _open_example(self, name: str) -> None:
        example = next((item for item in examples() if item.name == name), None)
        if example is None:
            dialogs.tell(self._window, "This example is not there.", [name])
            return
        self._session.new(load_project(example.path).project, example.name)
        self.opened.emit()

    def _open_run(self, run: RunOverview) -> None:
        self._session.open_run(run)
        self.opened.emit()
        self.said.emit(f"This is the network of {run.title} as it was trained; nothing of it is saved yet.")

    def _new_from(self, name: str) -> None:
        template = BY_NAME.get(name)
        if template is None:
            dialogs.tell(self._window, "This template is not there.", [name])
            return
        kept, profile = self._kept(), self._profile()
        project = start(template, kept, profile, self._session.style)
        if kept is None:
            self._brought = project.data
        self._session.new(project, template.name, base=self._session.document.folder if kept else None)
        self.opened.emit()
        if kept is not None and profile is not None:
            self.said.emit(f"{template.title} fits itself to {profile.title}.")

    def _kept(self) -> Project | None:
        """The project whose data a template keeps.

        None where nobody chose them: in a new drawing, and where another template brought its own.
        """
        document = self._session.document
        unchosen = document.project.data in (DataSpec(), self._brought)
        return None if unchosen and document.path is None and document.clean else document.project

    def _profile(self) -> DataProfile | None:
        """What is known of the document's data as they are now."""
        analysis = self._session.analysis
        return None if analysis.pending else analysis.profile

    def _recover(self, log: Path) -> None:
        try:
            recovered = self._session.recover(log)
        except NNBuilderError as error:
            dialogs.tell(self._window, "The unsaved work cannot be read.", [str(error)])
            return
        notes = f"{recovered.edits} edits were recovered."
        self.said.emit(notes + (" The end of them is lost." if recovered.damaged else ""))
        self.opened.emit()

    def _save_then(self, then: Callable[[], object]) -> None:
        self._flush()
        if self._session.document.path is None:
            self._ask_place(then)
        else:
            self._save(None, then)

    def _ask_place(self, then: Callable[[], object]) -> None:
        self._flush()
        document = self._session.document
        suggestion = document.path or self._folder() / f"{Path(document.title).stem}{SUFFIX}"
        dialogs.ask_save(self._window, suggestion, lambda path: self._save(path, then))

    def _save(self, path: Path | None, then: Callable[[], object], *, overwrite: bool = False) -> None:
        try:
            self._session.save(path, overwrite=overwrite)
        except FileChanged as error:
            again = partial(self._save, path, then, overwrite=True)
            dialogs.ask_overwrite(self._window, str(error), again)
        except FileHeld as held:
            dialogs.tell(self._window, "The project was not saved.", [str(held), "Choose another name."])
        except NNBuilderError as error:
            dialogs.tell(self._window, "The project was not saved.", [str(error)])
        else:
            self._tell_of_data()
            then()

    def _tell_of_data(self) -> None:
        """Says where a file of data stays behind when the project is saved into another folder."""
        document = self._session.document
        source = document.project.data.source
        if isinstance(source, FileData) and (said := stays_behind(source, document.folder, document.left)):
            self.said.emit(f"{said} The Data panel does that.")

    def _folder(self) -> Path:
        """Where file dialogs start."""
        path = self._session.document.path
        recent = self._session.recent.files
        return path.parent if path else recent[0].parent if recent else Path.home()
