"""Run folders on disk: `NAME.runs/<run id>/` with `run.json`, raw columns and checkpoints."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnbuilder.project.text import ProjectFileError, dump_project, parse_project
from nnbuilder.runs.files import RunFolderError, cannot_write, write_whole
from nnbuilder.runs.metrics import Columns, EpochRow, read_epochs, read_steps
from nnbuilder.runs.record import FORMAT, RunRecord

RECORD_FILE = "run.json"
CHECKPOINTS = "checkpoints"
RECORD_LIMIT = 16 * 2**20
"""Bytes that a record may have."""


class StoredRun(msgspec.Struct, frozen=True):
    """A run read back: its record and its course (losses and metrics float32, one per step)."""

    folder: Path
    record: RunRecord
    losses: NDArray[np.float32]
    metrics: NDArray[np.float32]
    history: tuple[EpochRow, ...]


class Listing(msgspec.Struct, frozen=True):
    """The runs of a project, oldest first, and a sentence for each folder that cannot be read.

    `folders` are those of `runs`, in the same order.
    """

    runs: tuple[RunRecord, ...] = ()
    unreadable: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()


class RunStore:
    """The folder of a run that is being trained; all writes raise `RunFolderError` where they fail."""

    def __init__(self, folder: Path, record: RunRecord) -> None:
        self.folder = folder
        self.record = record
        self.columns = Columns(folder, record.scores)

    @property
    def checkpoints(self) -> Path:
        """Where the checkpoints lie."""
        return self.folder / CHECKPOINTS

    def update(self, **changes: Any) -> None:
        """Replaces fields of the record and writes it."""
        self.record = msgspec.structs.replace(self.record, **changes)
        _write(self.folder, self.record)

    def close(self) -> None:
        """Closes the columns; the record is on disk already."""
        self.columns.close()


def create_run(folder: Path, record: RunRecord) -> RunStore:
    """Makes the folder of a new run; raises `RunFolderError` where it cannot or where one is there."""
    try:
        (folder / CHECKPOINTS).mkdir(parents=True)
    except FileExistsError as error:
        raise RunFolderError(f"There is a run in {folder} already.", folder) from error
    except OSError as error:
        raise cannot_write(folder, error) from error
    _write(folder, record)
    return RunStore(folder, record)


def open_run(folder: Path) -> RunStore:
    """Opens a run's folder to go on with it; raises `RunFolderError`."""
    return RunStore(folder, load_record(folder))


def load_run(folder: Path) -> StoredRun:
    """Reads a run with its whole course; raises `RunFolderError`."""
    record = load_record(folder)
    losses, metrics = read_steps(folder)
    return StoredRun(folder, record, losses, metrics, read_epochs(folder))


def load_record(folder: Path) -> RunRecord:
    """Reads `run.json` alone; raises `RunFolderError` with a sentence where it is missing or wrong.

    A run that should still train but whose process is gone is "lost".
    """
    path = folder / RECORD_FILE
    try:
        if path.stat().st_size > RECORD_LIMIT:
            raise RunFolderError(f"{path} is too large for the record of a run.", path)
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunFolderError(f"{folder} holds no readable run: {reason}.", path, reason) from error
    try:
        version = msgspec.json.decode(data, type=_Version).format
        if version > FORMAT:
            text = f"{path} was written by a newer NNBuilder (format {version}, this one reads {FORMAT})"
            raise RunFolderError(f"{text}: open it with that one.", path)
        plain = msgspec.json.decode(data)
        project = parse_project(msgspec.json.encode(plain.pop("project", None))).project
        return _as_it_is(msgspec.convert({**plain, "project": project}, RunRecord))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ProjectFileError) as error:
        text = (
            f"{path} is not the record of a run: {str(error).rstrip('.')}. Take it from a backup, or delete"
        )
        raise RunFolderError(f"{text} the folder.", path) from error


def list_runs(runs_folder: Path) -> Listing:
    """All runs in a `NAME.runs` folder; folders without a record are no runs and are left out."""
    runs, unreadable, read = [], [], []
    try:
        folders = sorted(path for path in runs_folder.iterdir() if (path / RECORD_FILE).exists())
    except OSError:
        folders = []
    for folder in folders:
        try:
            runs.append(load_record(folder))
            read.append(folder)
        except RunFolderError as error:
            unreadable.append(str(error))
    return Listing(tuple(runs), tuple(unreadable), tuple(read))


def _as_it_is(record: RunRecord) -> RunRecord:
    if record.over or (record.owner is not None and record.owner.alive):
        return record
    return msgspec.structs.replace(record, status="lost")


class _Version(msgspec.Struct, frozen=True):
    format: int


def _write(folder: Path, record: RunRecord) -> None:
    """Writes the record as JSON, its project as in a project file, so that old ones open in the same way."""
    plain: dict[str, Any] = msgspec.to_builtins(record)
    plain["project"] = msgspec.Raw(dump_project(record.project).encode())
    write_whole(folder / RECORD_FILE, msgspec.json.format(msgspec.json.encode(plain), indent=1))
