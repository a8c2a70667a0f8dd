"""Files that are either old or new, never half: written beside, forced to disk, then renamed."""

import os
from pathlib import Path

from nnbuilder.graph.errors import NNBuilderError


class RunFolderError(NNBuilderError):
    """A run's folder cannot be written or read; `path` is the file, `reason` the system's words."""

    def __init__(self, message: str, path: Path, reason: str = "") -> None:
        self.path = path
        self.reason = reason
        super().__init__(message)


def write_atomic(path: Path, data: bytes) -> None:
    """Puts data under a name so that a crash leaves the old file or the new one; raises `RunFolderError`."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            with beside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    except OSError as error:
        raise cannot_write(path, error) from error


def sync_folder(folder: Path) -> None:
    """Forces a folder's entries to disk, where the system lets folders be opened."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cannot_write(path: Path, error: OSError) -> RunFolderError:
    """The error that says which file could not be written, and why."""
    reason = error.strerror or str(error)
    return RunFolderError(f"The run cannot be written to {path}: {reason}.", path, reason)
