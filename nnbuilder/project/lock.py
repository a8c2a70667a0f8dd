"""Keeps two windows from editing one file: a note in the user's state folder says who has it open."""

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.folders import state_folder
from nnbuilder.project.owner import Owner, this_process

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class FileHeld(NNBuilderError):  # noqa: N818
    """Another window has the file open; `owner.foreign` says that it is one on another computer."""

    def __init__(self, path: Path, owner: Owner) -> None:
        self.path = path
        self.owner = owner
        where = f" on {owner.host}" if owner.foreign else ""
        super().__init__(f"{path.name} is open in another window{where} (process {owner.pid}).")


class FileLock:
    """The right to edit one file, until it is released or the process ends.

    Without a `note` nobody else knows of it.
    """

    def __init__(self, path: Path, note: Path | None = None) -> None:
        self.path = path
        self._note = note

    def release(self) -> None:
        """Lets others edit the file; does nothing where another window took it over."""
        if self._note is None:
            return
        with contextlib.suppress(OSError), _guard(self._note.parent):
            if _owner(self._note) == this_process():
                self._note.unlink()


def take_lock(path: Path, *, force: bool = False) -> FileLock:
    """Takes the right to edit a file; raises `FileHeld` while another window has it.

    A window that died has nothing. One on another computer cannot be asked: with `force`, which a person
    has to choose, it is taken over. Raises `OSError` where no note can be written.
    """
    folder = state_folder("locks")
    name = os.path.normcase(os.path.realpath(path))
    note = folder / f"{hashlib.sha256(os.fsencode(name)).hexdigest()[:32]}.json"
    with _guard(folder):
        owner = _owner(note)
        if owner is not None and owner != this_process() and owner.alive and not force:
            raise FileHeld(path, owner)
        spare = note.with_suffix(".new")
        spare.write_bytes(msgspec.json.encode(this_process()))
        spare.replace(note)
    return FileLock(path, note)


def _owner(note: Path) -> Owner | None:
    try:
        return msgspec.json.decode(note.read_bytes(), type=Owner)
    except (OSError, ValueError, msgspec.MsgspecError):
        return None


@contextlib.contextmanager
def _guard(folder: Path) -> Iterator[None]:
    """Lets one process at a time look and write; the system ends it with the process."""
    with (folder / "guard").open("ab") as file:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
