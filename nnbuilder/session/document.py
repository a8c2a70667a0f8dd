"""The document that the window shows: one immutable project, its history and its place on disk."""

import contextlib
import time
from collections.abc import Callable, Hashable
from pathlib import Path
from weakref import WeakMethod

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack
from shiboken6 import isValid

from nnbuilder.graph.edits import AnyGraphEdit
from nnbuilder.graph.errors import EditRefused, NNBuilderError
from nnbuilder.project.edits import (
    Edit,
    SetCode,
    SetData,
    SetSource,
    SetTraining,
    SetWeights,
    Several,
    Silence,
    Unsilence,
    apply_edit,
    describe_edit,
    merge_key,
)
from nnbuilder.project.file import Loaded, SaveError, fingerprint, load_project, save_project
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import Project
from nnbuilder.session.diff import diff_projects
from nnbuilder.session.undo import Change

MERGE_SECONDS = 1.0
"""Edits with equal merge keys that follow each other this closely are one undo step."""

UNTITLED = "Untitled"

PlainEdit = AnyGraphEdit | SetTraining | SetData | SetWeights | SetSource | SetCode | Silence | Unsilence


Companion = Callable[[Project, Project], str | None]
"""What becomes of the own source text of a project when it changes to another; None where it stays."""


class FileChanged(NNBuilderError):  # noqa: N818
    """The file is not the one that was opened: saving would lose what another program wrote."""


class Document(QObject):
    """Holds the project; every change comes through `apply` and leaves as one `changed` signal.

    `changed` carries a `DocumentDiff`. `replaced` says that another project was opened: views then rebuild.
    A handler of either may apply further edits. `stepped` comes before each `changed`, for the recovery log:
    with the edit, or with None for an undo or redo. `returned` comes after the `changed` of an undo or redo,
    with what `standpoint` gave when the document was last as it is now: selection and view come back with it.
    `resettled` says that the files which its data names may be others, or there by now. `saved` comes after
    a file was written.
    """

    changed = Signal(object)
    stepped = Signal(object)
    returned = Signal(object)
    replaced = Signal()
    path_changed = Signal()
    resettled = Signal()
    saved = Signal()
    clean_changed = Signal(bool)

    def __init__(self, project: Project | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = self._shown = project or Project()
        self._path: Path | None = None
        self._base: Path | None = None
        self._left: Path | None = None
        self._name = UNTITLED
        self._sha256: str | None = None
        self._edit: Edit | None = None
        self.standpoint: Callable[[], object] = _nowhere
        """What a view shows, as a value to come back to; whoever shows the document sets it."""
        self.companion: Companion = _silent
        """What becomes of the own source text when the drawing changes; whoever keeps the text sets it."""
        self._standing: object = None
        self._stack = QUndoStack(self)
        self._stack.indexChanged.connect(self._follow)
        self._stack.cleanChanged.connect(self._clean_changed)
        self._top: Change | None = None
        self._top_key: Hashable | None = None
        self._top_time = 0.0

    def __del__(self) -> None:
        """Empties the history while both ends of it live.

        Python would free its steps before the stack that Qt lets them belong to, and Qt free them again.
        """
        if isValid(self._stack):
            self._stack.blockSignals(True)
            self._stack.clear()

    @property
    def project(self) -> Project:
        """The document as it is now."""
        return self._project

    @property
    def path(self) -> Path | None:
        """Where the document is saved; None before the first save."""
        return self._path

    @property
    def folder(self) -> Path | None:
        """Where its data may lie and relative paths start: its file's folder, for a copy the original's.

        None for a document that came from no file: what data it names, a person chose here.
        """
        return self._path.parent if self._path else self._base

    @property
    def left(self) -> Path | None:
        """The folder in which its data lay before it was saved into another one; else None."""
        return self._left

    @property
    def title(self) -> str:
        """The file's name, for the window's title."""
        return self._path.name if self._path else self._name

    @property
    def clean(self) -> bool:
        """Whether everything is saved (or nothing was changed yet)."""
        return self._stack.isClean()

    @property
    def undo_stack(self) -> QUndoStack:
        """The history; its own undo and redo actions may be shown."""
        return self._stack

    def apply(self, edit: Edit) -> None:
        """Changes the document as one undo step; raises `EditRefused`, with nothing changed.

        An edit that changes nothing leaves no undo step.
        """
        before = self._project
        after = apply_edit(before, edit)
        if after == before:
            return
        text, key, now = describe_edit(before, edit), merge_key(edit), time.monotonic()
        self._edit, after = self._accompanied(before, after, edit)
        if key is not None and key == self._top_key and now - self._top_time < MERGE_SECONDS:
            self._extend(after, text)
        else:
            self._push(Change(text, before, after, self._put), key)
        self._top_time = now

    def apply_fix(self, fix: Fix) -> None:
        """Applies all edits of a fix as one undo step named after it."""
        parts = [
            part for edit in fix.edits for part in (edit.edits if isinstance(edit, Several) else (edit,))
        ]
        self.apply(Several(fix.title, tuple(parts)))

    def replace(
        self,
        project: Project,
        path: Path | None = None,
        *,
        sha256: str | None = None,
        clean: bool = True,
        name: str = "",
        base: Path | None = None,
    ) -> None:
        """Shows another project with an empty history.

        `clean` False marks it as unsaved, `sha256` is of the file's bytes; where there is no path, `name` is
        shown, and `base` is the folder of the file that this is a copy of.
        """
        self._forget_top()
        self._base, self._left = base, None
        self._project = self._shown = project
        self._name, self._sha256 = name or UNTITLED, sha256
        self._stack.clear()
        if not clean:
            self._stack.resetClean()
        self._set_path(path)
        self.replaced.emit()

    def new(self, project: Project | None = None, name: str = "") -> None:
        """Shows a project that has no file."""
        self.replace(project or Project(), name=name)

    def open(self, path: Path) -> Loaded:
        """Shows a project from a file; raises `ProjectFileError`, with nothing changed."""
        loaded = load_project(path)
        self.replace(loaded.project, path, sha256=loaded.sha256)
        return loaded

    def path_to_save(self) -> Path:
        """The document's path; raises `SaveError` where it has none."""
        if self._path is None:
            raise SaveError(Path(self._name), "it has no place on disk yet")
        return self._path

    def save(self, path: Path | None = None, *, overwrite: bool = False) -> None:
        """Saves the document, under another name with `path`.

        Raises `SaveError`, and `FileChanged` where another program changed the file since it was opened or
        saved here, unless `overwrite`. The document is then still unsaved.
        """
        target = path or self.path_to_save()
        if target == self._path and not overwrite and fingerprint(target) not in {None, self._sha256}:
            raise FileChanged(f"Another program has changed {target.name}: save under another name.")
        self._sha256 = save_project(self._project, target)
        self._stack.setClean()
        left = self.folder
        if moved := left != target.parent:
            self._left = left
        self._set_path(target)
        if moved:
            self.resettled.emit()
        self.saved.emit()

    def _accompanied(self, before: Project, after: Project, edit: Edit) -> tuple[Edit, Project]:
        """The edit together with what it makes of the source text, and what both lead to."""
        own = after.source is None or after.source != before.source or isinstance(edit, SetCode)
        source = None if own or after.graph is before.graph else self.companion(before, after)
        if source is None or source == after.source:
            return edit, after
        with contextlib.suppress(EditRefused):
            whole = apply_edit(after, SetSource(source))
            parts = edit.edits if isinstance(edit, Several) else (edit,)
            return Several(describe_edit(before, edit), (*parts, SetSource(source))), whole
        return edit, after

    def _push(self, change: Change, key: Hashable | None) -> None:
        self._top, self._top_key = change, key
        change.stood = self.standpoint()
        self._stack.push(change)

    def _extend(self, after: Project, text: str) -> None:
        """Lets the newest undo step end at `after`."""
        if self._top is None:
            raise RuntimeError("no undo step to merge into")
        self._top.after = after
        self._top.setText(text)
        self._project = after
        self._stack.undoTextChanged.emit(text)  # Qt tells of new texts only when the index moves
        self._follow()

    def _put(self, change: Change, project: Project) -> None:
        """Called by undo steps, while the stack is still moving: views hear of it from `_follow`."""
        if project is change.before:
            change.stands = self._standing or self.standpoint()
            self._standing = change.stood
        else:
            self._standing = change.stands
        if change is not self._top or project is change.before:
            self._forget_top()
        self._project = project

    def _follow(self) -> None:
        """Tells the views, once the stack stands still."""
        before, self._shown = self._shown, self._project
        edit, self._edit = self._edit, None
        if before is not self._shown:
            self.stepped.emit(edit)
        standing, self._standing = self._standing, None
        if diff := diff_projects(before, self._shown):
            self.changed.emit(diff)
        if standing is not None and self._project is self._shown:
            self.returned.emit(standing)

    def _clean_changed(self, clean: bool) -> None:
        """What is saved stays as it is: nothing merges into it."""
        if clean:
            self._forget_top()
        self.clean_changed.emit(clean)

    def _forget_top(self) -> None:
        self._top = self._top_key = None

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()


def loosely(method: WeakMethod[Companion]) -> Companion:
    """Calls a method without holding its object: a document lives no longer for the sake of its text."""

    def call(before: Project, after: Project) -> str | None:
        found = method()
        return found(before, after) if found is not None else None

    return call


def _silent(before: Project, after: Project) -> None:
    """Where nobody shows the source text, it stays."""


def _nowhere() -> object:
    """Where nobody looks at the document."""
    return None
