"""The follower asks on every change, shows what is current, and survives a layer that kills the engine."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.analysis import Analysis, LayerAnalysis
from nnbuilder.graph.edits import MoveNodes, RemoveNodes, ResetArg, SetArg
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId
from nnbuilder.project.edits import SetSource, SetTraining
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.protocol.messages import Analyzed, Failed, Probing
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from tests.fakes import IRIS, FakeEngine

IN, A, B, OUT = map(NodeId, ("in", "a", "b", "out"))
NODES = (Node(IN, "Input"), Node(A, "Linear", {"out_features": 8}), Node(B, "ReLU"), Node(OUT, "Loss"))
START = Project(
    graph=Graph({node.id: node for node in NODES}, (Edge(IN, A), Edge(A, B), Edge(B, OUT))),
)


class Desk:
    """A document, a fake engine that answers only when told, and a follower."""

    def __init__(self) -> None:
        self.document = Document(START)
        self.engine = FakeEngine()
        self.engine.answer = None
        self.follower = AnalysisFollower(self.document, self.engine)
        self.updates = 0
        self.follower.updated.connect(self._count)

    def _count(self) -> None:
        self.updates += 1


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A desk that is cleared up afterwards."""
    desk = Desk()
    desk.engine.start()
    qtbot.waitUntil(lambda: len(desk.engine.asked) == 1)
    yield desk
    desk.engine.shutdown()


def settle(qtbot: QtBot) -> None:
    """Lets the event loop turn."""
    qtbot.wait(20)


def test_an_answer_gives_types_on_every_edge(desk: Desk) -> None:
    assert desk.follower.pending
    desk.engine.reply()
    follower = desk.follower
    assert not follower.pending
    layer = follower.layer_of(A)
    assert layer is not None
    assert layer.parameters == 40
    labels = [kind.label() for node in (IN, A, B) if (kind := follower.output_type(node))]
    assert labels == ["N×4", "N×8", "N×8"]
    arriving = follower.input_type(OUT)
    assert arriving is not None
    assert arriving.label() == "N×8"
    assert (follower.input_type(IN), follower.output_type(OUT), follower.layer_of(OUT)) == (None, None, None)
    assert follower.profile == IRIS


def test_many_changes_in_one_turn_are_one_question(desk: Desk, qtbot: QtBot) -> None:
    for value in range(10):
        desk.document.apply(SetArg(A, "out_features", value + 20))
    settle(qtbot)
    assert len(desk.engine.asked) == 2
    assert desk.engine.asked[-1].project is desk.document.project


def test_saving_into_another_folder_asks_again(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.document.save(tmp_path / "one.nnb")
    settle(qtbot)
    assert [asked.folder for asked in desk.engine.asked] == [None, str(tmp_path)]
    desk.document.save(tmp_path / "two.nnb")
    settle(qtbot)
    assert len(desk.engine.asked) == 2


def test_training_asks_and_source_text_does_not(desk: Desk, qtbot: QtBot) -> None:
    desk.document.apply(SetSource("x = 1"))
    settle(qtbot)
    assert len(desk.engine.asked) == 1
    desk.document.apply(SetTraining(TrainingConfig(seed=3), "seed"))
    settle(qtbot)
    assert len(desk.engine.asked) == 2


def test_stale_answers_are_dropped(desk: Desk, qtbot: QtBot) -> None:
    desk.document.apply(SetArg(A, "out_features", 16))
    settle(qtbot)
    desk.engine.reply(desk.engine.asked[0])
    assert desk.updates == 0
    assert desk.follower.pending
    desk.engine.reply(desk.engine.asked[1])
    assert desk.updates == 1


def test_the_last_answer_stays_until_the_next(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.reply()
    desk.document.apply(SetArg(A, "out_features", 16))
    settle(qtbot)
    assert desk.follower.pending
    layer = desk.follower.layer_of(A)
    assert layer is not None
    assert layer.args["out_features"] == 8


def test_a_first_slice_keeps_what_is_known_of_later_layers(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.reply()
    desk.document.apply(RemoveNodes((B,)))
    settle(qtbot)
    request = desk.engine.asked[-1]
    part = Analysis((LayerAnalysis(A, "0", "Linear", parameters=7),))
    desk.engine.received.emit(Analyzed(request.request_id, request.revision, part, (), final=False), ())
    assert [layer.id for layer in desk.follower.analysis.layers] == [A]
    assert desk.follower.pending
    assert desk.updates == 2


def test_a_slice_may_bring_problems_before_their_fixes(desk: Desk) -> None:
    request = desk.engine.asked[-1]
    bare = Problem("error", "shape-mismatch", "It does not fit.", node=A)
    mended = msgspec.structs.replace(bare, fixes=(Fix("Let it follow", (ResetArg(A, "in_features"),)),))
    for problems, final in (((bare,), False), ((), False), ((mended,), True)):
        analysis = Analysis((LayerAnalysis(A, "0", "Linear"),))
        answer = Analyzed(request.request_id, request.revision, analysis, problems, IRIS, final)
        desk.engine.received.emit(answer, ())
        assert desk.follower.problems == (problems or (bare,))


def test_what_lies_in_a_group_is_found_by_its_id(desk: Desk) -> None:
    request = desk.engine.asked[-1]
    inner = LayerAnalysis(B, "block.0", "ReLU")
    whole = Analysis((LayerAnalysis(A, "block", "Sequential", children=(inner,)),))
    desk.engine.received.emit(Analyzed(request.request_id, request.revision, whole, ()), ())
    assert desk.follower.layer_of(B) == inner
    part = Analysis((LayerAnalysis(A, "block", "Sequential", parameters=7),))
    desk.document.apply(SetTraining(TrainingConfig(epochs=3)))
    desk.follower._ask()
    request = desk.engine.asked[-1]
    desk.engine.received.emit(Analyzed(request.request_id, request.revision, part, (), final=False), ())
    assert desk.follower.layer_of(B) == inner
    desk.engine.received.emit(Analyzed(request.request_id, request.revision, part, ()), ())
    assert desk.follower.layer_of(B) is None


def test_our_own_failure_is_shown_as_a_problem(desk: Desk) -> None:
    request = desk.engine.asked[-1]
    desk.engine.received.emit(Failed("internal", "KeyError: 'x'", request_id=request.request_id), ())
    assert [problem.code for problem in desk.follower.problems] == ["engine-failed"]
    assert not desk.follower.pending


def test_a_fresh_engine_is_asked_again(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.to("lost")
    desk.document.apply(SetArg(A, "out_features", 3))
    settle(qtbot)
    assert len(desk.engine.asked) == 1
    desk.engine.start()
    settle(qtbot)
    assert desk.engine.asked[-1].project is desk.document.project


def die_in(desk: Desk, node: NodeId) -> None:
    """The engine ends while it runs a layer, and another one comes."""
    desk.engine.received.emit(Probing(desk.engine.asked[-1].revision, node), ())
    desk.engine.to("lost")
    desk.engine.start()


def test_a_layer_that_kills_twice_is_named_and_left_alone_until_an_edit(desk: Desk, qtbot: QtBot) -> None:
    die_in(desk, A)
    settle(qtbot)
    assert len(desk.engine.asked) == 2
    assert desk.follower.problems == ()
    die_in(desk, A)
    settle(qtbot)
    assert len(desk.engine.asked) == 2
    assert problems(desk) == [("engine-crash", A)]
    desk.document.apply(MoveNodes({A: (5.0, 5.0)}))
    settle(qtbot)
    assert len(desk.engine.asked) == 2
    desk.document.apply(SetArg(A, "out_features", 3))
    settle(qtbot)
    desk.engine.reply()
    assert problems(desk) == []


def problems(desk: Desk) -> list[tuple[str, NodeId | None]]:
    """Codes and nodes of all problems."""
    return [(problem.code, problem.node) for problem in desk.follower.problems]


def test_another_document_forgets_the_old_answer(desk: Desk, qtbot: QtBot) -> None:
    desk.engine.reply()
    desk.document.replace(Project())
    assert desk.follower.layer_of(A) is None
    assert desk.follower.profile is None
    settle(qtbot)
    assert desk.engine.asked[-1].project == Project()
