"""The engine is asked once about each optimizer, and the report says what it keeps."""

from collections.abc import Iterator, Mapping

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.graph import ArgValue
from nnbuilder.graph.report.memory import OptimizerState
from nnbuilder.project.edits import SetTraining
from nnbuilder.protocol.messages import MeasureOptimizer, OptimizerMeasured
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from tests.fakes import FakeEngine


class Desk:
    """A document, a fake engine and a follower."""

    def __init__(self) -> None:
        self.document = Document()
        self.engine = FakeEngine()
        self.follower = AnalysisFollower(self.document, self.engine)
        self.engine.start()

    @property
    def asked(self) -> list[MeasureOptimizer]:
        """What was asked about optimizers."""
        return [request for request in self.engine.sent if isinstance(request, MeasureOptimizer)]

    def answer(self, state: OptimizerState | None) -> None:
        """Answers the last of these questions."""
        self.engine.received.emit(OptimizerMeasured(self.asked[-1].request_id, state), ())

    def train_with(self, optimizer: str, args: Mapping[str, ArgValue]) -> None:
        """Chooses another optimizer."""
        training = self.document.project.training
        training = msgspec.structs.replace(training, optimizer=optimizer, optimizer_args=args)
        self.document.apply(SetTraining(training, "optimizer"))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk whose first question is open."""
    desk = Desk()
    qtbot.waitUntil(lambda: len(desk.asked) == 1)
    yield desk
    desk.engine.shutdown()


def test_the_report_learns_what_the_optimizer_keeps(qtbot: QtBot, desk: Desk) -> None:
    assert not desk.follower.report.totals.state
    with qtbot.waitSignal(desk.follower.updated):
        desk.answer(OptimizerState(8, 4))
    assert desk.follower.report.totals.state
    assert desk.follower.report.totals.optimizer == desk.document.project.training.optimizer


def test_each_choice_is_asked_about_once(qtbot: QtBot, desk: Desk) -> None:
    desk.answer(OptimizerState(8, 4))
    before = desk.document.project.training
    desk.train_with("SGD", {"lr": 0.1})
    qtbot.waitUntil(lambda: len(desk.asked) == 2)
    assert desk.asked[-1].training.optimizer == "SGD"
    assert desk.follower.optimizer.state is None
    desk.answer(OptimizerState(0, 0))
    assert desk.follower.optimizer.state == OptimizerState(0, 0)
    desk.train_with(before.optimizer, before.optimizer_args)
    qtbot.waitUntil(lambda: not desk.follower.pending)
    assert desk.follower.optimizer.state == OptimizerState(8, 4)
    assert len(desk.asked) == 2


def test_another_learning_rate_is_no_other_optimizer(qtbot: QtBot, desk: Desk) -> None:
    desk.answer(OptimizerState(8, 4))
    training = desk.document.project.training
    desk.train_with(training.optimizer, {**training.optimizer_args, "lr": 0.5})
    qtbot.waitUntil(lambda: not desk.follower.pending)
    assert desk.follower.optimizer.state == OptimizerState(8, 4)
    assert len(desk.asked) == 1


def test_answers_to_other_questions_are_ignored(desk: Desk) -> None:
    desk.engine.received.emit(OptimizerMeasured(-1, OptimizerState(8, 4)), ())
    assert desk.follower.optimizer.state is None


def test_what_a_dead_engine_did_not_answer_is_asked_again(qtbot: QtBot, desk: Desk) -> None:
    desk.engine.ready()
    qtbot.waitUntil(lambda: len(desk.asked) == 2)


def test_a_refused_optimizer_is_not_asked_about_again(qtbot: QtBot, desk: Desk) -> None:
    desk.answer(None)
    desk.engine.ready()
    qtbot.waitUntil(lambda: not desk.follower.pending)
    assert len(desk.asked) == 1
