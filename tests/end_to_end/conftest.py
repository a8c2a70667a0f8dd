"""A display of its own for each test that needs a real mouse and a real keyboard."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.conftest import open_stage

__all__ = ["display", "open_stage"]


@pytest.fixture
def display(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A display of its own; gives the environment for programs on it."""
    reader, writer = os.pipe()
    line = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(line, pass_fds=(writer,), stderr=subprocess.DEVNULL)
    os.close(writer)
    with os.fdopen(reader) as answer:
        number = answer.readline().strip()
    environment = {key: value for key, value in os.environ.items() if key != "QT_QPA_PLATFORM"}
    folders = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")}
    yield environment | folders | {"DISPLAY": f":{number}", "HOME": str(tmp_path)}
    server.terminate()
    server.wait(10)
