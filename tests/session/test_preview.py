"""The window's end of the preview: what is asked when, and what is left when the process goes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.graph.edits import MoveNodes, Rename, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.messages import Failed
from nnbuilder.protocol.preview import NodePreview, Preview, Previewed
from nnbuilder.session.channel import Channel
from nnbuilder.session.document import Document
from nnbuilder.session.preview import Previews
from tests.engine.samples import chain, data_of, make_project
from tests.fakes import FakeLine

pytestmark = pytest.mark.usefixtures("qapp")

IN, N1, N2 = NodeId("in"), NodeId("n1"), NodeId("n2")
PROJECT = make_project(chain(("Linear", {"out_features": 3}), ("Linear", {"out_features": 2})))


class Desk:
    """A follower on a stand-in for the process."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.lines: list[FakeLine] = []
        self.document = Document(PROJECT)
        self.previews = Previews(self.document, lambda: Path("/runs"), self.document, self._open)

    def _open(self, parent: QObject) -> Channel:
        self.lines.append(FakeLine(parent))
        return self.lines[-1]

    @property
    def sent(self) -> list[Preview]:
        """All that was asked so far."""
        return [one for line in self.lines for one in line.sent if isinstance(one, Preview)]

    def asked(self, count: int) -> Preview:
        """The last of so many requests."""
        self.qtbot.waitUntil(lambda: len(self.sent) == count)
        return self.sent[-1]

    def quiet(self) -> None:
        """Nothing more is asked."""
        before = len(self.sent)
        self.qtbot.wait(150)
        assert len(self.sent) == before

    def answer(self, *nodes: NodeId, number: int | None = None, trouble: str = "") -> None:
        """Answers with these nodes."""
        told = tuple(NodePreview(node, (8, 2), "float32") for node in nodes)
        arrays = [np.zeros((1, 8, 2)), np.zeros(2), np.zeros(24)] * len(nodes)
        number = self.sent[-1].request_id if number is None else number
        self.lines[-1].received.emit(Previewed(number, told, "Rows 0 to 7.", trouble), tuple(arrays))


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A follower that nobody looks at yet."""
    desk = Desk(qtbot)
    yield desk
    desk.previews.stop()


def test_only_what_is_looked_at_is_asked_for(desk: Desk) -> None:
    desk.document.apply(Rename(N1, "first"))
    desk.quiet()
    assert desk.lines == []
    desk.previews.look_at((N1,))
    assert desk.asked(1).nodes == (N1,)
    assert desk.sent[0].runs == "/runs"
    desk.previews.look_at((N1, N2))
    assert desk.asked(2).nodes == (N1, N2)
    desk.previews.look_at((N2,))
    desk.quiet()
    desk.previews.look_at(())
    desk.document.apply(SetArg(N1, "out_features", 4))
    desk.quiet()
    desk.previews.look_at((N2,))
    assert desk.asked(3).project.graph.nodes[N1].args["out_features"] == 4


def test_edits_are_gathered_and_moves_are_none(desk: Desk) -> None:
    desk.previews.look_at((N1,))
    desk.asked(1)
    desk.answer(N1)
    for size in (4, 5, 6):
        desk.document.apply(SetArg(N1, "out_features", size))
    assert desk.asked(2).project.graph.nodes[N1].args["out_features"] == 6
    assert set(desk.previews.shown) == {N1}, "it stays until the next answer"
    desk.quiet()
    desk.document.apply(MoveNodes({N1: (500.0, 500.0)}))
    desk.quiet()


def test_answers_to_earlier_questions_are_passed_over(desk: Desk) -> None:
    desk.previews.look_at((N1,))
    desk.asked(1)
    desk.document.apply(SetArg(N1, "out_features", 4))
    desk.asked(2)
    desk.answer(N1, N2, number=1)
    assert not desk.previews.shown
    desk.answer(N1, trouble="It ends there.")
    assert set(desk.previews.shown) == {N1}
    assert desk.previews.trouble == "It ends there."
    assert not desk.previews.waiting


def test_an_end_of_the_process_is_a_sentence_and_the_next_edit_starts_another(desk: Desk) -> None:
    desk.previews.look_at((N1,))
    desk.asked(1)
    desk.answer(N1)
    desk.lines[0].closed.emit("It crashed.")
    assert "It crashed." in desk.previews.trouble
    assert not desk.previews.shown
    desk.document.apply(SetArg(N1, "out_features", 4))
    desk.asked(2)
    assert len(desk.lines) == 2
    desk.lines[1].received.emit(Failed("internal", "It broke.", request_id=desk.sent[-1].request_id), ())
    assert desk.previews.trouble == "It broke."


def test_what_takes_too_long_is_stopped(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnbuilder.session.preview.STARTING_MS", 1)
    desk.previews.look_at((N1,))
    desk.asked(1)
    desk.qtbot.waitUntil(lambda: "too long" in desk.previews.trouble)
    assert desk.lines[0].shut


def test_another_project_and_switching_off_forget(desk: Desk) -> None:
    desk.previews.look_at((N1,))
    desk.asked(1)
    desk.answer(N1)
    desk.document.new(PROJECT)
    assert not desk.previews.shown
    desk.asked(2)
    desk.answer(N1)
    desk.previews.stop()
    assert desk.lines[0].shut
    assert not desk.previews.shown
    desk.document.apply(SetArg(N1, "out_features", 4))
    desk.quiet()


def test_an_answer_of_the_project_before_is_passed_over(desk: Desk) -> None:
    """It has nodes of the same names; nobody waits for it any more either."""
    desk.previews.look_at((N1,))
    desk.asked(1)
    before = desk.sent[-1].request_id
    desk.document.new(PROJECT)
    desk.previews.look_at(())
    assert not desk.previews.waiting
    desk.answer(N1, number=before)
    assert not desk.previews.shown
    desk.lines[0].received.emit(Failed("internal", "It broke.", request_id=before), ())
    assert desk.previews.trouble == ""


@pytest.fixture
def real() -> Iterator[tuple[Document, Previews]]:
    """A follower with the real process behind it."""
    document = Document(PROJECT)
    previews = Previews(document, lambda: Path("/nowhere"), document)
    yield document, previews
    previews.stop()


def test_the_real_process_computes_what_torch_does(
    real: tuple[Document, Previews], wait: Callable[[Callable[[], bool]], None]
) -> None:
    document, previews = real
    previews.look_at((N1, N2))
    wait(lambda: N2 in previews.shown)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2))
    entered = previews.shown
    previews.look_at((IN, N1, N2))
    wait(lambda: IN in previews.shown)
    x = torch.from_numpy(previews.shown[IN].pictures[0].copy())
    assert x.shape == (8, 2)
    assert float(data_of(PROJECT).train.x.max()) >= float(x.max()) - 1.0
    assert entered[N2].pictures[0].tolist() == model(x).tolist()
    assert previews.pid > 0
    assert document.project is PROJECT


@pytest.fixture
def wait(qtbot: QtBot) -> Callable[[Callable[[], bool]], None]:
    """Waits as long as the start of a process may take."""
    return lambda true: qtbot.waitUntil(true, timeout=60_000)
