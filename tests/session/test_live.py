"""What is watched of a run, and the latest of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.live import LiveReport, Watch
from nnbuilder.session.document import Document
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from tests.fakes import FakeChannel, FakeEngine

pytestmark = pytest.mark.usefixtures("qapp")

A, IN = NodeId("a"), NodeId("in")
START = Project(graph=Graph({IN: Node(IN, "Input"), A: Node(A, "Linear")}, (Edge(IN, A),)))


class Colour(LiveReport, frozen=True, tag=True):
    """A report."""

    value: int = 0


class Taste(LiveReport, frozen=True, tag=True):
    """Another one."""


class Stage:
    """A run whose reports are watched."""

    def __init__(self, folder: Path) -> None:
        self.engine = FakeEngine()
        self.run = Run(Document(START), self.engine, lambda: folder)
        self.live = Live(self.run)
        self.arrived: list[type[LiveReport]] = []
        self.live.arrived.connect(self.arrived.append)

    def started(self) -> FakeChannel:
        """Presses Train; the process comes up."""
        self.run.start()
        self.engine.run.start()
        return self.engine.run

    @property
    def watched(self) -> list[tuple[str, ...]]:
        """What the process was told to send, in order."""
        return [message.reports for message in self.engine.run.sent if isinstance(message, Watch)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage that is cleared up afterwards."""
    stage = Stage(tmp_path)
    yield stage
    stage.run.shutdown()


def test_nothing_is_asked_for_while_nobody_looks(stage: Stage) -> None:
    stage.started()
    assert stage.watched == []


def test_looking_and_looking_away_is_told(stage: Stage) -> None:
    stage.started()
    stage.live.look(Taste, "one")
    stage.live.look(Colour, "one")
    stage.live.look(Colour, "two")
    stage.live.look_away(Colour, "one")
    stage.live.look_away(Colour, "two")
    assert stage.watched[0] == ("Taste",)
    assert stage.watched[1] == ("Colour", "Taste")
    assert stage.watched[-2:] == [("Colour", "Taste"), ("Taste",)]


def test_a_run_that_starts_later_is_told_too(stage: Stage) -> None:
    stage.live.look(Colour, "one")
    stage.started()
    assert stage.watched == [("Colour",)]
    stage.engine.run.end()
    stage.started()
    assert stage.watched == [("Colour",)]


def test_the_latest_report_is_kept_until_another_run_starts(stage: Stage) -> None:
    line = stage.started()
    assert stage.live.latest(Colour) is None
    run_id = stage.run.run_id
    line.say(Colour(run_id, 1, 7), [1.0, 2.0])
    line.say(Colour(run_id, 2, 8), [3.0])
    found = stage.live.latest(Colour)
    assert found is not None
    report, (values,) = found
    assert (report.value, report.step, values.tolist()) == (8, 2, [3.0])
    assert stage.arrived == [Colour, Colour]
    assert stage.live.latest(Taste) is None
    line.end()
    assert stage.live.latest(Colour) is not None
    stage.started()
    assert stage.live.latest(Colour) is None
