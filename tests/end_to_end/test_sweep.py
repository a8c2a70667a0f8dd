"""A sweep of twelve in a session with a real engine: the weights of `train`, a kill, a cancelled rest."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.data.load import load
from nnbuilder.engine.controls import Unattended
from nnbuilder.engine.run_loop import train_run
from nnbuilder.project.edits import SetTraining
from nnbuilder.project.project import Project
from nnbuilder.project.resources import resources_folder
from nnbuilder.runs.label import read_label
from nnbuilder.runs.store import load_record
from nnbuilder.runs.sweep import Axis, Trial, grid, read_axes
from nnbuilder.session.session import Session


@pytest.fixture
def session(tmp_path: Path, qtbot: QtBot) -> Iterator[Session]:
    """A session on iris with its engine warm and two runs at once."""
    path = tmp_path / "iris.nnb"
    path.write_bytes((resources_folder() / "examples" / "iris.nnb").read_bytes())
    made = Session()
    made.open(path)
    made.start()
    made.queue.at_once = 2
    qtbot.waitUntil(lambda: made.engine.state == "ready", timeout=60_000)
    yield made
    made.shutdown()


def epochs(session: Session, count: int) -> Project:
    """The project with so many epochs."""
    training = msgspec.structs.replace(session.document.project.training, epochs=count)
    session.document.apply(SetTraining(training))
    return session.document.project


def ordered(project: Project) -> tuple[tuple[Axis, ...], tuple[Trial, ...]]:
    """Twelve combinations."""
    axes = read_axes(project, [("lr", "0.1,0.03,0.01,0.001"), ("n2.out_features", "4,16,64")])
    return axes, grid(project, axes)


def test_twelve_runs_give_what_each_alone_gives(session: Session, qtbot: QtBot, tmp_path: Path) -> None:
    axes, trials = ordered(epochs(session, 3))
    session.sweeps.start(axes, trials, picked=False)
    qtbot.waitUntil(lambda: not session.queue.active, timeout=120_000)
    shown = session.sweeps.shown
    assert shown is not None
    rows = session.sweeps.rows(shown)
    assert [row.status for row in rows] == ["finished"] * 12
    for place in (0, 7):
        project = trials[place].project
        prepared = load(project.data, project.training.seed, None)
        alone = train_run(project, prepared, tmp_path / f"alone{place}", lambda *_: None, Unattended())
        assert rows[place].sha256 == alone.weights_sha256
    folder = session.runs_folder() / rows[7].trial.run
    assert load_record(folder).project == trials[7].project
    assert read_label(folder).name == rows[7].trial.title == "lr 0.01, n2 Linear out_features 16"


def test_a_killed_run_is_lost_and_the_rest_is_cancelled(session: Session, qtbot: QtBot) -> None:
    axes, trials = ordered(epochs(session, 100_000))
    session.sweeps.start(axes, trials, picked=False)
    queue = session.queue
    at_work = [job for job in queue.jobs if job.state == "starting"]
    qtbot.waitUntil(lambda: all(job.state == "running" and job.pid for job in at_work), timeout=60_000)
    assert len({job.pid for job in at_work}) == 2
    os.kill(at_work[0].pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: at_work[0].over, timeout=60_000)
    assert at_work[0].state == "lost"
    qtbot.waitUntil(lambda: sum(job.state == "running" for job in queue.jobs) == 2, timeout=60_000)
    assert queue.jobs[2].state == "running"
    queue.cancel()
    qtbot.waitUntil(lambda: not queue.active, timeout=60_000)
    assert [job.state for job in queue.jobs if job is not at_work[0]] == ["stopped"] * 11
    assert load_record(at_work[1].folder).status == "stopped"
    assert load_record(at_work[0].folder).status == "lost"
