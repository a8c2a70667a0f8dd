"""The same project and seed give bit-equal weights from the window, again, and from the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.project.resources import resources_folder
from nnbuilder.session.engine_client import FORKS, EngineClient
from nnbuilder.session.session import Session

EPOCHS = 20


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The starter with few epochs."""
    source = (resources_folder() / "examples" / "iris.nnb").read_text()
    plain = json.loads(source)
    plain["training"]["epochs"] = EPOCHS
    path = tmp_path / "iris.nnb"
    path.write_text(json.dumps(plain))
    return path


def from_window(path: Path, qtbot: QtBot, *, forks: bool) -> str:
    """The hash that a run in a session comes to."""
    session = Session(EngineClient(forks=forks))
    session.open(path)
    session.start()
    try:
        qtbot.waitUntil(lambda: session.engine.state == "ready", timeout=60_000)
        session.run.start()
        qtbot.waitUntil(lambda: not session.run.active, timeout=60_000)
        assert session.run.state == "finished", session.run.message
        assert session.run.ended is not None
        assert len(session.run.losses) == session.run.ended.step
        assert session.run.notices == ()
        return session.run.ended.weights_sha256
    finally:
        session.shutdown()


def from_command_line(path: Path) -> str:
    """The hash that `nnbuilder train` prints."""
    command = [sys.executable, "-m", "nnbuilder", "train", str(path), "--json"]
    done = subprocess.run(command, check=True, capture_output=True)
    return str(json.loads(done.stdout)["weights_sha256"])


def test_window_and_command_line_train_the_same(project: Path, qtbot: QtBot) -> None:
    hashes = {from_window(project, qtbot, forks=False), from_command_line(project)}
    if FORKS:
        hashes.add(from_window(project, qtbot, forks=True))
    assert len(hashes) == 1
