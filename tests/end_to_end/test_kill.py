"""Whatever is killed: the window lives on and says so, or nothing outlives the window."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.project.edits import SetSource
from nnbuilder.project.file import load_project, save_project
from nnbuilder.project.project import Project
from nnbuilder.project.replay import pending_recoveries, replay
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.store import list_runs, load_run
from nnbuilder.session import run_line
from nnbuilder.session.engine_client import EngineClient
from nnbuilder.session.session import Session
from tests.conftest import SOAK
from tests.engine.engine_process import wait_until_gone
from tests.patience import PATIENCE_MS

pytestmark = pytest.mark.timeout(3600 if SOAK else 300)


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """The starter project with so many epochs that it never ends by itself."""
    project = load_project(resources_folder() / "examples" / "iris.nnb").project
    training = msgspec.structs.replace(project.training, epochs=1_000_000)
    save_project(msgspec.structs.replace(project, training=training), tmp_path / "endless.nnb")
    return tmp_path / "endless.nnb"


class Desk:
    """A session with a real engine."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        self.engine = EngineClient()
        self.session = Session(self.engine)
        self.session.open(path)
        self.run = self.session.run
        self.qtbot = qtbot
        self.session.start()
        self.until_ready()

    def until_ready(self) -> None:
        """Waits for a warm engine."""
        self.qtbot.waitUntil(lambda: self.engine.state == "ready")

    def until_is(self, state: str) -> None:
        """Waits for the run to be in a state."""
        self.qtbot.waitUntil(lambda: self.run.state == state)

    def train(self) -> None:
        """Presses Train and waits for steps."""
        self.run.start()
        self.qtbot.waitUntil(lambda: self.run.state == "running" and len(self.run.losses) > 0)

    def until_more_steps(self) -> None:
        """Waits for the run to go on."""
        before = len(self.run.losses)
        self.qtbot.waitUntil(lambda: len(self.run.losses) > before)


@pytest.fixture
def unforced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is asked to stop has the time for it, however busy the machine is."""
    monkeypatch.setattr(run_line, "FORCE_MS", PATIENCE_MS)


@pytest.fixture
def desk(endless: Path, qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is cleared up afterwards."""
    desk = Desk(endless, qtbot)
    yield desk
    desk.session.shutdown()


def test_killing_the_run_costs_a_message(desk: Desk) -> None:
    chance = random.Random(0)  # noqa: S311  (moments, not secrets)
    for number in range(300 if SOAK else 5):
        desk.train()
        desk.session.document.apply(SetSource(str(number)))
        desk.qtbot.wait(chance.randrange(30, 200))
        os.kill(desk.run.pid, signal.SIGKILL)
        desk.until_is("lost")
        assert "memory" in desk.run.message
        assert desk.session.document.project.source == str(number)
        assert desk.engine.state in {"ready", "busy"}


def test_a_killed_run_is_listed_as_lost(desk: Desk) -> None:
    desk.train()
    folder = desk.run.folder
    assert folder is not None
    assert [run.status for run in list_runs(folder.parent).runs] == ["running"]
    os.kill(desk.run.pid, signal.SIGKILL)
    desk.until_is("lost")

    assert [run.status for run in list_runs(folder.parent).runs] == ["lost"]


@pytest.mark.usefixtures("unforced")
def test_two_windows_train_one_project(endless: Path, qtbot: QtBot) -> None:
    one, other = Desk(endless, qtbot), Desk(endless, qtbot)  # the second one opens a copy
    try:
        one.train()
        other.train()
        one.until_more_steps()
        other.until_more_steps()
        for desk in (one, other):
            desk.run.stop()
        one.until_is("stopped")
        other.until_is("stopped")
        folders = {desk.run.folder for desk in (one, other)}
        assert len(folders) == 2
        for desk in (one, other):
            assert desk.run.folder is not None
            stored = load_run(desk.run.folder)
            assert stored.record.status == "stopped"
            assert len(stored.losses) == stored.record.step == desk.run.step
        steps = min(len(one.run.losses), len(other.run.losses))
        assert one.run.losses.values[:steps].tolist() == other.run.losses.values[:steps].tolist()
    finally:
        one.session.shutdown()
        other.session.shutdown()


@pytest.mark.usefixtures("unforced")
def test_a_lost_run_goes_on_from_its_checkpoint(desk: Desk) -> None:
    desk.train()
    desk.qtbot.waitUntil(lambda: desk.run.has_checkpoint)
    os.kill(desk.run.pid, signal.SIGKILL)
    desk.until_is("lost")
    lost_at = len(desk.run.losses)
    desk.run.resume_from_checkpoint()
    desk.qtbot.waitUntil(lambda: desk.run.state == "running" and len(desk.run.losses) > lost_at)
    assert desk.run.step == len(desk.run.losses)
    desk.run.stop()
    desk.until_is("stopped")
    assert desk.run.ended is not None


def test_killing_the_engine_brings_another_while_the_run_goes_on(desk: Desk) -> None:
    desk.train()
    for number in range(100 if SOAK else 2):
        desk.engine.restart() if number % 2 else os.kill(desk.engine.pid, signal.SIGKILL)
        desk.session.document.apply(SetSource(str(number)))
        desk.until_ready()
        desk.until_more_steps()
    assert desk.run.state == "running"
    desk.run.stop()
    desk.until_is("stopped")
    desk.train()


@pytest.mark.usefixtures("unforced")
def test_stop_and_close_leave_no_process(desk: Desk) -> None:
    desk.train()
    pid = desk.run.pid
    desk.run.stop()
    desk.until_is("stopped")
    assert desk.run.ended is not None
    wait_until_gone(pid)
    desk.train()
    engine, run = desk.engine.pid, desk.run.pid
    desk.session.shutdown()
    wait_until_gone(engine)
    wait_until_gone(run)


def test_a_frozen_run_is_stopped_by_force(desk: Desk) -> None:
    desk.train()
    pid = desk.run.pid
    os.kill(pid, signal.SIGSTOP)
    desk.run.stop()
    desk.until_is("stopped")
    assert "by force" in desk.run.message
    wait_until_gone(pid)
    desk.train()


@pytest.mark.parametrize("_time", range(20 if SOAK else 1))
def test_nothing_outlives_a_killed_window(endless: Path, _time: int) -> None:
    command = [sys.executable, "-m", "tests.end_to_end.window_process", str(endless)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as window:
        assert window.stdout is not None
        pids = [int(word) for word in window.stdout.readline().split()]
        assert len(pids) == 2
        window.kill()
        for pid in pids:
            wait_until_gone(pid)
    (log,) = pending_recoveries()
    recovered = replay(log)
    assert recovered.project is not None
    assert recovered.project.source == "unsaved"
    assert load_project(endless).project.source is None
    assert isinstance(recovered.project, Project)
