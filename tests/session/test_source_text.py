"""The text of the code panel follows the canvas, and the canvas the text."""

import pytest
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import SetArg
from nnbuilder.graph.graph import INPUT, LOSS, Graph, Node, NodeId
from nnbuilder.interop.code.changes import Changes, applied
from nnbuilder.project.project import Project
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.source_text import SourceText
from tests.fakes import FakeEngine
from tests.interop.drawings import line

A, B, C = NodeId("a"), NodeId("b"), NodeId("c")
WRITTEN = """from torch import nn

model = nn.Sequential(
    nn.Linear(4, 16),
    nn.ReLU(),
    nn.Linear(16, 3),
)
"""


def drawing() -> Graph:
    """A network for four features."""
    return line(
        Node(NodeId("in"), INPUT),
        Node(A, "Linear", {"out_features": 16}),
        Node(B, "ReLU"),
        Node(C, "Linear", {"out_features": 3}),
        Node(NodeId("loss"), LOSS, {"loss": "CrossEntropyLoss"}),
    )


class Desk:
    """A document, what torch says of it, its text, and an editor that applies the changes it is told."""

    def __init__(self, qtbot: QtBot, project: Project | None = None) -> None:
        self.engine = FakeEngine()
        self.document = Document(project or Project(graph=drawing()))
        self.analysis = AnalysisFollower(self.document, self.engine)
        self.source = SourceText(self.document, self.analysis)
        self.editor = self.source.text
        self.source.text_changed.connect(self._edit)
        with qtbot.waitSignal(self.analysis.updated):
            self.engine.start()

    def _edit(self, changes: Changes) -> None:
        self.editor = applied(self.editor, changes)
        assert self.editor == self.source.text

    def type(self, text: str) -> None:
        """Types a whole text and has it read."""
        self.editor = text
        self.source.typed(text)
        self.source.read()

    @property
    def graph(self) -> Graph:
        """What is drawn."""
        return self.document.project.graph


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    """A desk with a small network."""
    return Desk(qtbot)


def test_the_text_is_the_drawing(desk: Desk) -> None:
    assert desk.editor == desk.source.text == WRITTEN
    assert desk.source.agrees
    assert desk.source.problems == ()


def test_each_layer_has_its_characters(desk: Desk) -> None:
    text = desk.source.text
    shown = {key: text[start:end] for key, (start, end) in desk.source.spans.items()}
    assert shown == {A: "nn.Linear(4, 16)", B: "nn.ReLU()", C: "nn.Linear(16, 3)"}
    assert desk.source.node_at(text.index("ReLU")) == B
    assert desk.source.node_at(3) is None


def test_a_change_on_the_canvas_touches_its_characters(desk: Desk) -> None:
    told: list[Changes] = []
    desk.source.text_changed.connect(told.append)
    desk.document.apply(SetArg(A, "out_features", 32))
    assert desk.editor == WRITTEN.replace("4, 16", "4, 32").replace("16, 3", "32, 3")
    assert max(len(change.text) for change in told[0]) <= len("nn.Linear(4, 32)")


def test_a_fault_is_told_and_the_canvas_stays(desk: Desk) -> None:
    desk.type(WRITTEN.replace("nn.ReLU()", "nn.ReLUU()"))
    assert [problem.line for problem in desk.source.problems] == [5]
    assert "Did you mean" in desk.source.problems[0].message
    assert not desk.source.agrees
    assert desk.graph == drawing()
    desk.source.take_canvas()
    assert desk.editor == WRITTEN
    assert desk.source.agrees
