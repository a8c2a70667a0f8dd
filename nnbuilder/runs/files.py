"""Files of a run's folder: written whole or not at all, and what to say where that fails."""

from pathlib import Path

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.atomic import SaveError, write_atomic


class RunFolderError(NNBuilderError):
    """A run's folder cannot be written or read; `path` is the file, `reason` the system's words."""

    def __init__(self, message: str, path: Path, reason: str = "") -> None:
        self.path = path
        self.reason = reason
        super().__init__(message)


class RunWriteError(RunFolderError):
    """A run's folder cannot be written: there is no room, or no permission."""


def write_whole(path: Path, data: bytes) -> None:
    """Puts data under a name so that a crash leaves the old file or the new one; raises `RunFolderError`."""
    try:
        write_atomic(path, data)
    except SaveError as error:
        raise cannot_write(path, error.cause) from error


def cannot_write(path: Path, cause: OSError | str) -> RunWriteError:
    """The error that says which file could not be written, and why."""
    reason = cause if isinstance(cause, str) else cause.strerror or str(cause)
    return RunWriteError(f"The run cannot be written to {path}: {reason}.", path, reason)
