"""The projects that were opened or saved lately, the newest first."""

import contextlib
from pathlib import Path

import msgspec

from nnbuilder.project.atomic import SaveError, write_atomic
from nnbuilder.project.folders import config_folder

MOST = 10
"""How many are remembered."""


class RecentFiles:
    """The list, shared by all windows: read anew before every change."""

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are still there."""
        return tuple(path for path in self._read() if path.is_file())

    def add(self, path: Path) -> None:
        """Puts a file first."""
        path = path.absolute()
        self._write([path, *(other for other in self._read() if other != path)])

    def remove(self, path: Path) -> None:
        """Forgets a file."""
        self._write([other for other in self._read() if other != path.absolute()])

    def clear(self) -> None:
        """Forgets all."""
        self._write([])

    def _read(self) -> list[Path]:
        try:
            names = msgspec.json.decode(self._file().read_bytes(), type=list[str])
        except (OSError, ValueError, msgspec.MsgspecError):
            return []
        return [Path(name) for name in names[:MOST] if name and "\0" not in name]

    def _write(self, files: list[Path]) -> None:
        """A list that cannot be kept is no reason to stop anybody."""
        names = [str(file) for file in files[:MOST]]
        with contextlib.suppress(SaveError, OSError, ValueError):
            write_atomic(self._file(), msgspec.json.encode(names))

    def _file(self) -> Path:
        return config_folder() / "recent.json"
