"""Keeps unsaved work: a log of edits that outlives the process, and what can be replayed of it.

A log is text. Its first line holds the project that the edits start from, each further line one edit (or one
patch, for undo and redo). In front of each line stands a CRC-32 that is taken over all lines so far: a line
that is damaged, lost or doubled ends what can be replayed.
"""

import contextlib
import os
import secrets
import time
import zlib
from pathlib import Path

import msgspec

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.edits import Edit
from nnbuilder.project.file import fingerprint
from nnbuilder.project.folders import state_folder
from nnbuilder.project.owner import Owner, this_process
from nnbuilder.project.patch import Patch, make_patch
from nnbuilder.project.project import Project
from nnbuilder.project.text import dump_project

FORMAT = 1
SUFFIX = ".log"
ROTATE_BYTES = 16 * 2**20
"""Beyond this size a log starts anew from the project as it is."""

SYNC_SECONDS = 1.0
"""How long an edit may lie in the system's memory before `sync` brings it to the disk."""


class RecoveryError(NNBuilderError):
    """The recovery log cannot be written: edits are not safe from a crash until it can be again."""


class Header(msgspec.Struct, frozen=True):
    """The first line: who writes, which file is edited, and the project before the first edit.

    `base_sha256` is of the file's bytes, None where there is no file. `unsaved` says that the base itself
    lies nowhere else.
    """

    log: int
    owner: Owner
    path: str | None
    base_sha256: str | None
    base: str
    unsaved: bool = False


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A further line: an edit that was done, or a patch to where an undo or redo led."""

    do: Edit | None = None
    to: Patch | None = None


class RecoveryLog:
    """Writes down each edit of one window's document; the file appears with the first of them."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self._handle = -1
        self._project = Project()
        self._path: Path | None = None
        self._sha256: str | None = None
        self._crc = 0
        self._size = 0
        self._synced = True
        self._sync_time = 0.0
        self._whole = True
        self._replaced: Path | None = None

    def start(self, project: Project, path: Path | None, recovered: Path | None = None) -> None:
        """Begins with a project that was just opened, made or saved, and drops what was written before.

        With `recovered`, the project comes out of that log: it is unsaved from the start, and the log is
        kept beside the new one until the next start.
        """
        self.close()
        self._project, self._path = project, path
        self._sha256 = fingerprint(path) if path is not None else None
        if recovered is not None:
            self._open(unsaved=True)
            self._replaced = recovered.with_suffix(".bak")
            with contextlib.suppress(OSError):
                recovered.replace(self._replaced)

    def append(self, edit: Edit, after: Project) -> None:
        """Writes down an edit that led to `after`; raises `RecoveryError` where it cannot be written."""
        self._add(Entry(do=edit) if self._whole else None, after)

    def jump(self, after: Project) -> None:
        """Writes down that an undo or redo led to `after`; raises `RecoveryError`."""
        self._add(None, after)

    def sync(self, *, now: bool = False) -> None:
        """Brings to the disk what was written, at most once in `SYNC_SECONDS` unless `now`."""
        late = time.monotonic() - self._sync_time >= SYNC_SECONDS
        if self._synced or self._handle < 0 or not (late or now):
            return
        try:
            os.fsync(self._handle)
        except OSError as error:
            raise _failed(error) from error
        self._synced, self._sync_time = True, time.monotonic()

    def close(self, *, discard: bool = True) -> None:
        """Ends the log; without `discard` its work will be offered at the next start."""
        _drop(self.file if discard else None, self._handle)
        if discard:
            _drop(self._replaced, -1)
            self._replaced = None
        self.file, self._handle, self._whole = None, -1, True

    def _add(self, entry: Entry | None, after: Project) -> None:
        """Writes an entry, or the patch that makes up for what could not be written before."""
        self._whole = False
        if self._handle < 0:
            self._open(unsaved=False)
        elif self._size > ROTATE_BYTES:
            self._rotate()
        self._write(entry or Entry(to=make_patch(self._project, after)))
        self._project, self._whole = after, True

    def _open(self, *, unsaved: bool) -> None:
        header = Header(
            log=FORMAT,
            owner=this_process(),
            path=None if self._path is None else str(self._path),
            base_sha256=self._sha256,
            base=dump_project(self._project),
            unsaved=unsaved,
        )
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{secrets.token_hex(3)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
        self.file, self._handle = None, -1
        try:
            self.file = state_folder("recovery") / name
            self._handle = os.open(self.file, flags, 0o600)
            self._crc = self._size = 0
            self._write(header)
            self.sync(now=True)
        except (OSError, RecoveryError) as error:
            _drop(self.file, self._handle)
            self.file, self._handle = None, -1
            raise error if isinstance(error, RecoveryError) else _failed(error) from error

    def _rotate(self) -> None:
        """Goes on in a new file, whose base holds all edits so far; stays in the old one if it must."""
        before = (self.file, self._handle, self._crc, self._size)
        try:
            self._open(unsaved=True)
        except RecoveryError:
            self.file, self._handle, self._crc, self._size = before
        else:
            _drop(before[0], before[1])

    def _write(self, line: Header | Entry) -> None:
        """Adds a line, whole or not at all."""
        data = msgspec.json.encode(line)
        crc = zlib.crc32(data, self._crc)
        block = b"%08x %s\n" % (crc, data)
        try:
            written = 0
            while written < len(block):
                written += os.write(self._handle, block[written:])
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, self._size)
            raise _failed(error) from error
        self._crc, self._size, self._synced = crc, self._size + len(block), False


def _drop(file: Path | None, handle: int) -> None:
    """Closes a handle and removes a file, as far as there are any."""
    with contextlib.suppress(OSError):
        if handle >= 0:
            os.close(handle)
        if file is not None:
            file.unlink(missing_ok=True)


def _failed(error: OSError) -> RecoveryError:
    why = error.strerror or str(error)
    return RecoveryError(f"The recovery log cannot be written: {why}. Save your work soon.")
