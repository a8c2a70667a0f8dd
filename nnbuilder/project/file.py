"""The project's file: saved whole or not at all, opened only when everything in it makes sense."""

import errno
import hashlib
import os
import stat
from pathlib import Path

import msgspec

from nnbuilder.graph import limits
from nnbuilder.graph.plain import Fault
from nnbuilder.project.atomic import FILES, Files, SaveError, write_atomic
from nnbuilder.project.project import Project
from nnbuilder.project.text import Loaded, ProjectFileError, dump_project, parse_project, refused

__all__ = [
    "SUFFIX",
    "Loaded",
    "ProjectFileError",
    "SaveError",
    "dump_project",
    "fingerprint",
    "load_project",
    "parse_project",
    "runs_folder",
    "save_project",
]

SUFFIX = ".nnb"
"""How the name of a project's file ends."""


def save_project(project: Project, path: Path, files: Files = FILES) -> str:
    """Saves the project and keeps what was there as `.bak`; answers with the SHA-256 of the file's bytes.

    Raises `SaveError`, with the file as it was, where the system refuses or where the text could not be
    opened again.
    """
    try:
        data = dump_project(project).encode()
        parse_project(data)
    except ProjectFileError as error:
        raise SaveError(path, f"the project holds what no file may hold ({error})") from error
    except (TypeError, ValueError, OverflowError) as error:
        raise SaveError(path, f"the project holds what cannot be written ({error})") from error
    write_atomic(path, data, backup=True, files=files)
    return hashlib.sha256(data).hexdigest()


def load_project(path: Path) -> Loaded:
    """Opens a project; raises `ProjectFileError`, whose problems name everything that is wrong."""
    try:
        data = _read(path)
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror or error}."
        code = "missing" if error.errno == errno.ENOENT else "unreadable"
        raise refused([Fault("", why, code)]) from error
    return msgspec.structs.replace(parse_project(data), sha256=hashlib.sha256(data).hexdigest())


def fingerprint(path: Path) -> str | None:
    """The SHA-256 of a file's bytes, to see whether another program changed it; None where it is gone."""
    try:
        return hashlib.sha256(_read(path)).hexdigest()
    except OSError:
        return None


def runs_folder(path: Path) -> Path:
    """Where the runs of a project lie: `NAME.runs` beside its file."""
    return path.with_name(f"{path.name.removesuffix(SUFFIX)}.runs")


def _read(path: Path) -> bytes:
    """The bytes of a regular file, and no more of them than a project may have and one."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123  (a pipe must not block)
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no file")
        return file.read(limits.DOCUMENT_BYTES + 1)
