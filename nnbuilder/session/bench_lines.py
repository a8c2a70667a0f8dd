"""Where the bench's lines lie: those of a project beside its runs, those that were ever typed with the user.

A bench is its lines, and they are no part of the network: kept in the project file, each would make it
unsaved and stand in its history of edits. So they lie in the project's runs folder, as its weights do.
"""

import contextlib
import json
from pathlib import Path

from nnbuilder.project.atomic import SaveError, write_atomic

FILE = "bench.json"
"""The file in a runs folder."""

MOST = 500
"""The most lines of the history that are brought back."""

LONGEST = 500_000
"""The most letters of a line."""


def read_lines(runs: Path) -> list[str]:
    """The lines of a project's bench, none where there are none or the file is not ours."""
    try:
        found = json.loads((runs / FILE).read_text("utf-8"))
        lines = found["lines"] if found["version"] == 1 else []
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    return _texts(lines)


def write_lines(runs: Path, lines: list[str]) -> None:
    """Keeps the lines of a project's bench; raises `SaveError`. Without any the file goes."""
    path = runs / FILE
    if not lines:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        return
    try:
        runs.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(path, error) from error
    text = json.dumps({"version": 1, "lines": lines}, ensure_ascii=False, indent=1)
    write_atomic(path, text.encode("utf-8", "backslashreplace") + b"\n")


class LineHistory:
    """The lines that were typed, the newest last, of all windows; a file with one on each row."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.lines: list[str] = []
        if path is not None:
            with contextlib.suppress(OSError, ValueError):
                rows = path.read_text("utf-8").splitlines()
                self.lines = _texts([_read(row) for row in rows[-MOST:]])
                if len(rows) > 2 * MOST:
                    write_atomic(path, "".join(f"{row}\n" for row in rows[-MOST:]).encode())

    def add(self, line: str) -> None:
        """Keeps a line, unless it is the one before; a disk that is full keeps nothing."""
        if self.lines and self.lines[-1] == line:
            return
        self.lines.append(line)
        if self._path is not None:
            with contextlib.suppress(OSError), self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def _read(row: str) -> object:
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(row)
    return None


def _texts(found: object) -> list[str]:
    if not isinstance(found, list):
        return []
    return [line for line in found if isinstance(line, str) and line.strip() and len(line) <= LONGEST]
