"""One window's session: the document with its file, its engine, its analysis and its run."""

from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakMethod

import msgspec
from PySide6.QtCore import QObject, QSettings, Signal

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.graph.layout import STYLES, Style
from nnbuilder.graph.placing import placed
from nnbuilder.project.file import Loaded, load_project, runs_folder
from nnbuilder.project.folders import config_folder, state_folder
from nnbuilder.project.lock import FileHeld, FileLock, take_lock
from nnbuilder.project.project import Project
from nnbuilder.project.recent import RecentFiles
from nnbuilder.project.replay import Recovered, dismiss, pending_recoveries, replay
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.weights import share_weights
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.bench_lines import LineHistory
from nnbuilder.session.document import Document, loosely
from nnbuilder.session.engine import Engine
from nnbuilder.session.engine_client import EngineClient
from nnbuilder.session.folders import (
    clear_beside,
    clear_unsaved,
    move_runs,
    unsaved_runs,
    unsaved_with,
)
from nnbuilder.session.keeper import Keeper
from nnbuilder.session.layer_course import LayerCourse
from nnbuilder.session.live import Live
from nnbuilder.session.microscope import Microscope
from nnbuilder.session.parameters import Parameters
from nnbuilder.session.preview import Previews
from nnbuilder.session.queue import RunQueue
from nnbuilder.session.repeat import Repeat
from nnbuilder.session.run import Run
from nnbuilder.session.run_list import RunList
from nnbuilder.session.sweep import Sweeps
from nnbuilder.session.tensor_bench import TensorBench
from nnbuilder.session.time_machine import TimeMachine

if TYPE_CHECKING:
    from nnbuilder.session.source_text import SourceText

LAYOUT = "canvas/layout"
"""The setting that holds how drawings are laid out."""


class RecoveryRefused(NNBuilderError):  # noqa: N818
    """A recovery log gives nothing back; it stays where it is."""


class Opened(msgspec.Struct, frozen=True):
    """What `open` brought: the loaded project and, where another window holds the file, who.

    With `held`, the document is an unsaved copy without a path.
    """

    loaded: Loaded
    held: FileHeld | None = None


class Session(QObject):
    """Composes the parts of a window without any widget; `warned` carries sentences worth showing."""

    warned = Signal(str)

    def __init__(self, engine: Engine | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document(parent=self)
        self.engine = engine or EngineClient(self)
        self.analysis = AnalysisFollower(self.document, self.engine, self)
        self._source: SourceText | None = None
        self.document.companion = loosely(WeakMethod(self._accompany))
        self.run = Run(self.document, self.engine, self.runs_folder, self)
        self.run_list = RunList(self.document, self.run, self.runs_folder, self)
        self.repeat = Repeat(self.run, self)
        self.queue = RunQueue(self.engine, self)
        self.sweeps = Sweeps(self.document, self.queue, self.runs_folder, self)
        self.live = Live(self.run, self)
        self.time = TimeMachine(self.document, self.engine, self.run, self.live, self)
        self.layers = LayerCourse(self.run, self.live, self)
        self._unsaved_runs = unsaved_runs()
        history = LineHistory(state_folder("bench") / "history.jsonl")
        self.bench = TensorBench(self.document, self.runs_folder, self, history)
        self.bench.warned.connect(self.warned)
        self.microscope = Microscope(self.document, self.runs_folder, self)
        self.parameters = Parameters(self.document, self.runs_folder, self)
        self.previews = Previews(self.document, self.runs_folder, self)
        self.recent = RecentFiles()
        self.settings = QSettings(str(config_folder() / "settings.ini"), QSettings.Format.IniFormat)
        self._keeper = Keeper(self.document, self)
        self._keeper.warned.connect(self.warned)
        self._lock: FileLock | None = None
        self.run.state_changed.connect(self._adopt_runs)
        self.queue.emptied.connect(self._adopt_runs)
        self.sweeps.warned.connect(self.warned)

    @property
    def source(self) -> "SourceText":
        """The text of the drawing; what reads and writes it is imported when it is first asked for."""
        if self._source is None:
            from nnbuilder.session.source_text import SourceText

            self._source = SourceText(self.document, self.analysis, self)
        return self._source

    @property
    def recoveries(self) -> tuple[Path, ...]:
        """Logs of unsaved work that windows which died left behind, the newest first."""
        return pending_recoveries()

    @property
    def style(self) -> Style:
        """How drawings are laid out."""
        wanted = self.settings.value(LAYOUT)
        return next((style for style in STYLES if style == wanted), STYLES[0])

    def start(self) -> None:
        """Starts the engine."""
        self.engine.start()
        clear_unsaved()

    def runs_folder(self) -> Path:
        """Where the document's runs go."""
        path = self.document.path
        return runs_folder(path) if path else self._unsaved_runs

    def new(self, project: Project | None = None, name: str = "", *, base: Path | None = None) -> None:
        """Shows a new document without a file: an empty one, or a copy of an example under its name.

        For a copy of somebody's file, `base` is that file's folder.
        """
        self._leave(None)
        self.document.replace(self._placed(project or Project()), name=name, base=base)
        self._keeper.begin()

    def open_run(self, run: RunOverview) -> None:
        """Shows the frozen project of a run as a new document, with the weights that it began from."""
        base, before = self.document.folder, run.folder.parent
        self.new(run.record.project, run.title, base=base)
        self._share_weights(before)

    def open(self, path: Path, *, take_over: bool = False) -> Opened:
        """Opens a project; raises `ProjectFileError`, with the present document untouched.

        A file that another window holds is opened as a copy; `take_over` (a person's choice) takes it from
        a window on another computer.
        """
        path = path.absolute()
        loaded = load_project(path)
        try:
            lock = self._take(path, force=take_over)
        except FileHeld as held:
            self.new(loaded.project, f"{path.stem} (copy)", base=path.parent)
            self._share_weights(runs_folder(path))
            return Opened(loaded, held)
        self._leave(lock)
        self.document.replace(self._placed(loaded.project), path, sha256=loaded.sha256)
        self._keeper.begin()
        self.recent.add(path)
        if not self.queue.active:
            clear_beside(path)
        return Opened(loaded)

    def save(self, path: Path | None = None, *, overwrite: bool = False) -> None:
        """Saves the document, under another name with `path`.

        Raises `SaveError`, `FileHeld` where another window has that file open, and `FileChanged` where
        another program changed the file meanwhile, unless `overwrite`.
        """
        target = (path or self.document.path_to_save()).absolute()
        lock, before = self._lock, self.runs_folder()
        if lock is None or lock.path != target:
            lock = self._take(target)
        try:
            self.document.save(target, overwrite=overwrite)
        except NNBuilderError:
            if lock is not self._lock:
                lock.release()
            raise
        if lock is not self._lock:
            self._swap(lock)
        self._keeper.begin()
        self.recent.add(target)
        self._adopt_runs()
        self._share_weights(before)

    def recover(self, log: Path) -> Recovered:
        """Opens what a log gives back as an unsaved copy; raises `RecoveryRefused` where that is nothing."""
        recovered = replay(log)
        if recovered.project is None:
            raise RecoveryRefused(f"Nothing in {log} can be read any more.")
        self._leave(None)
        name = recovered.path.stem if recovered.path else "Untitled"
        base = recovered.path.parent if recovered.path else None
        self.document.replace(
            self._placed(recovered.project), clean=False, name=f"{name} (recovered)", base=base
        )
        self._keeper.begin(recovered=log)
        weights = recovered.project.weights
        before = runs_folder(recovered.path) if recovered.path else unsaved_with(weights) if weights else None
        if before is not None:
            self._share_weights(before)
        return recovered

    def dismiss(self, log: Path) -> None:
        """Throws a recovery log away."""
        dismiss(log)

    def shutdown(self) -> None:
        """Ends run and engine and lets go of the file; what is unsaved is given up."""
        self.time.leave()
        self.bench.shutdown()
        self.microscope.close()
        self.parameters.close()
        self.previews.stop()
        self.run.shutdown()
        self.queue.shutdown()
        self.engine.shutdown()
        self._keeper.close()
        self._swap(None)
        self.settings.sync()

    def _accompany(self, before: Project, after: Project) -> str | None:
        """Has a text that somebody typed follow the drawing although nobody has looked at it yet."""
        return self.source.accompany(before, after)

    def _placed(self, project: Project) -> Project:
        """The project, drawn in the way that is preferred where its nodes have no places."""
        graph = placed(project.graph, self.style)
        return project if graph is project.graph else msgspec.structs.replace(project, graph=graph)

    def _leave(self, lock: FileLock | None) -> None:
        """Turns away from the present document."""
        self.time.leave()
        self.run.clear()
        self.sweeps.forget()
        self._swap(lock)
        self._unsaved_runs = unsaved_runs()

    def _take(self, path: Path, *, force: bool = False) -> FileLock:
        """The right to edit a file; where no note of it can be written, other windows are not told."""
        try:
            return take_lock(path, force=force)
        except OSError as error:
            why = error.strerror or error
            self.warned.emit(f"Other windows cannot be told that {path.name} is open here: {why}.")
            return FileLock(path)

    def _swap(self, lock: FileLock | None) -> None:
        if self._lock is not None and self._lock is not lock:
            self._lock.release()
        self._lock = lock

    def _share_weights(self, before: Path) -> None:
        """Brings the stored weights of the project that this one is a copy of."""
        folder = self.runs_folder()
        if before == folder:
            return
        try:
            share_weights(before, folder)
        except OSError as error:
            self.warned.emit(f"The stored weights stay in {before}: {error.strerror or error}.")

    def _adopt_runs(self) -> None:
        """Lets runs from before the first save move beside the file, once none of them is going on."""
        path = self.document.path
        if path is None or self.run.active or self.queue.active or not self._unsaved_runs.is_dir():
            return
        try:
            move_runs(self._unsaved_runs, runs_folder(path))
            self.run.moved(runs_folder(path))
            self.queue.moved(runs_folder(path))
        except OSError as error:
            self.warned.emit(f"The runs stay in {self._unsaved_runs}: {error.strerror or error}.")
