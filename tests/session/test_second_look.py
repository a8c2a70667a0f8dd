"""Advice from a tried batch: it comes later, stays while it holds, and never stands in the way."""

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetData, Silence, Unsilence
from nnbuilder.project.problem import Problem
from nnbuilder.protocol.messages import Analyze, Analyzed, Examined
from tests.session.test_analysis import Desk, desk, settle

__all__ = ["desk"]

A, B = NodeId("a"), NodeId("b")
WHY, URL = "Because.", "https://docs.pytorch.org/"
DEAD = Problem("warning", "dying-relu", "All are cut off.", node=B, why=WHY, url=URL)
PLAIN = Problem("note", "bias-before-batch-norm", "Never trained.", node=A, why=WHY, url=URL)
ERROR = Problem("error", "shape-mismatch", "No.", node=A)


def say(desk: Desk, *problems: Problem, examining: bool = True, final: bool = True) -> Analyze:
    """The engine answers the newest question with these problems."""
    request = desk.engine.asked[-1]
    analysis = desk.follower.analysis
    answer = Analyzed(
        request.request_id, request.revision, analysis, problems, final=final, examining=examining and final
    )
    desk.engine.received.emit(answer, ())
    return request


def examine(desk: Desk, *problems: Problem, revision: int | None = None) -> None:
    """The engine has tried a batch."""
    news = Examined(desk.engine.asked[-1].revision if revision is None else revision, problems)
    desk.engine.received.emit(news, ())


def codes(desk: Desk) -> list[str]:
    """The codes of all problems that are shown."""
    return [problem.code for problem in desk.follower.problems]


def edit(desk: Desk, qtbot: QtBot, node: NodeId) -> None:
    """Changes a node, and lets the follower ask."""
    desk.document.apply(SetArg(node, "out_features", 32))
    settle(qtbot)


@pytest.fixture
def examined(desk: Desk) -> Desk:
    """A desk where a batch has shown a dead activation."""
    say(desk, PLAIN)
    assert codes(desk) == ["bias-before-batch-norm"]
    examine(desk, PLAIN, DEAD)
    return desk


def test_what_a_batch_shows_comes_after_the_answer(examined: Desk) -> None:
    assert codes(examined) == ["bias-before-batch-norm", "dying-relu"]
    assert examined.updates == 2
    examine(examined, ERROR)
    assert codes(examined) == ["bias-before-batch-norm", "dying-relu"]


def test_news_of_an_older_drawing_are_dropped(desk: Desk, qtbot: QtBot) -> None:
    old = say(desk)
    edit(desk, qtbot, A)
    say(desk)
    examine(desk, DEAD, revision=old.revision)
    assert codes(desk) == []


def test_it_stays_while_the_next_batch_is_tried(examined: Desk, qtbot: QtBot) -> None:
    edit(examined, qtbot, A)
    say(examined, final=False)
    say(examined, ERROR, final=False)
    assert codes(examined) == ["shape-mismatch", "dying-relu"]
    say(examined)
    assert codes(examined) == ["dying-relu"]
    examine(examined)
    assert codes(examined) == []


def test_it_goes_at_once_where_its_layer_changed(examined: Desk, qtbot: QtBot) -> None:
    edit(examined, qtbot, B)
    say(examined)
    assert codes(examined) == []


def test_it_goes_at_once_where_the_data_changed(examined: Desk, qtbot: QtBot) -> None:
    data = msgspec.structs.replace(examined.document.project.data, standardize=False)
    examined.document.apply(SetData(data))
    settle(qtbot)
    say(examined)
    assert codes(examined) == []


def test_it_goes_where_nothing_more_will_come(examined: Desk, qtbot: QtBot) -> None:
    edit(examined, qtbot, A)
    say(examined, examining=False)
    assert codes(examined) == []


def test_a_batch_that_ends_the_engine_is_not_tried_again(desk: Desk, qtbot: QtBot) -> None:
    say(desk)
    assert desk.engine.asked[-1].examine
    desk.engine.to("lost")
    desk.engine.start()
    settle(qtbot)
    assert not desk.engine.asked[-1].examine
    edit(desk, qtbot, A)
    assert desk.engine.asked[-1].examine


def test_silenced_advice_is_left_out_and_comes_back(examined: Desk, qtbot: QtBot) -> None:
    asked = len(examined.engine.asked)
    examined.document.apply(Silence("dying-relu"))
    assert codes(examined) == ["bias-before-batch-norm"]
    assert examined.follower.silenced == (DEAD,)
    assert examined.follower.problems_of(B) == ()
    examined.document.apply(Unsilence("dying-relu"))
    assert not examined.follower.silenced
    examined.document.undo_stack.undo()
    assert examined.follower.silenced == (DEAD,)
    examined.document.undo_stack.undo()
    assert codes(examined) == ["bias-before-batch-norm", "dying-relu"]
    settle(qtbot)
    assert len(examined.engine.asked) == asked


def test_another_document_is_another_patient(examined: Desk) -> None:
    examined.document.replace(examined.document.project)
    assert codes(examined) == []
