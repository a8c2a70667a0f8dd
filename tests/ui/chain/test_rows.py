"""The words of the list's rows, and Qt's own check of its model."""

import pytest
from hypothesis import given, settings
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from nnbuilder.graph.edits import AddNode, Group, Rename, SetArg, SetDisabled, SetFrozen
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.project.problem import Problem
from nnbuilder.ui.chain.model import ChainModel
from nnbuilder.ui.chain.rows import TOP, entries_of
from tests import strategies
from tests.ui.canvas.drawings import ids
from tests.ui.workbench import Workbench

G = NodeId("g")


@pytest.fixture
def model(bench: Workbench) -> ChainModel:
    """A model that Qt checks at every change."""
    model = ChainModel(bench.document, bench.analysis, bench.document)
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    QAbstractItemModelTester(model, mode, model)
    bench.document.changed.connect(lambda diff: model.follow_change(diff.graph))
    bench.analysis.updated.connect(model.say_again)
    model.follow()
    return model


def heard(model: ChainModel, node: str) -> str:
    """What a screen reader says of a row."""
    return str(model.index_of(NodeId(node)).data(Qt.ItemDataRole.AccessibleTextRole))


def described(model: ChainModel, node: str) -> str:
    """What a screen reader adds to it."""
    return str(model.index_of(NodeId(node)).data(Qt.ItemDataRole.AccessibleDescriptionRole))


def test_rows_are_heard_as_sentences(bench: Workbench, model: ChainModel) -> None:
    assert heard(model, "n1") == "Input, Iris, N by 4"
    assert heard(model, "n2") == "0: Linear, out_features 16, N by 4 to N by 16, 80 parameters"
    assert heard(model, "n3") == "1: ReLU, N by 16"
    assert heard(model, "n5") == "Loss, CrossEntropyLoss, N by 3"
    bench.document.apply(Rename(NodeId("n2"), "hidden"))
    bench.document.apply(SetDisabled(ids(3), disabled=True))
    assert heard(model, "n2").startswith("0: hidden, Linear, out_features 16")
    assert heard(model, "n3") == "1: ReLU, disabled, N by 16"
    bench.document.apply(SetFrozen(ids(2, 3), frozen=True))
    assert heard(model, "n2").startswith("0: hidden, Linear, frozen, out_features 16")
    assert "frozen" not in heard(model, "n3")
    bench.document.apply(AddNode(Node(NodeId("t"), "Dropout", {"p": 0.2, "inplace": True})))
    assert heard(model, "t") == "Dropout, not connected, p 0.2, inplace on"


def test_problems_are_heard(bench: Workbench, model: ChainModel) -> None:
    bench.document.apply(SetArg(NodeId("n4"), "in_features", 5))
    bench.settle()
    assert heard(model, "n4").endswith("1 error")
    assert described(model, "n4") == "This layer wants 5 features and gets 16."
    two = [
        Problem("note", "a", "One.", node=NodeId("n3")),
        Problem("warning", "b", "Two.", node=NodeId("n3")),
    ]
    bench.analysis.problems = tuple(two)
    assert heard(model, "n3").endswith("2 problems")
    assert described(model, "n3") == "One. Two."
    assert described(model, "n2") == ""


def test_groups_hold_their_layers_in_order(bench: Workbench, model: ChainModel) -> None:
    bench.document.apply(Group(ids(2, 3), Node(G, GROUP, name="encoder")))
    index = model.index_of(G)
    assert heard(model, "g").startswith("0: encoder, group, 2 layers in it")
    assert [model.node_at(model.index(row, 0, index)) for row in range(model.rowCount(index))] == [*ids(2, 3)]
    assert model.parent(model.index_of(NodeId("n3"))) == index
    assert model.node_at(model.parent(index)) is None
    assert [model.node_at(model.index(row, 0)) for row in range(model.rowCount())] == [
        NodeId("n1"),
        G,
        *ids(4, 5),
    ]


def test_no_row_is_beyond_the_end(model: ChainModel) -> None:
    assert not model.index(5, 0).isValid()
    assert not model.index(0, 1).isValid()
    assert not model.index_of(NodeId("n99")).isValid()
    assert model.data(QModelIndex()) is None
    assert not model.setData(QModelIndex(), "x")


@settings(max_examples=60, deadline=None)
@given(graph=strategies.graphs())
def test_every_node_has_one_row_below_its_group(graph: Graph) -> None:
    entries = entries_of(graph)
    assert sorted(entry.node for entry in entries) == sorted(graph.nodes)
    for entry in entries:
        parent = None if entry.parent == TOP else entries[entry.parent].node
        assert graph.nodes[entry.node].parent == parent
        for place, child in enumerate(entry.children):
            assert (entries[child].place, entries[child].parent) == (place, entries.index(entry))
