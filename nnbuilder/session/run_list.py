"""The stored runs of the document, read piece by piece while somebody looks at them."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from nnbuilder.runs.files import RunFolderError
from nnbuilder.runs.label import LABEL_FILE, Label, write_label
from nnbuilder.runs.metrics import EPOCHS_FILE
from nnbuilder.runs.overview import RunOverview, newest_first, seen
from nnbuilder.runs.store import RECORD_FILE, load_record
from nnbuilder.runs.trash import Deleted, delete_run, empty_trash, list_trash, restore_run, sweep_trash
from nnbuilder.session.document import Document
from nnbuilder.session.run import Run

POLL_MS = 1500
"""Time between two looks at the folder, while somebody looks at the list."""

SLICE_S = 0.008
"""How long the window may be kept busy with reading at a time."""

Stamp = tuple[tuple[int, int], ...]
"""When the files of a run were written, and how large they are."""


class RunList(QObject):
    """Follows a runs folder; a run is read again only where one of its files became another.

    `changed` says that `runs`, `unreadable` or `trash` are others. Nothing is read unless somebody looks.
    """

    changed = Signal()

    def __init__(
        self, document: Document, run: Run, runs_folder: Callable[[], Path], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runs_folder = runs_folder
        self._viewers: set[QObject] = set()
        self._waiting: list[Path] = []
        self._found: dict[Path, tuple[Stamp, RunOverview | None, tuple[str, ...]]] = {}
        self._swept: Path | None = None
        self.folder = Path()
        self.runs: tuple[RunOverview, ...] = ()
        self.unreadable: tuple[str, ...] = ()
        self.trash: tuple[Deleted, ...] = ()
        self.reading = False
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MS)
        self._poll.timeout.connect(self.refresh)
        self._slice = QTimer(self)
        self._slice.setInterval(0)
        self._slice.timeout.connect(self._read_on)
        for signal in (document.path_changed, document.replaced, run.state_changed):
            signal.connect(self.refresh)

    def look(self, viewer: QObject) -> None:
        """Reads and follows the folder for somebody, until `look_away`."""
        self._viewers.add(viewer)
        self._poll.start()
        self.refresh()

    def look_away(self, viewer: QObject) -> None:
        """Somebody does not look any more; when nobody does, nothing is read."""
        self._viewers.discard(viewer)
        if not self._viewers:
            self._poll.stop()
            self._slice.stop()
            self.reading = False

    def refresh(self) -> None:
        """Begins to read what is new in the folder, where somebody looks and nothing is being read."""
        if not self._viewers:
            return
        folder = self._runs_folder()
        if folder != self.folder:
            self._turn_to(folder)
        if self.reading:
            return
        if self._swept != folder:
            self._swept = folder
            sweep_trash(folder)
        self.reading = True
        self._waiting = _run_folders(folder)
        gone = self._found.keys() - set(self._waiting)
        for path in gone:
            del self._found[path]
        self._slice.start()

    def settle(self) -> None:
        """Reads to the end at once."""
        while self.reading:
            self._read_on()

    def run_in(self, folder: Path) -> RunOverview | None:
        """The run that lies in a folder, as it was read last."""
        return next((run for run in self.runs if run.folder == folder), None)

    def named(self, run_id: str) -> RunOverview | None:
        """The run with this name in its record."""
        return next((run for run in self.runs if run.record.id == run_id), None)

    def relabel(self, folder: Path, label: Label) -> None:
        """Keeps what somebody says of a run; raises `RunFolderError`."""
        kept = write_label(folder, label)
        found = self._found.get(folder)
        if found is not None and found[1] is not None:
            run = msgspec.structs.replace(found[1], label=kept)
            self._found[folder] = (_stamp(folder), run, ())
            self._publish()

    def delete(self, folders: Iterable[Path]) -> tuple[tuple[Deleted, ...], tuple[str, ...]]:
        """Puts runs into the trash; answers those that lie there now, and why others do not."""
        done, why = [], []
        for folder in folders:
            try:
                done.append(delete_run(folder))
                self._found.pop(folder, None)
            except RunFolderError as error:
                why.append(str(error))
        self._publish()
        return tuple(done), tuple(why)

    def restore(self, deleted: Iterable[Deleted]) -> tuple[str, ...]:
        """Puts runs back; answers why some could not be."""
        why = []
        for one in deleted:
            try:
                restore_run(one)
            except RunFolderError as error:
                why.append(str(error))
        self._again()
        return tuple(why)

    def empty(self) -> tuple[Deleted, ...]:
        """Removes what lies in the trash for good; answers what could not be removed."""
        kept = empty_trash(self.trash)
        self._publish()
        return kept

    def _turn_to(self, folder: Path) -> None:
        """Forgets the runs of another folder."""
        self._slice.stop()
        self._waiting.clear()
        self.reading = False
        self.folder, self._found = folder, {}
        self.runs, self.unreadable, self.trash = (), (), ()
        self.changed.emit()

    def _again(self) -> None:
        """Reads what is new without waiting for the next look."""
        self._slice.stop()
        self.reading = False
        self.refresh()
        self.settle()
        self._publish()

    def _read_on(self) -> None:
        """Reads runs for some milliseconds; tells of all once the last one is read."""
        until = time.perf_counter() + SLICE_S
        while self._waiting and time.perf_counter() < until:
            self._read(self._waiting.pop(0))
        if not self._waiting:
            self._slice.stop()
            self.reading = False
            self._publish()

    def _read(self, folder: Path) -> None:
        if not (folder / RECORD_FILE).exists():  # deleted since it was listed
            self._found.pop(folder, None)
            return
        stamp = _stamp(folder)
        before = self._found.get(folder)
        over = before is not None and (before[1] is None or before[1].record.over)
        if before is not None and before[0] == stamp and over:
            return
        try:
            run, lost = seen(folder, load_record(folder))
        except RunFolderError as error:
            self._found[folder] = (stamp, None, (str(error),))
        else:
            self._found[folder] = (stamp, run, lost)

    def _publish(self) -> None:
        runs = newest_first(run for _, run, _ in self._found.values() if run is not None)
        lost = tuple(line for _, _, lines in self._found.values() for line in lines)
        trash = list_trash(self.folder)
        if (runs, lost, trash) != (self.runs, self.unreadable, self.trash):
            self.runs, self.unreadable, self.trash = runs, lost, trash
            self.changed.emit()


def _run_folders(folder: Path) -> list[Path]:
    """The folders with a record, the last ones first."""
    try:
        return sorted((path for path in folder.iterdir() if (path / RECORD_FILE).exists()), reverse=True)
    except OSError:
        return []


def _stamp(folder: Path) -> Stamp:
    found = []
    for name in (RECORD_FILE, EPOCHS_FILE, LABEL_FILE):
        with suppress(OSError):
            facts = (folder / name).stat()
            found.append((facts.st_mtime_ns, facts.st_size))
            continue
        found.append((0, 0))
    return tuple(found)
