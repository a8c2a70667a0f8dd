"""Training a stored run once more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.runs.label import read_label
from nnbuilder.runs.overview import RunOverview
from nnbuilder.runs.store import create_run
from nnbuilder.session.document import Document
from nnbuilder.session.repeat import Repeat
from nnbuilder.session.run import Run
from tests.fakes import FakeEngine
from tests.runs.samples import sample_record

THEN = Project(training=TrainingConfig(epochs=3, seed=11))

pytestmark = pytest.mark.usefixtures("qapp")


class Place:
    """A session's run with somebody who repeats; `said` are the verdicts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.document = Document(Project(training=TrainingConfig(epochs=99)))
        self.engine = FakeEngine(self.document)
        self.run = Run(self.document, self.engine, lambda: folder, self.document)
        self.repeat = Repeat(self.run, self.document)
        self.said: list[str] = []
        self.repeat.said.connect(self.said.append)

    def store(self, name: str, losses: list[float], **changes: Any) -> RunOverview:
        """A run on disk."""
        changes = {"status": "finished", "weights_sha256": "w", "project": THEN} | changes
        record = msgspec.structs.replace(sample_record(name), **changes)
        store = create_run(self.folder / name, record)
        column = np.array(losses, np.float32)
        store.columns.add_steps(column, column)
        store.close()
        return RunOverview(self.folder / name, record)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A folder without runs."""
    found = Place(tmp_path)
    yield found
    found.run.shutdown()


@pytest.mark.parametrize(
    ("losses", "verdict"), [([1.0, 0.5], "Reproduced: all 2 losses"), ([1.0, 0.25], "Not reproduced.")]
)
def test_the_frozen_project_is_trained_and_held_against_the_first(
    place: Place, losses: list[float], verdict: str
) -> None:
    before = place.store("before", [1.0, 0.5])

    assert place.repeat.start(before) == ""
    channel = place.engine.run
    assert channel.request.project == THEN  # not what is drawn now
    assert place.repeat.refusal(before) == "A training is going on: stop it first."
    after = place.store(channel.request.run_id, losses)
    channel.start()
    assert read_label(after.folder).repeats == before.record.id
    assert place.said == []
    channel.end()

    assert len(place.said) == 1
    assert place.said[0].startswith(verdict)
    place.run.start()
    place.engine.run.end()
    assert len(place.said) == 1  # a training of one's own is no repetition


def test_a_run_that_cannot_be_repeated_says_why(place: Place) -> None:
    branch = place.store("branch", [1.0], branched=5)
    assert "changed while it went on" in place.repeat.start(branch)
    going = place.store("going", [1.0], status="running")
    assert place.repeat.start(going) == "It is still being trained."
    assert place.engine.runs == []


def test_what_cannot_be_read_at_the_end_is_a_sentence(place: Place) -> None:
    before = place.store("before", [1.0])
    place.repeat.start(before)
    place.engine.run.start()
    place.engine.run.end()
    assert place.said[0].startswith("The two runs cannot be held against each other")
