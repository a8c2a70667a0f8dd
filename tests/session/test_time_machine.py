"""Looking at past moments, with stand-ins for the processes of the run and of the visitor."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project
from nnbuilder.protocol.live import LiveReport
from nnbuilder.protocol.messages import Failed, MomentsKept, RunState, StartRun, Visit, Visited
from nnbuilder.runs.moments import MOMENTS, moment_name
from nnbuilder.session.document import Document
from nnbuilder.session.live import Live
from nnbuilder.session.run import Run
from nnbuilder.session.time_machine import TimeMachine
from tests.fakes import FakeChannel, FakeEngine

pytestmark = pytest.mark.usefixtures("qapp")

A = NodeId("a")
IN = NodeId("in")
START = Project(graph=Graph({IN: Node(IN, "Input"), A: Node(A, "Linear")}, (Edge(IN, A),)))


class Desk:
    """A run of ten steps with moments after 0, 4 and 8 of them."""

    def __init__(self, folder: Path) -> None:
        self.engine = FakeEngine()
        self.document = Document(START)
        self.run = Run(self.document, self.engine, lambda: folder)
        self.live = Live(self.run)
        self.machine = TimeMachine(self.document, self.engine, self.run, self.live)
        self.used: list[int] = []
        self.machine.used.connect(self.used.append)
        self.run.start()
        self.line = self.engine.run
        self.line.start(steps_per_epoch=2)
        self.line.progress([1.0] * 10)
        assert self.run.folder is not None
        self.moments = self.run.folder / MOMENTS
        self.moments.mkdir(parents=True)
        for step in (0, 4, 8):
            (self.moments / moment_name(step, "a" * 64)).write_bytes(b"moment")
        self.line.say(MomentsKept(self.run.run_id, (0, 4, 8)))
        self.arrived: list[type[LiveReport]] = []
        self.live.arrived.connect(self.arrived.append)

    @property
    def visitor(self) -> FakeChannel:
        """The line to the process that shows moments."""
        assert self.engine.run is not self.line
        return self.engine.run

    @property
    def asked(self) -> Visit:
        """What the visitor was asked last."""
        last = self.visitor.sent[-1]
        assert isinstance(last, Visit)
        return last

    def show(self, step: int) -> None:
        """The visitor's answer to the last request."""
        figures = np.full((1, 3), step)
        message = Visited("v", self.asked.path, step, step // 2, (A,), {"loss": 0.5}, {"loss": 0.6}, 0.01)
        self.visitor.say(message, np.ones((1, 64)), np.zeros((1, 2)), figures)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a run, cleared up afterwards."""
    desk = Desk(tmp_path)
    yield desk
    desk.machine.leave()
    desk.run.shutdown()


class Colour(LiveReport, frozen=True, tag=True):
    """A report."""


def colour(step: int) -> Colour:
    """A report of a step."""
    return Colour("v", step)


def test_the_moment_up_to_a_step_is_shown(desk: Desk) -> None:
    desk.machine.visit(7)
    request = desk.visitor.request
    assert isinstance(request, StartRun)
    assert (request.visit, request.project, request.folder) == (True, START, str(desk.run.folder))
    assert desk.asked.path == str(desk.moments / moment_name(4, "a" * 64))
    assert desk.machine.waiting
    desk.show(4)

    assert not desk.machine.waiting
    assert desk.machine.past is not None
    assert desk.machine.past.figures.tolist() == [[4, 4, 4]]
    desk.machine.visit(9)
    assert desk.asked.path.endswith(moment_name(8, "a" * 64))
    assert desk.machine.waiting


def test_answers_that_come_too_late_are_passed_over(desk: Desk) -> None:
    desk.machine.visit(4)
    late = desk.asked.path
    desk.machine.visit(8)
    desk.visitor.say(
        Visited("v", late, 4, 2, (A,), {}, {}), np.ones((1, 64)), np.ones((1, 2)), np.ones((1, 3))
    )

    assert desk.machine.past is None


def test_reports_of_the_past_stand_in_front_of_those_of_the_present(desk: Desk) -> None:
    desk.live.look(Colour, desk)
    desk.line.say(colour(10))
    desk.machine.visit(4)
    assert desk.asked.reports == ("Colour",)
    desk.visitor.say(colour(4))
    desk.line.say(colour(11))

    shown = desk.live.latest(Colour)
    assert shown is not None
    assert shown[0].step == 4
    assert desk.arrived == [Colour, Colour]
    desk.machine.leave()
    now = desk.live.latest(Colour)
    assert now is not None
    assert now[0].step == 11
    assert desk.arrived == [Colour] * 3


def test_a_view_that_opens_in_the_past_gets_its_report(desk: Desk) -> None:
    desk.machine.visit(4)
    before = desk.asked.reports
    desk.live.look(Colour, desk)

    assert (before, desk.asked.reports) == ((), ("Colour",))


def test_leaving_ends_the_process(desk: Desk) -> None:
    desk.machine.visit(4)
    visitor = desk.visitor
    desk.machine.leave()

    assert visitor.ended == "closed"
    assert desk.machine.moment is None


def test_what_cannot_be_shown_is_told(desk: Desk) -> None:
    desk.machine.visit(4)
    desk.visitor.say(Failed("environment", "The moment cannot be shown.", run_id="v"))

    assert desk.machine.trouble == "The moment cannot be shown."
    for path in desk.moments.iterdir():
        path.unlink()
    desk.machine.visit(0)
    assert desk.machine.trouble == "This moment is no longer kept."


def test_the_weights_of_a_moment_become_those_of_the_project_in_one_step(desk: Desk, tmp_path: Path) -> None:
    desk.machine.visit(4)
    desk.show(4)
    desk.machine.use_weights()
    assert (desk.asked.path.endswith(moment_name(4, "a" * 64)), desk.asked.keep) == (True, str(tmp_path))
    answer = Visited("v", desk.asked.path, 4, 2, (A,), {}, {}, sha256="c" * 64)
    desk.visitor.say(answer, np.ones((1, 64)), np.ones((1, 2)), np.ones((1, 3)))

    assert desk.document.project.weights == "c" * 64
    assert desk.used == [4]
    desk.document.undo_stack.undo()
    assert desk.document.project == START


def test_a_run_that_goes_back_beyond_the_moment_leaves_it(desk: Desk) -> None:
    desk.machine.visit(8)
    desk.line.say(RunState(desk.run.run_id, "rewound", 4))

    assert desk.machine.moment is None


def test_a_moment_of_an_earlier_run_is_left_when_another_starts(desk: Desk) -> None:
    desk.machine.visit(8)
    desk.line.end()
    assert desk.machine.moment is not None
    desk.run.start()

    assert desk.machine.moment is None
