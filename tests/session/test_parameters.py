"""The window's end of the parameters, with a stand-in for the process."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import QObject

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.edits import SetWeights
from nnbuilder.protocol.messages import Failed, Request
from nnbuilder.protocol.parameters import (
    ChangeParameters,
    Figures,
    ListParameters,
    LoadNumbers,
    ParameterKey,
    ParameterRead,
    ParametersChanged,
    ParametersListed,
    ReadParameter,
    SetNumbers,
)
from nnbuilder.session.channel import Channel
from nnbuilder.session.document import Document
from nnbuilder.session.parameters import Numbers, Parameters
from tests.engine.samples import make_project
from tests.fakes import FakeLine
from tests.protocol.parameters import ROW

pytestmark = pytest.mark.usefixtures("qapp")

KEY = ParameterKey(NodeId("n1"), "weight")


class Desk:
    """Parameters, all lines that they have opened, and all that they have told."""

    def __init__(self) -> None:
        self.lines: list[FakeLine] = []
        self.document = Document(make_project())
        self.known = Parameters(self.document, lambda: Path("/runs"), None, self._open)
        self.told: list[tuple[str, object]] = []
        self.known.opened.connect(lambda numbers: self.told.append(("opened", numbers)))
        self.known.previewed.connect(lambda changed, _arrays: self.told.append(("previewed", changed)))
        self.known.refused.connect(lambda why: self.told.append(("refused", why)))
        self.known.made.connect(lambda title, _changed: self.told.append(("made", title)))
        self.known.not_made.connect(lambda why: self.told.append(("not made", why)))

    def _open(self, parent: QObject) -> Channel:
        self.lines.append(FakeLine(parent))
        return self.lines[-1]

    @property
    def sent(self) -> list[Request]:
        """What was asked of the present process."""
        return self.lines[-1].sent

    def asked(self, kind: type[Request]) -> list[Request]:
        """The requests of one kind."""
        return [one for one in self.sent if isinstance(one, kind)]

    def say(self, message: object, *arrays: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> None:
        """Answers."""
        self.lines[-1].received.emit(message, arrays)

    def done(self, request: Request, sha256: str = "") -> None:
        """Answers that a change was made."""
        assert isinstance(request, ChangeParameters)
        self.say(ParametersChanged(request.request_id, request.keys, Figures(), Figures(), sha256=sha256))


@pytest.fixture
def desk() -> Desk:
    """Parameters at which somebody looks."""
    desk = Desk()
    desk.known.look()
    return desk


def test_nothing_runs_before_somebody_looks() -> None:
    desk = Desk()
    desk.document.apply(SetWeights("ab" * 32))
    desk.known.choose(KEY)
    assert desk.lines == []
    desk.known.look()
    assert [type(one) for one in desk.sent] == [ListParameters, ReadParameter]


def test_the_latest_answer_counts(desk: Desk) -> None:
    first = desk.sent[0]
    desk.document.apply(SetWeights("ab" * 32))
    assert isinstance(first, ListParameters)
    desk.say(ParametersListed(first.request_id, (ROW,)))
    assert desk.known.listing is None
    last = desk.asked(ListParameters)[-1]
    assert isinstance(last, ListParameters)
    assert last.project.weights == "ab" * 32
    desk.say(ParametersListed(last.request_id, (ROW,)))
    assert desk.known.row(ROW.key) == ROW
    assert not desk.known.waiting


def test_numbers_come_for_the_chosen_parameter(desk: Desk) -> None:
    desk.known.choose(KEY)
    desk.known.choose(ParameterKey(NodeId("n1"), "bias"))
    early, late = (one for one in desk.asked(ReadParameter) if isinstance(one, ReadParameter))
    desk.say(ParameterRead(early.request_id, ROW), np.zeros(2, np.float32))
    assert desk.told == []
    desk.say(ParameterRead(late.request_id, ROW), np.zeros(2, np.float32))
    [(word, numbers)] = desk.told
    assert word == "opened"
    assert isinstance(numbers, Numbers)


def test_a_change_is_one_named_step(desk: Desk) -> None:
    desk.known.make("Set 0.weight[0] to 1", (KEY,), SetNumbers(1.0, 0))
    desk.done(desk.sent[-1], "ab" * 32)
    assert desk.document.project.weights == "ab" * 32
    assert desk.document.undo_stack.undoText() == "Set 0.weight[0] to 1"
    assert desk.told == [("made", "Set 0.weight[0] to 1")]
    desk.document.undo_stack.undo()
    assert desk.document.project.weights is None


def test_changes_wait_for_each_other(desk: Desk) -> None:
    for number in (1, 2):
        desk.known.make(f"change {number}", (KEY,), SetNumbers(float(number)))
    [first] = desk.asked(ChangeParameters)
    desk.done(first, "aa" * 32)
    second = desk.asked(ChangeParameters)[-1]
    assert isinstance(second, ChangeParameters)
    assert second.project.weights == "aa" * 32
    assert second.change == SetNumbers(2.0)
    desk.done(second, "bb" * 32)
    assert desk.document.project.weights == "bb" * 32
    assert not desk.known.busy


def test_a_change_is_asked_anew_where_the_network_became_another(desk: Desk) -> None:
    desk.known.make("change", (KEY,), SetNumbers(1.0))
    desk.document.apply(SetArg(NodeId("n1"), "out_features", 9))
    desk.done(desk.asked(ChangeParameters)[0], "aa" * 32)
    assert desk.document.project.weights is None
    again = desk.asked(ChangeParameters)[-1]
    assert isinstance(again, ChangeParameters)
    assert again.project.graph.nodes[NodeId("n1")].args["out_features"] == 9
    desk.done(again, "bb" * 32)
    assert desk.document.project.weights == "bb" * 32


def test_a_look_changes_nothing_and_only_the_last_is_told(desk: Desk) -> None:
    desk.known.try_out((KEY,), SetNumbers(1.0))
    desk.known.try_out((KEY,), SetNumbers(2.0))
    early, late = desk.asked(ChangeParameters)
    desk.done(early)
    assert desk.told == []
    desk.done(late)
    assert [word for word, _ in desk.told] == ["previewed"]
    assert desk.document.project.weights is None


def test_what_is_refused_is_told_and_the_next_change_is_made(desk: Desk) -> None:
    for number in (1, 2):
        desk.known.make(f"change {number}", (KEY,), SetNumbers(float(number)))
    [first] = desk.asked(ChangeParameters)
    assert isinstance(first, ChangeParameters)
    desk.say(Failed("problem", "It does not fit.", request_id=first.request_id))
    assert desk.told == [("not made", "It does not fit.")]
    desk.done(desk.asked(ChangeParameters)[-1], "bb" * 32)
    assert desk.document.project.weights == "bb" * 32


def test_a_process_that_read_a_pickle_ends(desk: Desk) -> None:
    desk.known.try_out((KEY,), LoadNumbers("w.pt", unpickle=True))
    line = desk.lines[-1]
    desk.done(desk.sent[-1])
    assert line.shut
    assert [word for word, _ in desk.told] == ["previewed"]
    desk.known.choose(KEY)
    assert len(desk.lines) == 2


def test_a_lost_process_gets_a_sentence_and_a_new_one_comes(desk: Desk) -> None:
    desk.known.make("change", (KEY,), SetNumbers(1.0))
    desk.lines[-1].closed.emit("It was killed.")
    assert "It was killed" in desk.known.trouble
    assert [word for word, _ in desk.told] == ["not made"]
    desk.known.look()
    assert len(desk.lines) == 2
    desk.known.close()
    assert desk.lines[-1].shut


def test_another_project_begins_anew(desk: Desk) -> None:
    desk.known.choose(KEY)
    desk.known.make("change", (KEY,), SetNumbers(1.0))
    change = desk.asked(ChangeParameters)[-1]
    desk.document.replace(msgspec.structs.replace(make_project(), silenced=("x",)))
    desk.done(change, "ab" * 32)
    assert desk.document.project.weights is None
    assert desk.known.chosen is None
    last = desk.asked(ListParameters)[-1]
    assert isinstance(last, ListParameters)
    assert last.project.silenced == ("x",)
