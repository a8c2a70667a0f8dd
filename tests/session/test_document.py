"""The document against a plain list of values: every undo and redo gives exactly what was."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from PySide6.QtWidgets import QApplication

from nnbuilder.graph.diff import diff_graphs
from nnbuilder.graph.edits import AddNode, Connect, MoveNodes, RemoveNodes, Rename, SetArg
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Graph, Node, NodeId, fresh_id
from nnbuilder.project.edits import Edit, SetSource, SetTraining, SetWeights, apply_edit
from nnbuilder.project.problem import Fix
from nnbuilder.project.project import Project, TrainingConfig
from nnbuilder.session.diff import DocumentDiff, diff_projects
from nnbuilder.session.document import Document
from tests.conftest import SOAK

pytestmark = pytest.mark.usefixtures("qapp")

A, B = NodeId("a"), NodeId("b")
START = Project(graph=Graph({A: Node(A, "Linear"), B: Node(B, "ReLU")}))


@pytest.fixture
def document() -> Document:
    """A document to edit."""
    return Document(START)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The document's time, which stands still until a test moves it."""
    now = [0.0]
    monkeypatch.setattr("nnbuilder.session.document.time.monotonic", lambda: now[0])
    return now


def width(document: Document) -> object:
    """The argument that most tests change."""
    return document.project.graph.nodes[A].args.get("out_features")


def test_an_edit_is_one_undo_step_and_one_signal(document: Document) -> None:
    diffs: list[DocumentDiff] = []
    document.changed.connect(diffs.append)
    document.apply(SetArg(A, "out_features", 8))
    assert document.undo_stack.undoText() == "Set out_features to 8"
    document.undo_stack.undo()
    assert document.project == START
    document.undo_stack.redo()
    assert width(document) == 8
    assert [diff.graph.changed for diff in diffs] == [(A,), (A,), (A,)]


def test_a_spin_is_one_step(document: Document, clock: list[float]) -> None:
    texts: list[str] = []
    document.undo_stack.undoTextChanged.connect(texts.append)
    for value in range(1, 6):
        document.apply(SetArg(A, "out_features", value))
        clock[0] += 0.9
    assert document.undo_stack.count() == 1
    assert texts[-1] == document.undo_stack.undoText() == "Set out_features to 5"
    document.undo_stack.undo()
    assert document.project == START
    document.undo_stack.redo()
    assert width(document) == 5


def test_what_comes_later_or_elsewhere_is_a_step_of_its_own(document: Document, clock: list[float]) -> None:
    document.apply(SetArg(A, "out_features", 1))
    clock[0] += 1.1
    document.apply(SetArg(A, "out_features", 2))
    document.apply(SetArg(A, "bias", value=False))
    document.apply(SetArg(A, "out_features", 3))
    assert document.undo_stack.count() == 4


@pytest.mark.usefixtures("clock")
def test_nothing_merges_into_what_was_undone_or_saved(document: Document) -> None:
    document.apply(SetArg(A, "out_features", 1))
    document.apply(MoveNodes({A: (1.0, 1.0)}))
    document.undo_stack.undo()
    document.apply(SetArg(A, "out_features", 2))
    assert document.undo_stack.count() == 2
    document.undo_stack.setClean()
    document.apply(SetArg(A, "out_features", 3))
    assert document.undo_stack.count() == 3
    assert not document.clean
    document.undo_stack.undo()
    assert document.clean
    assert width(document) == 2


def test_a_refused_edit_changes_nothing(document: Document) -> None:
    with pytest.raises(EditRefused):
        document.apply(Connect(Edge(A, A)))
    assert document.project is START
    assert document.undo_stack.count() == 0


def test_an_edit_that_changes_nothing_is_no_step(document: Document) -> None:
    document.apply(Rename(A, ""))
    assert document.undo_stack.count() == 0
    assert document.clean


def test_a_fix_is_one_step_named_after_it(document: Document) -> None:
    fix = Fix("Widen", (SetArg(A, "out_features", 9), SetWeights(None), SetArg(A, "bias", value=False)))
    document.apply_fix(fix)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Widen"
    document.undo_stack.undo()
    assert document.project == START


def test_a_view_may_edit_while_it_is_told(document: Document) -> None:
    def follow(diff: DocumentDiff) -> None:
        if diff.graph.changed == (A,):
            document.apply(SetArg(B, "inplace", value=True))

    document.changed.connect(follow)
    document.apply(SetArg(A, "out_features", 3))
    assert document.project.graph.nodes[B].args == {"inplace": True}
    document.changed.disconnect(follow)
    document.undo_stack.undo()
    assert width(document) == 3
    document.undo_stack.undo()
    assert document.project == START


def test_another_project_replaces_history_and_says_so_once(document: Document) -> None:
    diffs: list[DocumentDiff] = []
    replaced: list[bool] = []
    document.apply(SetArg(A, "out_features", 3))
    document.changed.connect(diffs.append)
    document.replaced.connect(lambda: replaced.append(document.clean))
    document.replace(Project())
    assert (diffs, replaced) == ([], [True])
    assert document.undo_stack.count() == 0


def test_recovered_work_is_unsaved(document: Document) -> None:
    document.replace(Project(), clean=False)
    assert not document.clean
    document.apply(SetSource("x"))
    document.undo_stack.undo()
    assert not document.clean


def test_the_stack_keeps_no_swallowed_steps(document: Document) -> None:
    for value in range(1, 1001):
        document.apply(SetArg(A, "out_features", value))
    assert document.undo_stack.count() <= 2  # one, or two where the machine stalled for a second


class Editing(RuleBasedStateMachine):
    """Random edits, undos and redos; beside the document runs a list of the values that it should have."""

    def __init__(self) -> None:
        super().__init__()
        self.application = QApplication.instance() or QApplication([])
        self.document = Document(START)
        self.shown = START
        self.document.changed.connect(self.follow)
        self.history = [START]
        self.at = 0

    def follow(self, diff: DocumentDiff) -> None:
        """A view that knows only what the signal says; it checks the diff against the document."""
        assert diff == diff_projects(self.shown, self.document.project)
        self.shown = self.document.project

    def edit(self, edit: Edit) -> None:
        """Applies an edit to both sides."""
        try:
            after = apply_edit(self.history[self.at], edit)
        except EditRefused:
            with pytest.raises(EditRefused):
                self.document.apply(edit)
            return
        self.document.apply(edit)
        if after == self.history[self.at]:
            return
        merged = self.document.undo_stack.index() == self.at
        del self.history[self.at + (0 if merged else 1) :]
        self.history.append(after)
        self.at = len(self.history) - 1

    @rule(kind=st.sampled_from(["Linear", "ReLU", "Dropout"]))
    def add(self, kind: str) -> None:
        self.edit(AddNode(Node(fresh_id(self.document.project.graph), kind)))

    @precondition(lambda self: self.document.project.graph.nodes)
    @rule(data=st.data(), close_gap=st.booleans())
    def remove(self, data: st.DataObject, close_gap: bool) -> None:
        nodes = data.draw(st.sets(self.some_node(), min_size=1, max_size=3))
        self.edit(RemoveNodes(tuple(sorted(nodes)), close_gap))

    @precondition(lambda self: self.document.project.graph.nodes)
    @rule(data=st.data(), value=st.integers(1, 3))
    def set_argument(self, data: st.DataObject, value: int) -> None:
        self.edit(SetArg(data.draw(self.some_node()), "out_features", value))

    @precondition(lambda self: self.document.project.graph.nodes)
    @rule(data=st.data(), x=st.floats(-100, 100))
    def move(self, data: st.DataObject, x: float) -> None:
        self.edit(MoveNodes({data.draw(self.some_node()): (x, 0.0)}))

    @precondition(lambda self: self.document.project.graph.nodes)
    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        self.edit(Connect(Edge(data.draw(self.some_node()), data.draw(self.some_node()))))

    @rule(seed=st.integers(0, 5))
    def train_differently(self, seed: int) -> None:
        self.edit(SetTraining(TrainingConfig(seed=seed), "seed"))

    @rule()
    def undo(self) -> None:
        self.document.undo_stack.undo()
        self.at = max(0, self.at - 1)

    @rule()
    def redo(self) -> None:
        self.document.undo_stack.redo()
        self.at = min(len(self.history) - 1, self.at + 1)

    @rule()
    def wait(self) -> None:
        """Lets so much time pass that nothing merges."""
        self.document._top_time = -10.0

    @invariant()
    def is_what_it_should_be(self) -> None:
        assert self.document.project == self.shown == self.history[self.at]
        assert self.document.undo_stack.index() == self.at

    def teardown(self) -> None:
        """Undoes all and redoes all."""
        end = self.history[-1]
        self.document.undo_stack.setIndex(0)
        assert self.document.project == START
        self.document.undo_stack.setIndex(self.document.undo_stack.count())
        assert self.document.project == end
        assert not diff_graphs(self.document.project.graph, end.graph)

    def some_node(self) -> st.SearchStrategy[NodeId]:
        """One of the nodes that are there."""
        return st.sampled_from(sorted(self.document.project.graph.nodes))


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=500 if SOAK else 40, stateful_step_count=100 if SOAK else 50)
