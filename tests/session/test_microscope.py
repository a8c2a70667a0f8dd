"""The window's end of the microscope, with a stand-in for the process."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QObject

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetSource
from nnbuilder.project.project import Project
from nnbuilder.protocol.messages import Failed, Request
from nnbuilder.protocol.microscope import Carried, Look, Looked, Place
from nnbuilder.session.channel import Channel
from nnbuilder.session.document import Document
from nnbuilder.session.microscope import Microscope

pytestmark = pytest.mark.usefixtures("qapp")

N1, N2 = NodeId("n1"), NodeId("n2")
WALK = (
    Place("zero_grad"),
    Place("forward", N1, "0", "Linear"),
    Place("forward", N2, "1", "ReLU"),
    Place("loss"),
    Place("backward", N2, "1", "ReLU"),
    Place("backward", N1, "0", "Linear"),
    Place("update"),
)


class Line(Channel):
    """Keeps what was said."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.sent: list[Look] = []
        self.shut = False

    def send(self, request: Request) -> None:
        """Keeps a look."""
        assert isinstance(request, Look)
        self.sent.append(request)

    def close(self) -> None:
        """Keeps that it was closed."""
        self.shut = True

    def terminate(self) -> None:
        """Keeps that it was closed."""
        self.close()

    def kill(self) -> None:
        """Keeps that it was closed."""
        self.close()

    def finish(self) -> None:
        """Keeps that it was closed."""
        self.close()


class Desk:
    """A microscope and all lines that it has opened."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.document = Document(Project())
        self.scope = Microscope(self.document, lambda: Path("/runs"), None, self._open)
        self.applied: list[tuple[object, object]] = []
        self.scope.applied.connect(lambda before, after: self.applied.append((before, after)))

    def _open(self, parent: QObject) -> Channel:
        self.lines.append(Line(parent))
        return self.lines[-1]

    @property
    def last(self) -> Look:
        """What was asked last."""
        return self.lines[-1].sent[-1]

    def answer(self, **more: object) -> None:
        """Answers what was asked last."""
        looked = Looked(self.last.request_id, self.last.place, WALK)
        found = next((one for one in WALK if one.stage == looked.place.stage), WALK[0])
        place = self.last.place if self.last.place in WALK else found
        looked = msgspec.structs.replace(looked, place=place, **more)
        self.lines[-1].received.emit(looked, (np.zeros(2, np.float32),))


@pytest.fixture
def desk() -> Desk:
    """A desk that has begun to look."""
    desk = Desk()
    desk.scope.look()
    return desk


def test_no_process_before_somebody_looks() -> None:
    desk = Desk()
    desk.scope.ask(unit=3)
    assert desk.lines == []
    desk.scope.look()
    assert desk.last.unit == 3
    assert desk.last.runs == str(Path("/runs"))
    assert desk.scope.waiting


def test_walking_stays_on_the_way(desk: Desk) -> None:
    desk.answer()
    seen = []
    for _ in range(7):
        desk.scope.go(1)
        desk.answer()
        seen.append((desk.scope.place.stage, desk.scope.place.node))
    assert seen[:4] == [("forward", N2), ("loss", None), ("backward", N2), ("backward", N1)]
    assert [stage for stage, _ in seen[4:]] == ["update"] * 3
    desk.scope.visit_layer(N2)
    assert desk.last.place == Place("backward", N2, "1", "ReLU")


def test_the_update_stays_with_the_layer(desk: Desk) -> None:
    desk.answer()
    desk.scope.visit(WALK[5])
    desk.answer()
    desk.scope.visit(WALK[6])
    assert desk.last.place == Place("update", N1)


def test_late_answers_are_not_shown(desk: Desk) -> None:
    old = desk.last.request_id
    desk.scope.ask(row=2)
    desk.lines[-1].received.emit(Looked(old, WALK[0], WALK), ())
    assert desk.scope.view is None
    desk.answer()
    assert desk.scope.view is not None


def test_an_edit_is_followed_while_somebody_looks(desk: Desk) -> None:
    desk.document.apply(SetSource("x"))
    assert desk.last.project.source == "x"
    desk.scope.look_away()
    desk.document.apply(SetSource("y"))
    assert desk.last.project.source == "x"


def test_a_step_is_one_edit_that_is_undone(desk: Desk) -> None:
    desk.answer()
    desk.scope.apply("all")
    assert [look.reach for look in desk.lines[-1].sent[-2:]] == ["", "all"]
    desk.answer(sha256="ab" * 32, loss=2.0, loss_after=1.0)
    assert desk.document.project.weights == "ab" * 32
    assert desk.applied == [(2.0, 1.0)]
    assert not desk.last.reach
    assert desk.last.project.weights == "ab" * 32
    desk.document.undo_stack.undo()
    assert desk.last.project.weights is None


def test_the_loop_goes_round_with_what_backward_left(desk: Desk) -> None:
    desk.answer()
    desk.scope.next_batch()
    assert (desk.last.rows, desk.last.place.stage, desk.last.carried) == ("batch:0", "zero_grad", ())
    desk.answer()
    desk.scope.visit_stage("backward")
    desk.answer()
    desk.scope.next_batch()
    assert (desk.last.rows, desk.last.carried) == ("batch:1", (Carried("batch:0"),))
    desk.answer()
    desk.scope.next_batch()
    assert (desk.last.rows, desk.last.carried) == ("batch:2", (Carried("batch:0"),))
    desk.document.new(Project(source="other"))
    assert desk.last.carried == ()


@pytest.mark.parametrize(("accumulate", "batches"), [(False, ["batch:1"]), (True, ["batch:0", "batch:1"])])
def test_zero_grad_decides_what_lies_there(desk: Desk, accumulate: bool, batches: list[str]) -> None:
    desk.scope.ask(accumulate=accumulate, rows="batch:0", train=True)
    for _ in range(2):
        desk.answer()
        desk.scope.visit_stage("update")
        desk.answer()
        desk.scope.next_batch()
    assert [one.rows for one in desk.last.carried] == batches
    assert all(one.train and not one.stepped and one.weights is None for one in desk.last.carried)


def test_a_step_belongs_to_its_weights_with_the_gradients_it_left(desk: Desk) -> None:
    desk.scope.ask(rows="batch:0", accumulate=True)
    desk.answer()
    desk.scope.visit_stage("update")
    desk.answer()
    desk.scope.apply("all")
    desk.answer(sha256="ab" * 32, loss=2.0, loss_after=1.0)
    assert desk.last.carried == (Carried("batch:0", stepped=True),)
    desk.answer()
    desk.scope.next_batch()
    assert desk.last.carried == (Carried("batch:0", stepped=True),)
    desk.document.undo_stack.undo()
    assert not desk.last.carried


def test_failures_and_lost_processes_are_sentences(desk: Desk) -> None:
    desk.lines[-1].received.emit(Failed("problem", "It is ragged.", "", None, desk.last.request_id), ())
    assert (desk.scope.trouble, desk.scope.waiting) == ("It is ragged.", False)
    desk.lines[-1].closed.emit("It crashed.")
    assert "has ended. It crashed." in desk.scope.trouble
    desk.scope.ask(row=1)
    assert len(desk.lines) == 2
    desk.answer()
    assert desk.scope.trouble == ""
    desk.scope.close()
    assert desk.lines[-1].shut


def test_steps_by_hand_that_a_lost_process_did_are_told_of_and_asked_for_anew(desk: Desk) -> None:
    desk.answer(steps=2)
    desk.lines[-1].closed.emit("It crashed.")
    assert desk.scope.lost
    assert desk.scope.trouble.endswith("stay in the weights; what the optimizer keeps of them is gone.")
    desk.scope.again()
    assert not desk.scope.lost
    assert len(desk.lines) == 2
    desk.answer()
    assert desk.scope.trouble == ""


def test_another_project_begins_anew(desk: Desk) -> None:
    desk.scope.ask(rows="[[1]]", row=5, train=True)
    desk.document.new(Project(source="other"))
    assert (desk.last.project.source, desk.last.row, desk.last.rows) == ("other", 0, "data:0:8")
    assert desk.last.train
