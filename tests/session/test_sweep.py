"""Sweeps of a document: begun, worked off, shown, and found again beside its runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.runs.sweep import grid, read_axes
from nnbuilder.session.document import Document
from nnbuilder.session.queue import RunQueue
from nnbuilder.session.sweep import Sweeps
from tests.fakes import FakeEngine
from tests.ui.canvas.drawings import chain

PROJECT = Project(
    graph=chain(), training=TrainingConfig(optimizer="SGD", optimizer_args={"lr": 0.1}, epochs=4)
)


pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """An engine whose runs say what a test wants; their lines are cut in the end."""
    made = FakeEngine()
    yield made
    for queue in made.findChildren(RunQueue):
        queue.shutdown()


def sweeps_of(engine: FakeEngine, folder: Path) -> Sweeps:
    """The sweeps of a document with runs in this folder, two at once."""
    queue = RunQueue(engine, engine)
    queue.at_once = 2
    return Sweeps(Document(PROJECT), queue, lambda: folder, engine)


def begin(sweeps: Sweeps) -> None:
    """A sweep of four."""
    axes = read_axes(PROJECT, [("lr", "0.1,0.2"), ("batch_size", "8,16")])
    sweeps.start(axes, grid(PROJECT, axes), picked=False)


def test_a_sweep_is_shown_with_its_rows(engine: FakeEngine, tmp_path: Path) -> None:
    sweeps = sweeps_of(engine, tmp_path)
    begin(sweeps)
    shown = sweeps.shown
    assert shown is not None
    assert [varied.path for varied in shown.varied] == ["training.optimizer.lr", "training.batch_size"]
    assert [row.status for row in sweeps.rows(shown)] == ["running", "running", "waiting", "waiting"]
    sent = engine.runs[1].request.project.training
    assert (sent.optimizer_args["lr"], sent.batch_size) == (0.1, 16)


def test_a_row_follows_its_run(engine: FakeEngine, tmp_path: Path) -> None:
    sweeps = sweeps_of(engine, tmp_path)
    begin(sweeps)
    places: list[int] = []
    sweeps.advanced.connect(places.append)
    engine.runs[1].start()
    engine.runs[1].end_epoch(1, validation_loss=0.25)
    shown = sweeps.shown
    assert shown is not None
    row = sweeps.rows(shown)[1]
    assert (row.epoch, row.epochs, row.metric) == (1, 4, "accuracy")
    assert row.best is not None
    assert row.best.validation_loss == 0.25
    assert set(places) == {1}


def test_a_sweep_is_found_again_by_another_window(engine: FakeEngine, tmp_path: Path) -> None:
    first = sweeps_of(engine, tmp_path)
    begin(first)
    other = sweeps_of(engine, tmp_path)
    assert other.known == first.known
    assert other.shown == first.shown
    assert [row.status for row in other.rows(other.known[0])] == ["waiting"] * 4


def test_single_runs_line_up_in_one_list(engine: FakeEngine, tmp_path: Path) -> None:
    sweeps = sweeps_of(engine, tmp_path)
    for _ in range(3):
        sweeps.enqueue()
    shown = sweeps.shown
    assert shown is not None
    assert [trial.number for trial in shown.trials] == [1, 2, 3]
    assert [row.status for row in sweeps.rows(shown)] == ["running", "running", "waiting"]


def test_a_folder_that_cannot_be_written_is_told(engine: FakeEngine, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    sweeps = sweeps_of(engine, blocked)
    said: list[str] = []
    sweeps.warned.connect(said.append)
    begin(sweeps)
    assert len(said) == 1
    assert not engine.runs
