"""Writes files so that whatever happens, the old or the new content is there, whole.

The bytes go to a temporary file in the same folder and to the disk, the old content gets the name `.bak`,
the temporary file takes its place, and the folder goes to the disk. What lies behind a symbolic link is
replaced, the link stays.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from pathlib import Path

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.owner import alive

_PREFIX = ".nnbuilder-"
_SUFFIX = ".tmp"
_NAME_BYTES = 255
_NO_FOLDER_SYNC = {errno.EINVAL, errno.ENOTSUP, errno.EBADF}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS}


class SaveError(NNBuilderError):
    """A file was not saved: `path` is the file, `cause` what the system said.

    What was there before is still there.
    """

    def __init__(self, path: Path, cause: OSError | str) -> None:
        self.path = path
        self.cause = cause
        why = cause if isinstance(cause, str) else cause.strerror or str(cause)
        super().__init__(f"{path} was not saved: {why}.")


class Files:
    """The calls to the operating system that a save makes; tests put failures in between."""

    def create(self, path: Path, mode: int | None) -> int:
        """Opens a new file for writing; `mode` None: with the permissions that new files get."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        file = os.open(path, flags, 0o666 if mode is None else mode)
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, mode)
        return file

    def write(self, file: int, data: memoryview) -> int:
        """Writes some of the bytes and says how many."""
        return os.write(file, data)

    def sync(self, file: int) -> None:
        """Brings what was written to the disk."""
        os.fsync(file)

    def close(self, file: int) -> None:
        """Closes the file."""
        os.close(file)

    def link(self, old: Path, new: Path) -> None:
        """Gives a file a second name."""
        os.link(old, new)

    def replace(self, old: Path, new: Path) -> None:
        """Gives a file the name of another one, which it replaces."""
        os.replace(old, new)  # noqa: PTH105  (one layer of plain calls)

    def remove(self, path: Path) -> None:
        """Takes a name away."""
        path.unlink()

    def sync_folder(self, folder: Path) -> None:
        """Brings the names in a folder to the disk, where the system can."""
        if os.name == "nt":
            return
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                raise
        finally:
            os.close(file)


FILES = Files()
"""The real ones."""


def write_atomic(path: Path, data: bytes, *, backup: bool = False, files: Files = FILES) -> None:
    """Makes `path` hold `data`, or raises `SaveError` and leaves it as it was.

    With `backup` the content before is kept under the name of `backup_of(path)`. When only the last step
    fails, which brings the new names to the disk, the error is raised though `path` reads as new.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = _mode(target)
        _sweep(target, files)
        temporary = _temporary(target)
        try:
            _write(temporary, data, mode, files)
            if backup and mode is not None:
                _keep(target, files)
            files.replace(temporary, target)
        except OSError:
            with contextlib.suppress(OSError):
                files.remove(temporary)
            raise
        files.sync_folder(target.parent)
    except OSError as error:
        raise SaveError(path, error) from error


def backup_of(path: Path) -> Path:
    """Where the content before the last save is kept."""
    name = path.name + ".bak"
    return path.with_name(name if len(os.fsencode(name)) <= _NAME_BYTES else f"{_stem(path)}bak")


def _mode(target: Path) -> int | None:
    """The permissions of the file that is there; raises where it is none or not to be written."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is read-only")
    return stat.S_IMODE(found.st_mode)


def _stem(target: Path) -> str:
    """What the names of our own files beside a file start with."""
    return f"{_PREFIX}{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}-"


def _temporary(target: Path) -> Path:
    return target.with_name(f"{_stem(target)}{os.getpid()}-{secrets.token_hex(4)}{_SUFFIX}")


def _sweep(target: Path, files: Files) -> None:
    """Removes what interrupted saves of this file left behind."""
    for left in target.parent.glob(f"{_stem(target)}*{_SUFFIX}"):
        owner = left.name.removeprefix(_stem(target)).partition("-")[0]
        if owner.isdigit() and (int(owner) == os.getpid() or not alive(int(owner))):
            with contextlib.suppress(OSError):
                files.remove(left)


def _write(path: Path, data: bytes, mode: int | None, files: Files) -> None:
    file = files.create(path, mode)
    try:
        left = memoryview(data)
        while left:
            left = left[_some(files.write(file, left)) :]
        files.sync(file)
    except OSError:
        with contextlib.suppress(OSError):
            files.close(file)
        raise
    files.close(file)


def _some(written: int) -> int:
    """How many bytes were written; a system that writes none would keep us for ever."""
    if written <= 0:
        raise OSError(errno.EIO, "nothing more could be written")
    return written


def _keep(target: Path, files: Files) -> None:
    """Gives the content that is there the name of the backup as well."""
    backup = backup_of(target)
    if backup.exists() and backup.samefile(target):
        return  # an interrupted save came this far; renaming one of two names of a file would do nothing
    spare = _temporary(target)
    try:
        files.link(target, spare)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _write(spare, target.read_bytes(), None, files)
    try:
        files.replace(spare, backup)
    except OSError:
        with contextlib.suppress(OSError):
            files.remove(spare)
        raise
