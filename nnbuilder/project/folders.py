"""The user's folders that the program keeps its own files in; never a temporary one."""

from pathlib import Path

import platformdirs

APP = "nnbuilder"
"""What our folders are named."""


def config_folder() -> Path:
    """Where settings and the list of recent files lie."""
    return platformdirs.user_config_path(APP, appauthor=False, ensure_exists=True)


def state_folder(name: str) -> Path:
    """A folder below that of the program's state, which no other user may look into."""
    folder = platformdirs.user_state_path(APP, appauthor=False) / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
