"""Frozen layers in the drawing: the edit, what a group does to what lies in it, and the file."""

import pytest
from hypothesis import given

from nnbuilder.graph.codec import graph_from_plain, graph_to_plain
from nnbuilder.graph.edits import SetFrozen
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from tests.graph.drawn import ENDS, drawn
from tests.strategies import graphs

A, B, G, H = (NodeId(key) for key in "abgh")


def test_layers_are_frozen_and_the_ends_are_not() -> None:
    graph = drawn("i>a>l", ENDS)
    after = SetFrozen(tuple(graph.nodes), frozen=True).apply(graph)
    assert [node.frozen for node in after.nodes.values()] == [False, True, False]
    assert SetFrozen((A,), frozen=False).apply(after) == graph
    with pytest.raises(EditRefused, match="nothing to freeze"):
        SetFrozen((NodeId("i"),), frozen=True).apply(graph)
    with pytest.raises(EditRefused, match="no node x"):
        SetFrozen((NodeId("x"),), frozen=True).apply(graph)


def test_the_edit_says_what_it_does() -> None:
    graph = drawn("a>b")
    assert SetFrozen((A, B), frozen=True).describe(graph) == "Freeze 2 layers"
    assert SetFrozen((A,), frozen=False).describe(graph) == "Unfreeze ReLU"


def test_what_lies_in_a_frozen_group_is_frozen() -> None:
    nodes = (
        Node(G, GROUP, frozen=True),
        Node(H, GROUP, parent=G),
        Node(A, "Linear", parent=H),
        Node(B, "Linear"),
    )
    graph = Graph({node.id: node for node in nodes})
    assert [graph.is_frozen(key) for key in (G, H, A, B)] == [True, True, True, False]


@given(graphs())
def test_the_file_keeps_it_and_says_nothing_where_there_is_nothing(graph: Graph) -> None:
    plain = graph_to_plain(graph)
    assert [key for key, node in plain["nodes"].items() if "frozen" in node] == [
        key for key, node in graph.nodes.items() if node.frozen
    ]
    read, faults = graph_from_plain(plain)
    assert not faults
    assert {key: node.frozen for key, node in read.nodes.items()} == {
        key: node.frozen for key, node in graph.nodes.items()
    }


def test_what_is_no_flag_is_a_fault() -> None:
    _, faults = graph_from_plain({"nodes": {"a": {"type": "ReLU", "x": 0, "y": 0, "frozen": 1}}, "edges": []})
    assert [fault.path for fault in faults] == ["graph.nodes.a.frozen"]
