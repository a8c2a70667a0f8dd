"""Deleted runs: in a folder of their own until they are put back or old enough to go for good."""

import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from nnbuilder.runs.files import RunFolderError, cannot_write
from nnbuilder.runs.record import RunRecord
from nnbuilder.runs.store import RECORD_FILE, load_record

TRASH = ".trash"
"""The folder of deleted runs, in the runs folder of a project."""

KEPT_DAYS = 30
"""How long a deleted run can be put back."""


class Deleted(msgspec.Struct, frozen=True):
    """A run in the trash: where it lay, where it lies, and when it was deleted (seconds since 1970)."""

    home: Path
    path: Path
    when: int


def delete_run(folder: Path, now: float | None = None) -> Deleted:
    """Puts a run into the trash; raises `RunFolderError` where it still trains or cannot be moved."""
    record = _record(folder)
    if record is not None and not record.over:
        raise RunFolderError(f"The run {folder.name} is being trained: stop it first.", folder)
    when = int(time.time() if now is None else now)
    target = folder.parent / TRASH / f"{when}.{folder.name}"
    try:
        target.parent.mkdir(exist_ok=True)
        folder.rename(target)
    except OSError as error:
        raise _cannot("deleted", folder, error) from error
    return Deleted(folder, target, when)


def restore_run(deleted: Deleted) -> Path:
    """Puts a run back where it lay; raises `RunFolderError` where that cannot be."""
    if deleted.home.exists():
        raise RunFolderError(
            f"There is a run {deleted.home.name} again, so it was not put back.", deleted.home
        )
    try:
        deleted.path.rename(deleted.home)
    except OSError as error:
        raise _cannot("put back", deleted.home, error) from error
    return deleted.home


def list_trash(runs_folder: Path) -> tuple[Deleted, ...]:
    """What lies in the trash, the last deleted first."""
    try:
        names = [path for path in (runs_folder / TRASH).iterdir() if (path / RECORD_FILE).exists()]
    except OSError:
        return ()
    parts = [(path, *path.name.partition(".")[::2]) for path in names]
    found = [Deleted(runs_folder / name, path, int(when)) for path, when, name in parts if _moment(when)]
    return tuple(sorted(found, key=lambda one: (one.when, one.home.name), reverse=True))


def empty_trash(deleted: Iterable[Deleted]) -> tuple[Deleted, ...]:
    """Removes runs for good; answers those that could not be removed."""
    kept = []
    for one in deleted:
        shutil.rmtree(one.path, ignore_errors=True)
        if one.path.exists():
            kept.append(one)
    return tuple(kept)


def sweep_trash(runs_folder: Path, now: float | None = None) -> None:
    """Removes what was deleted so long ago that nobody will want it back."""
    oldest = (time.time() if now is None else now) - KEPT_DAYS * 24 * 3600
    empty_trash(one for one in list_trash(runs_folder) if one.when < oldest)


def _record(folder: Path) -> RunRecord | None:
    try:
        return load_record(folder)
    except RunFolderError:
        return None


def _moment(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def _cannot(what: str, folder: Path, error: OSError) -> RunFolderError:
    reason = cannot_write(folder, error).reason
    return RunFolderError(f"The run {folder.name} cannot be {what}: {reason}.", folder, reason)
