"""The text of the code panel follows the canvas, and the canvas the text."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from nnbuilder.graph.edits import InsertOnEdge, MoveNodes, SetArg, SetType
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.interop.code.agreed import agreement
from nnbuilder.interop.code.changes import Changes, applied
from nnbuilder.interop.code.rewriting import WHOLE
from nnbuilder.interop.python_reader import read_source
from nnbuilder.project.project import Project
from nnbuilder.session.analysis import AnalysisFollower
from nnbuilder.session.document import Document
from nnbuilder.session.source_text import SourceText
from tests.conftest import SOAK
from tests.edit_strategies import graph_edits
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


TYPED = """import torch.nn as nn  # mine

H = 16
model = nn.Sequential(
    nn.Linear(4, H),  # wide

    nn.ReLU(),
    nn.Linear(H, 3),
)
"""


def test_what_is_typed_comes_onto_the_canvas_as_one_step(desk: Desk) -> None:
    before = desk.document.project
    desk.type(TYPED.replace("nn.ReLU(),", "nn.Tanh(),\n    nn.Dropout(),"))
    assert [desk.graph.nodes[key].type for key in order_of(desk.graph).layers] == [
        "Linear",
        "Tanh",
        "Dropout",
        "Linear",
    ]
    assert desk.source.agrees
    assert desk.document.project.source == desk.editor
    assert desk.document.undo_stack.count() == 1
    desk.document.undo_stack.undo()
    assert desk.document.project == before
    assert desk.editor == WRITTEN
    desk.document.undo_stack.redo()
    assert "# mine" in desk.editor
    assert desk.source.agrees


def test_typing_is_one_step_until_a_pause(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("nnbuilder.session.document.time.monotonic", lambda: now[0])
    for number in range(5):
        desk.type(desk.editor.replace("4, 16" if not number else f"4, {number}", f"4, {number + 1}"))
        now[0] += 0.9
    assert desk.document.undo_stack.count() == 1
    now[0] += 1.1
    desk.type(desk.editor.replace("ReLU(),", "ReLU(),  # why"))
    assert desk.document.undo_stack.count() == 2
    desk.document.undo_stack.undo()
    assert desk.graph.nodes[A].args["out_features"] == 5


def test_a_comment_changes_no_layer(desk: Desk) -> None:
    graph = desk.graph
    desk.type(f"# hello\n{WRITTEN}")
    assert desk.graph is graph
    assert desk.document.project.source == f"# hello\n{WRITTEN}"
    assert desk.source.spans[B][0] == desk.editor.index("nn.ReLU()")


def test_the_canvas_changes_typed_text_with_the_drawing_in_one_step(desk: Desk) -> None:
    desk.type(TYPED)
    desk.document.apply(InsertOnEdge(Node(NodeId("new"), "Dropout"), Edge(B, C)))
    expected = TYPED.replace("    nn.ReLU(),\n", "    nn.ReLU(),\n    nn.Dropout(),\n")
    assert desk.editor == desk.document.project.source == expected
    assert desk.document.undo_stack.count() == 2
    desk.document.undo_stack.undo()
    assert desk.editor == desk.document.project.source == TYPED
    assert NodeId("new") not in desk.graph.nodes


def test_a_size_that_follows_is_written_again(desk: Desk, qtbot: QtBot) -> None:
    desk.type(TYPED)
    with qtbot.waitSignal(desk.analysis.updated):
        desk.document.apply(SetArg(A, "out_features", 32))
    assert desk.editor == TYPED.replace("4, H", "4, 32").replace("H, 3", "32, 3")
    assert "in_features" not in desk.graph.nodes[C].args
    with qtbot.waitSignal(desk.analysis.updated):
        desk.type(desk.editor.replace("4, 32", "4, 64"))
    assert "nn.Linear(64, 3)" in desk.editor
    assert desk.source.agrees


def test_moving_a_card_is_no_change_of_the_text(desk: Desk) -> None:
    desk.type(TYPED)
    told: list[Changes] = []
    desk.source.text_changed.connect(told.append)
    desk.document.apply(MoveNodes({A: (500.0, 500.0)}))
    assert told == []
    assert desk.document.project.source == TYPED


def test_a_faulty_text_outlives_edits_of_the_canvas(desk: Desk) -> None:
    desk.type(TYPED)
    faulty = TYPED.replace("nn.ReLU(),", "nn.ReLU(,")
    desk.type(faulty)
    assert desk.source.spans[A] == (faulty.index("nn.Linear"), faulty.index(",  # wide"))
    assert B not in desk.source.spans
    desk.document.apply(SetArg(A, "out_features", 8))
    assert desk.editor == desk.source.text == faulty
    assert not desk.source.agrees
    assert desk.document.project.source == TYPED.replace("4, H", "4, 8").replace("H, 3", "8, 3")
    desk.source.take_canvas()
    assert desk.editor == desk.document.project.source
    assert desk.source.agrees


def test_a_mended_text_counts(desk: Desk) -> None:
    desk.type(TYPED.replace("nn.ReLU(),", "nn.ReLU(,"))
    desk.document.apply(SetArg(A, "out_features", 8))
    desk.type(TYPED)
    assert desk.graph.nodes[A].args["out_features"] == 16
    assert desk.source.agrees


def test_going_back_to_the_last_good_text_mends_it(desk: Desk) -> None:
    desk.type(WRITTEN + ")")
    assert not desk.source.agrees
    desk.type(WRITTEN)
    assert desk.source.agrees
    assert desk.document.undo_stack.count() == 0


def test_a_class_is_another_view(desk: Desk) -> None:
    assert desk.source.set_view("class")
    assert desk.editor.startswith("from torch import nn\n\n\nclass Network")
    text = desk.editor
    assert text[slice(*desk.source.spans[B])] == "nn.ReLU()"
    desk.type(text.replace("nn.ReLU()", "nn.Tanh()"))
    assert desk.graph.nodes[B].type == "Tanh"
    assert desk.source.view == "class"
    desk.source.set_view("sequential")
    assert desk.editor == WRITTEN.replace("ReLU", "Tanh")
    desk.source.set_view("class")
    assert desk.editor == text.replace("nn.ReLU()", "nn.Tanh()")


def test_the_view_stays_while_a_text_is_faulty(desk: Desk) -> None:
    desk.type("nn.Sequential(")
    assert not desk.source.set_view("class")
    assert desk.editor == "nn.Sequential("


def test_an_opened_text_that_lags_behind_is_brought_up_to_date(qtbot: QtBot) -> None:
    graph = InsertOnEdge(Node(NodeId("new"), "Dropout"), Edge(B, C)).apply(drawing())
    desk = Desk(qtbot, Project(graph=graph, source=TYPED))
    assert desk.editor == TYPED.replace("    nn.ReLU(),\n", "    nn.ReLU(),\n    nn.Dropout(),\n")
    assert desk.source.agrees


def test_an_opened_text_that_nobody_can_read_is_kept(qtbot: QtBot) -> None:
    desk = Desk(qtbot, Project(graph=drawing(), source="lost and found"))
    assert desk.editor == "lost and found"
    assert desk.source.problems
    desk.source.take_canvas()
    assert desk.editor == WRITTEN
    assert desk.document.project.source is None


def test_a_text_that_asks_for_a_value_says_so(desk: Desk) -> None:
    desk.type(WRITTEN.replace("4, 16", "4, wide"))
    assert desk.source.problems[0].line == 4
    assert "wide" in desk.source.problems[0].message


def test_a_drawing_that_cannot_be_written_says_why(desk: Desk) -> None:
    desk.type(TYPED)
    desk.document.apply(SetType(B, "Unknown"))
    assert desk.editor == TYPED
    assert not desk.source.agrees
    assert "Unknown" in desk.source.problems[0].message
    desk.document.apply(SetType(B, "Tanh"))
    assert desk.editor == TYPED.replace("ReLU", "Tanh")
    assert desk.source.agrees


@pytest.mark.parametrize("text", ["(" * 300, "-" * 200_000, "nn.Linear(9**9**9)", "\0", "x\n" * 2_000_000])
def test_a_hostile_text_is_told_of_and_kept(desk: Desk, text: str) -> None:
    desk.type(text)
    assert desk.source.problems
    assert desk.source.text == text
    assert set(desk.source.spans) <= {A, B, C}
    assert desk.graph == drawing()


def test_nothing_is_written_while_nobody_looks(desk: Desk) -> None:
    told: list[Changes] = []
    desk.source.text_changed.connect(told.append)
    desk.source.watch(on=False)
    desk.document.apply(SetArg(A, "out_features", 32))
    assert told == []
    desk.source.watch(on=True)
    assert desk.editor == WRITTEN.replace("4, 16", "4, 32").replace("16, 3", "32, 3")


def test_a_text_that_is_written_anew_is_said(desk: Desk, qtbot: QtBot) -> None:
    loop = "layers = []\nfor size in (16, 3):\n    layers.append(nn.LazyLinear(size))\n"
    desk.type(f"{loop}net = nn.Sequential(*layers)\n")
    with qtbot.waitSignal(desk.source.said):
        desk.document.apply(SetArg(order_of(desk.graph).layers[0], "out_features", 8))
    assert desk.editor.startswith(f"{loop}net = nn.Sequential(\n    nn.Linear(4, 8),\n")


@settings(max_examples=300 if SOAK else 25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
@pytest.mark.usefixtures("qapp")
def test_text_and_canvas_go_together_through_any_edits(data: st.DataObject) -> None:
    start = Project(graph=SetArg(NodeId("in"), "shape", (4,)).apply(drawing()))
    document = Document(start)
    analysis = AnalysisFollower(document, FakeEngine())
    source = SourceText(document, analysis)
    told: list[Changes] = []
    source.text_changed.connect(told.append)
    anew: list[str] = []
    source.said.connect(anew.append)
    source.typed(f"# mine\n{source.text}")
    source.read()
    editor = source.text
    told.clear()
    for _ in range(data.draw(st.integers(1, 6))):
        try:
            if data.draw(st.booleans()):
                document.apply(data.draw(graph_edits(document.project.graph)))
            else:
                lines = editor.splitlines(keepends=True)
                place = data.draw(st.integers(0, len(lines)))
                new = data.draw(
                    st.sampled_from(["    nn.Tanh(),\n", "# why\n", "\n", "    nn.Linear(3, 5),\n"])
                )
                editor = "".join([*lines[:place], new, *lines[place:]])
                source.typed(editor)
                source.read()
        except EditRefused:
            continue
        for changes in told:
            editor = applied(editor, changes)
        told.clear()
        assert editor == source.text
        if source.agrees and document.project.source is not None:
            read = read_source(source.text)
            assert not read.layers or agreement(source.text, document.project.graph) is not None
        assert anew or "# mine" in (document.project.source or "")
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.project == start


@pytest.mark.usefixtures("qapp")
def test_a_text_that_python_cannot_parse_is_not_written_anew_without_a_word() -> None:
    document = Document(Project(graph=SetArg(NodeId("in"), "shape", (4,)).apply(drawing())))
    source = SourceText(document, AnalysisFollower(document, FakeEngine()))
    said: list[str] = []
    source.said.connect(said.append)
    source.text_changed.connect(lambda _: None)
    lines = f"# mine\n{source.text}".splitlines(keepends=True)
    source.typed("".join(["    nn.Tanh(),\n", *lines]))
    source.read()
    source.typed("".join(["    nn.Tanh(),\n", *lines[:4], "    nn.Linear(3, 5),\n", *lines[4:]]))
    source.read()
    assert "# mine" in source.text or said == [WHOLE]
