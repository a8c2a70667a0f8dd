"""The user's folders that the program keeps its own files in; never a temporary one.

Where one cannot be made (a full disk, a home that is read-only), whoever writes there hears of it.
"""

import contextlib
from pathlib import Path

import platformdirs

APP = "nnbuilder"
"""What our folders are named."""


def config_folder() -> Path:
    """Where settings and the list of recent files lie."""
    return _made(platformdirs.user_config_path(APP, appauthor=False))


def state_folder(name: str) -> Path:
    """A folder below that of the program's state, which no other user may look into."""
    return _made(platformdirs.user_state_path(APP, appauthor=False) / name)


def _made(folder: Path) -> Path:
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
