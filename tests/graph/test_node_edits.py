"""Edits of many nodes at once: added, disabled, given one argument."""

import pytest

from nnbuilder.graph.edits import AddNode, AddNodes, GraphEdit, SetArgOnAll, SetDisabled
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Edge, Node, NodeId, Note
from tests.graph.drawn import ENDS, drawn

A, B, C, D, G = (NodeId(key) for key in "abcdg")


def relu(key: NodeId, parent: NodeId | None = None) -> Node:
    """A layer."""
    return Node(key, "ReLU", parent=parent)


def test_many_come_at_once_with_their_edges() -> None:
    note = Note(D, "why")
    edit = AddNodes((relu(B), relu(C)), (Edge(A, B), Edge(B, C)), (note,))
    after = edit.apply(drawn("a"))
    assert list(after.nodes) == [A, B, C]
    assert after.edges == (Edge(A, B), Edge(B, C))
    assert after.notes == {D: note}


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (AddNodes((relu(A),)), "node a is there already"),
        (AddNodes((relu(C), relu(C))), "one id"),
        (AddNodes((relu(C, parent=G),)), '"g" is no group'),
        (AddNodes((Node(G, GROUP), Node(C, INPUT, parent=G))), "lies in no group"),
        (AddNodes((Node(G, GROUP), relu(C, parent=G)), (Edge(A, C),)), "different groups"),
        (AddNodes((relu(C),), (Edge(C, B),)), "Two edges would lead to ReLU"),
        (AddNodes((relu(C), relu(D)), (Edge(C, D), Edge(D, C))), "close a cycle"),
        (AddNodes((relu(C),), (Edge(C, C),)), "close a cycle"),
        (AddNodes((Node(C, LOSS), relu(D)), (Edge(C, D),)), "beyond an end"),
        (AddNodes((relu(C),), (Edge(C, D),)), "no node d"),
        (AddNodes((), notes=(Note(C, parent=A),)), '"a" is no group'),
        (AddNode(relu(C, parent=C)), '"c" is no group'),
        (AddNode(Node(C, GROUP, parent=C)), "cannot lie in itself"),
        (SetDisabled((NodeId("x"),), disabled=True), "no node x"),
    ],
)
def test_what_makes_no_sense_is_refused(edit: GraphEdit, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edit.apply(drawn("a>b"))


def test_layers_are_disabled_and_the_ends_are_not() -> None:
    graph = drawn("i>a>l", ENDS)
    after = SetDisabled(tuple(graph.nodes), disabled=True).apply(graph)
    assert [node.disabled for node in after.nodes.values()] == [False, True, False]
    assert SetDisabled((A,), disabled=False).apply(after) == graph
    with pytest.raises(EditRefused, match="cannot be disabled"):
        SetDisabled((NodeId("i"),), disabled=True).apply(graph)


def test_one_argument_of_many_layers() -> None:
    edit = SetArgOnAll((A, B), "p", 0.3)
    assert [node.args for node in edit.apply(drawn("a>b c")).nodes.values()] == [{"p": 0.3}, {"p": 0.3}, {}]
    assert edit.merge_key() == SetArgOnAll((A, B), "p", 0.4).merge_key()


def test_edits_say_what_they_do() -> None:
    graph = drawn("a>b c")
    said = [
        AddNodes((relu(A),)).describe(graph),
        AddNodes((Node(G, GROUP), relu(D, parent=G)), notes=(Note(C),), verb="Paste").describe(graph),
        AddNodes((relu(C), relu(D)), verb="Duplicate").describe(graph),
        AddNodes((), notes=(Note(C), Note(D))).describe(graph),
        SetArgOnAll((A, B), "p", 0.3).describe(graph),
        SetDisabled((A, B, C), disabled=True).describe(graph),
        SetDisabled((A,), disabled=False).describe(graph),
    ]
    assert said == [
        "Add ReLU",
        "Paste a layer and a note",
        "Duplicate 2 layers",
        "Add 2 notes",
        "Set p to 0.3 on 2 layers",
        "Disable 3 layers",
        "Enable ReLU",
    ]
