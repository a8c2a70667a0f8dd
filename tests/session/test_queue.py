"""Several runs at once and a queue: who begins when, cancelling, and how each can end."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.messages import EpochEnded, Failed, StartRun
from nnbuilder.runs.metrics import EpochRow
from nnbuilder.runs.overview import best_epoch
from nnbuilder.session.queue import RunQueue
from tests.fakes import FakeEngine
from tests.ui.canvas.drawings import chain

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def engine() -> Iterator[FakeEngine]:
    """An engine whose runs say what a test wants; their lines are cut in the end."""
    made = FakeEngine()
    yield made
    for queue in made.findChildren(RunQueue):
        queue.shutdown()


@pytest.fixture
def queue(engine: FakeEngine) -> RunQueue:
    """A queue with room for two."""
    made = RunQueue(engine, engine)
    made.at_once = 2
    return made


def orders(folder: Path, count: int) -> list[StartRun]:
    """So many runs, each with a seed of its own."""
    return [
        StartRun(
            f"r{seed}", Project(graph=chain(), training=TrainingConfig(seed=seed)), str(folder / f"r{seed}")
        )
        for seed in range(count)
    ]


def states(queue: RunQueue) -> list[str]:
    """How all runs stand."""
    return [job.state for job in queue.jobs]


def test_no_more_than_so_many_are_at_work(queue: RunQueue, engine: FakeEngine, tmp_path: Path) -> None:
    queue.add(orders(tmp_path, 4))
    assert states(queue) == ["starting", "starting", "waiting", "waiting"]
    engine.runs[0].start()
    engine.runs[0].end()
    assert states(queue) == ["finished", "starting", "starting", "waiting"]
    queue.at_once = 3
    assert states(queue) == ["finished", "starting", "starting", "starting"]
    assert [channel.request.project.training.seed for channel in engine.runs] == [0, 1, 2, 3]


def test_what_an_epoch_brought_is_kept(queue: RunQueue, engine: FakeEngine, tmp_path: Path) -> None:
    queue.add(orders(tmp_path, 1))
    channel, [job] = engine.run, queue.jobs
    channel.start()
    for epoch, loss in enumerate((0.5, 0.3, 0.4), 1):
        channel.end_epoch(epoch, validation_loss=loss)
    best = job.best
    assert best is not None
    assert (best.epoch, best.validation_loss, job.share) == (2, 0.3, 0.03)


def test_cancelling_all_lets_none_of_the_waiting_begin(
    queue: RunQueue, engine: FakeEngine, tmp_path: Path
) -> None:
    queue.add(orders(tmp_path, 4))
    emptied: list[bool] = []
    queue.emptied.connect(lambda: emptied.append(True))
    queue.cancel()
    assert states(queue) == ["stopping", "stopping", "stopped", "stopped"]
    assert [channel.told for channel in engine.runs] == [["stop"], ["stop"]]
    for channel in engine.runs:
        channel.end(stopped=True)
    assert states(queue) == ["stopped"] * 4
    assert emptied == [True]
    assert len(engine.runs) == 2


def test_one_is_cancelled_and_the_next_begins(queue: RunQueue, engine: FakeEngine, tmp_path: Path) -> None:
    queue.add(orders(tmp_path, 3))
    queue.cancel(["r0"])
    engine.runs[0].end(stopped=True)
    assert states(queue) == ["stopped", "starting", "starting"]


def test_a_run_that_would_wait_for_somebody_is_ended(
    queue: RunQueue, engine: FakeEngine, tmp_path: Path
) -> None:
    queue.add(orders(tmp_path, 1))
    channel, [job] = engine.run, queue.jobs
    channel.start()
    channel.say(Failed("problem", "The loss is NaN.", run_id="r0"))
    channel.state("paused")
    assert channel.told == ["stop"]
    channel.end(stopped=True)
    assert (job.state, job.message) == ("failed", "The loss is NaN.")


def test_a_killed_process_is_lost_and_the_rest_goes_on(
    queue: RunQueue, engine: FakeEngine, tmp_path: Path
) -> None:
    queue.add(orders(tmp_path, 3))
    engine.runs[0].start()
    engine.runs[0].die("Memory ran out.")
    assert states(queue) == ["lost", "starting", "starting"]
    assert queue.jobs[0].message == "Memory ran out."


def test_the_engine_says_why_a_run_cannot_start(queue: RunQueue, engine: FakeEngine, tmp_path: Path) -> None:
    queue.add(orders(tmp_path, 3))
    engine.received.emit(Failed("problem", "The data are gone.", run_id="r1"), ())
    assert states(queue) == ["starting", "failed", "starting"]
    assert queue.jobs[1].message == "The data are gone."


def test_shutting_down_ends_every_process(queue: RunQueue, engine: FakeEngine, tmp_path: Path) -> None:
    queue.add(orders(tmp_path, 3))
    queue.shutdown()
    assert [channel.ended for channel in engine.runs] == ["finished", "finished"]
    assert not queue.active


def test_the_best_epoch_is_the_one_that_records_call_best(
    queue: RunQueue, engine: FakeEngine, tmp_path: Path
) -> None:
    queue.add(orders(tmp_path, 1))
    engine.run.start()
    losses: tuple[tuple[float, float | None], ...] = (
        (0.1, None),
        (0.5, 0.4),
        (0.4, 0.3),
        (0.3, 0.3),
        (0.2, None),
    )
    rows = []
    for epoch, (train, validation) in enumerate(losses, 1):
        engine.run.say(EpochEnded("r0", epoch, 8 * epoch, train, 0.5, validation, 0.5))
        known = math.nan if validation is None else validation
        rows.append(EpochRow(epoch, 8 * epoch, train, 0.5, known, 0.5))
        best, wanted = queue.jobs[0].best, best_epoch(tuple(rows))
        assert best is not None
        assert wanted is not None
        assert best.epoch == wanted.epoch
