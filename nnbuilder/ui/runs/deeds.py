"""What can be done with chosen runs: from the menu of the list, its buttons and its keys."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.runs.answers import full_answer, runs_csv, runs_json
from nnbuilder.runs.metrics import EpochRow, read_epochs
from nnbuilder.runs.overview import RunOverview
from nnbuilder.session.session import Session
from nnbuilder.ui.common.menu_button import add_entry
from nnbuilder.ui.common.titles import counted
from nnbuilder.ui.runs.source import RunSource
from nnbuilder.ui.runs.taking import Taking, Which, checkpoint_of

if TYPE_CHECKING:
    from nnbuilder.runs.trash import Deleted

_KINDS = {".csv": "CSV tables (*.csv)", ".json": "JSON (*.json)"}


class Deeds(QObject):
    """Does things with runs; `said` tells what became of it.

    `open_wanted` carries the run whose network is to be opened, `export_wanted` a format and a run's name.
    `deleted_changed` says that there is something else to put back. `confirm_wanted` carries a question, the
    text of its button, and what to do after a yes.
    """

    said = Signal(str)
    open_wanted = Signal(object)
    export_wanted = Signal(str, str)
    deleted_changed = Signal()
    confirm_wanted = Signal(str, str, object)

    def __init__(self, session: Session, widget: QWidget) -> None:
        super().__init__(widget)
        self._session = session
        self._list = session.run_list
        self._widget = widget
        self.deleted: tuple[Deleted, ...] = ()
        self.taking = Taking(session.document, session.runs_folder, self)
        self.taking.said.connect(self.said)
        self.source = RunSource(session.document, self)
        self.source.said.connect(self.said)
        self.taking.misfit.connect(self._offer_network)
        session.repeat.said.connect(self.said)
        session.document.replaced.connect(self._forget)

    def fill(self, menu: QMenu, runs: Sequence[RunOverview], rename: Callable[[], object]) -> None:
        """All that can be done with these runs; what cannot be done now says why."""
        one = runs[0] if len(runs) == 1 else None
        for name, text, act, why in self._entries(one):
            entry = add_entry(menu, f"runs_{name}", text, act)
            entry.setEnabled(not why)
            entry.setToolTip(why)
        menu.addSeparator()
        entry = add_entry(menu, "runs_rename", "Rename\tF2", rename)
        entry.setEnabled(one is not None)
        add_entry(menu, "runs_delete", _delete_text(len(runs)), partial(self.delete, runs)).setEnabled(
            any(run.record.over for run in runs)
        )
        if self.deleted:
            add_entry(menu, "runs_undelete", "Undo delete\tCtrl+Z", self.put_back)
        if self._list.trash:
            add_entry(
                menu, "runs_restore", f"Put back all {len(self._list.trash)} deleted", self.put_all_back
            )
            add_entry(menu, "runs_empty", "Empty the trash…", self.ask_empty)

    def fill_exports(self, menu: QMenu, runs: Sequence[RunOverview], shown: Sequence[RunOverview]) -> None:
        """Ways out for the chosen runs, or for all that are listed where none is chosen."""
        chosen = runs or shown
        many = f"{counted(len(chosen), 'run')}{'' if runs else ' listed'}"
        add_entry(menu, "runs_save", f"Save {many} as CSV or JSON…", partial(self.save_as, chosen))
        add_entry(menu, "runs_copy_csv", f"Copy {many} as CSV\tCtrl+C", partial(self.copy, chosen, "csv"))
        add_entry(menu, "runs_copy_json", f"Copy {many} as JSON", partial(self.copy, chosen, "json"))
        for entry in menu.actions():
            entry.setEnabled(bool(chosen))
        menu.addSeparator()
        one = runs[0] if len(runs) == 1 else None
        for form, text in (("tensorboard", "TensorBoard…"), ("metrics", "Every step as CSV…")):
            entry = add_entry(menu, f"runs_export_{form}", text, partial(self._export, form, one))
            entry.setEnabled(one is not None)
            entry.setToolTip("" if one else "Choose one run for this.")

    def repeat(self, run: RunOverview) -> None:
        """Trains a run once more, to see whether it comes out the same."""
        why = self._session.repeat.start(run)
        self.said.emit(why or f"{run.title} is trained again; the end says whether it came out the same.")

    def open_network(self, run: RunOverview) -> None:
        """Asks for the network of a run as a document of its own."""
        self.open_wanted.emit(run)

    def delete(self, runs: Sequence[RunOverview]) -> None:
        """Puts runs into the trash."""
        deleted, why = self._list.delete(run.folder for run in runs)
        self.deleted = deleted or self.deleted
        them = "it" if len(deleted) == 1 else "them"
        done = f"Deleted {counted(len(deleted), 'run')}; Undo puts {them} back." if deleted else ""
        self.said.emit(" ".join(filter(None, (done, *why))))
        self.deleted_changed.emit()

    def put_back(self) -> None:
        """Puts back what was deleted last."""
        deleted, self.deleted = self.deleted, ()
        if deleted:
            why = self._list.restore(deleted)
            self.said.emit(" ".join(why) or f"Put back {counted(len(deleted), 'run')}.")
        self.deleted_changed.emit()

    def put_all_back(self) -> None:
        """Puts back all that lies in the trash."""
        self.deleted = self._list.trash
        self.put_back()

    def ask_empty(self) -> None:
        """Asks whether the trash is to be emptied."""
        many = counted(len(self._list.trash), "deleted run")
        self.confirm_wanted.emit(f"Remove {many} for good?", "Remove", self.empty)

    def empty(self) -> None:
        """Empties the trash."""
        kept = self._list.empty()
        self.deleted = ()
        self.said.emit(
            f"{counted(len(kept), 'run')} could not be removed." if kept else "The trash is empty."
        )
        self.deleted_changed.emit()

    def copy(self, runs: Sequence[RunOverview], form: str) -> None:
        """Puts runs on the clipboard."""
        if runs:
            QGuiApplication.clipboard().setText(_text(runs, form))
            self.said.emit(f"Copied {counted(len(runs), 'run')} as {form.upper()}.")

    def save_as(self, runs: Sequence[RunOverview]) -> QFileDialog:
        """Asks for a file and writes runs into it; its name says in which form."""
        document = self._session.document
        folder = document.path.parent if document.path else Path.home()
        dialog = QFileDialog(self._widget, "Save runs", str(folder), ";;".join(_KINDS.values()))
        dialog.setObjectName("dialog.runs")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{Path(document.title).stem}-runs.csv")
        ends = {kind: end.removeprefix(".") for end, kind in _KINDS.items()}
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(ends[kind]))
        dialog.fileSelected.connect(lambda name: self.write(Path(name), runs))
        dialog.open()
        return dialog

    def write(self, path: Path, runs: Sequence[RunOverview]) -> None:
        """Writes runs in the form that the file's name asks for."""
        try:
            write_atomic(path, _text(runs, path.suffix.lower().removeprefix(".")).encode("utf-8"))
        except SaveError as error:
            self.said.emit(str(error))
        else:
            self.said.emit(f"Saved {counted(len(runs), 'run')} in {path.name}.")

    def _entries(self, run: RunOverview | None) -> list[tuple[str, str, Callable[[], object], str]]:
        """What is done with one run: its name, its text, what it does, and why it cannot be done."""
        if run is None:
            none = "Choose one run for this."
            why = {"weights": none, "repeat": none}
        else:
            none = ""
            kept = "" if checkpoint_of(run, "best") else "This run has kept no weights."
            why = {"weights": kept, "repeat": self._session.repeat.refusal(run)}
        return [
            ("open", "Open its network\tEnter", partial(self._with, run, self.open_network), none),
            ("bring_back", "Bring its network back into this drawing", self._on(run, "network"), none),
            ("best", "Use its best weights", self._on(run, "best"), why["weights"]),
            ("last", "Use its last weights", self._on(run, "last"), why["weights"]),
            ("repeat", "Train it again and compare", partial(self._with, run, self.repeat), why["repeat"]),
            ("source", "Copy its PyTorch source", partial(self._with, run, self.source.copy), none),
            ("folder", "Show its folder", partial(self._with, run, _show_folder), none),
        ]

    def _on(self, run: RunOverview | None, what: str) -> Callable[[], object]:
        if what == "network":
            return partial(self._with, run, self.taking.network)
        which: Which = "best" if what == "best" else "last"
        return partial(self._with, run, lambda one: self.taking.weights(one, which))

    def _with(self, run: RunOverview | None, act: Callable[[RunOverview], object]) -> None:
        if run is not None:
            act(run)

    def _export(self, form: str, run: RunOverview | None) -> None:
        if run is not None:
            self.export_wanted.emit(form, run.folder.name)

    def _offer_network(self, run: RunOverview, which: str, why: str) -> None:
        self.said.emit(why)
        take = partial(self.taking.weights, run, "best" if which == "best" else "last", with_network=True)
        question = f"{why} Take the network of {run.title} together with its weights? Undo goes back."
        self.confirm_wanted.emit(question, "Take both", take)

    def _forget(self) -> None:
        self.taking.task.cancel()
        self.source.task.cancel()
        self.deleted = ()
        self.deleted_changed.emit()


def _text(runs: Sequence[RunOverview], form: str) -> str:
    if form != "json":
        return runs_csv(runs)
    return runs_json(full_answer(run, _history(run)) for run in runs)


def _history(run: RunOverview) -> tuple[EpochRow, ...]:
    try:
        return read_epochs(run.folder)
    except OSError:
        return ()


def _delete_text(count: int) -> str:
    return f"Delete {count} runs\tDel" if count > 1 else "Delete\tDel"


def _show_folder(run: RunOverview) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))
