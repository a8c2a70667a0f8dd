"""Finds the logs of windows that died and replays as much of them as is whole."""

import contextlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from nnbuilder.graph.errors import NNBuilderError
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.file import fingerprint
from nnbuilder.project.folders import state_folder
from nnbuilder.project.patch import apply_patch
from nnbuilder.project.project import Project
from nnbuilder.project.recovery import FORMAT, SUFFIX, Entry, Header
from nnbuilder.project.rules import project_faults
from nnbuilder.project.text import parse_project

READ_BYTES = 256 * 2**20
"""How much of a log is read; the rest of a longer one is lost."""

L = TypeVar("L", Header, Entry)


class Recovered(msgspec.Struct, frozen=True):
    """What a log gives back: to be opened as an unsaved copy.

    `project` is None where not even the base can be read. `path` is the file that was edited, `edits`
    counts the lines replayed. `damaged`: the log does not end where it should. `changed`: the file is not
    the one that the edits started from.
    """

    log: Path
    project: Project | None = None
    path: Path | None = None
    edits: int = 0
    damaged: bool = True
    changed: bool = False


def pending_recoveries() -> tuple[Path, ...]:
    """Logs with unsaved work of processes that no longer run, the newest first."""
    try:
        logs = sorted(state_folder("recovery").glob(f"*{SUFFIX}"), reverse=True)
    except OSError:
        return ()
    return tuple(log for log in logs if _pending(log))


def replay(log: Path) -> Recovered:
    """All that is whole at the start of a log; never raises and never touches the log or the file."""
    lines = _lines(log)
    header = _decode(next(lines, b""), Header)
    if header is None:
        return Recovered(log)
    project = _base(header)
    if project is None:
        return Recovered(log, path=_path(header))
    edits, damaged = 0, False
    for line in lines:
        after = _step(project, line)
        if after is None:
            damaged = True
            break
        project, edits = after, edits + 1
    path = _path(header)
    changed = path is not None and fingerprint(path) != header.base_sha256
    return Recovered(log, project, path, edits, damaged, changed)


def dismiss(log: Path) -> None:
    """Throws a log away that nobody wants to recover."""
    for file in (log, log.with_suffix(".bak")):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _pending(log: Path) -> bool:
    lines = _lines(log)
    header = _decode(next(lines, b""), Header)
    if header is None or header.owner.alive:
        return False
    return header.unsaved or bool(next(lines, b""))


def _lines(log: Path) -> Iterator[bytes]:
    """The lines in turn, without their sums; an empty one in place of the first that is damaged."""
    try:
        with log.open("rb") as file:
            blocks = file.read(READ_BYTES).split(b"\n")
    except OSError:
        return
    crc = 0
    for block in blocks[:-1] if not blocks[-1] else blocks:
        crc = zlib.crc32(block[9:], crc)
        if block[:9] != b"%08x " % crc:
            yield b""
            return
        yield block[9:]


def _decode(line: bytes, cls: type[L]) -> L | None:
    try:
        return msgspec.json.decode(line, type=cls)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _base(header: Header) -> Project | None:
    try:
        return parse_project(header.base).project if header.log == FORMAT else None
    except NNBuilderError:
        return None


def _path(header: Header) -> Path | None:
    return None if header.path is None or "\0" in header.path else Path(header.path)


def _step(project: Project, line: bytes) -> Project | None:
    """The project after one line, or None where the line makes no sense."""
    entry = _decode(line, Entry)
    if entry is None or (entry.do is None) == (entry.to is None):
        return None
    try:
        if entry.do is not None:
            return apply_edit(project, entry.do)
        after = project if entry.to is None else apply_patch(project, entry.to)
    except NNBuilderError:
        return None
    return None if project_faults(after) else after
