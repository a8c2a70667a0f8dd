"""Edits lead from one graph to another and never change one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.codec import graph_to_plain
from nnbuilder.graph.edits import (
    AddNode,
    Connect,
    Disconnect,
    GraphEdit,
    InsertOnEdge,
    MoveNodes,
    RemoveNodes,
    Rename,
    ResetArg,
    SetArg,
    SetArgs,
    SetType,
)
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from tests.edit_strategies import graph_edits
from tests.graph.drawn import drawn
from tests.strategies import chains, graphs

A, B, C = NodeId("a"), NodeId("b"), NodeId("c")


@given(st.data())
def test_an_edit_leaves_its_graph_as_it_was(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    before = str(graph_to_plain(graph))
    edit = data.draw(graph_edits(graph))
    try:
        edit.describe(graph)
        edit.apply(graph)
    except EditRefused:
        pass
    assert str(graph_to_plain(graph)) == before


@given(st.data())
def test_edges_always_join_nodes_that_are_there(data: st.DataObject) -> None:
    graph = data.draw(graphs())
    for _ in range(4):
        try:
            graph = data.draw(graph_edits(graph)).apply(graph)
        except EditRefused:
            continue
        assert all(edge.source in graph.nodes and edge.target in graph.nodes for edge in graph.edges)
        assert len(set(graph.edges)) == len(graph.edges)


@given(st.data())
def test_connecting_never_closes_a_cycle(data: st.DataObject) -> None:
    graph = data.draw(chains())
    graph = Disconnect(graph.edges).apply(graph)
    keys = st.sampled_from(tuple(graph.nodes))
    for edge in data.draw(st.lists(st.builds(Edge, keys, keys), max_size=12)):
        try:
            graph = Connect(edge).apply(graph)
        except EditRefused:
            continue
    order = order_of(graph)
    assert order.cyclic == order.joined == ()


@given(st.data())
def test_removing_layers_of_a_chain_closes_the_gap(data: st.DataObject) -> None:
    graph = data.draw(chains())
    inner = order_of(graph).layers
    gone = data.draw(st.lists(st.sampled_from(inner), unique=True)) if inner else []
    after = RemoveNodes(tuple(gone)).apply(graph)
    assert order_of(after).complete
    assert order_of(after).layers == tuple(key for key in inner if key not in gone)


@given(chains(), st.data())
def test_inserting_and_removing_are_inverse(graph: Graph, data: st.DataObject) -> None:
    edge = data.draw(st.sampled_from(graph.edges))
    more = InsertOnEdge(Node(NodeId("new"), "ReLU"), edge).apply(graph)
    assert NodeId("new") in order_of(more).layers
    after = RemoveNodes((NodeId("new"),)).apply(more)
    assert after.nodes == graph.nodes
    assert set(after.edges) == set(graph.edges)


def test_removing_without_closing_leaves_the_gap() -> None:
    graph = RemoveNodes((B,), close_gap=False).apply(drawn("a>b>c"))
    assert (tuple(graph.nodes), graph.edges) == ((A, C), ())


def test_a_gap_behind_joined_edges_stays_open() -> None:
    graph = RemoveNodes((C,)).apply(drawn("a>c b>c c>d"))
    assert graph.edges == ()


def test_removing_a_branch_feeds_both_followers() -> None:
    graph = RemoveNodes((B,)).apply(drawn("a>b b>c b>d"))
    assert graph.edges == (Edge(A, C), Edge(A, NodeId("d")))


def test_an_argument_is_set_and_reset() -> None:
    graph = SetArg(A, "p", 0.3).apply(drawn("a"))
    assert graph.nodes[A].args == {"p": 0.3}
    assert ResetArg(A, "p").apply(graph).nodes[A].args == {}
    assert SetArgs(A, {"q": 1}).apply(graph).nodes[A].args == {"q": 1}


def test_a_node_changes_its_type_and_keeps_its_place() -> None:
    graph = MoveNodes({A: (3.0, 4.0)}).apply(drawn("a>b"))
    node = SetType(A, "Linear", {"out_features": 4}).apply(graph).nodes[A]
    assert node == Node(A, "Linear", {"out_features": 4}, x=3.0, y=4.0)


def test_a_name_is_trimmed_and_cleared() -> None:
    graph = Rename(A, "  head ").apply(drawn("a"))
    assert graph.nodes[A].name == "head"
    assert Rename(A, "").apply(graph).nodes[A].name == ""


@pytest.mark.parametrize(
    ("drawing", "edit", "why"),
    [
        ("a", AddNode(Node(A, "ReLU")), "there already"),
        ("a", RemoveNodes((B,)), "no node b"),
        ("a", SetArg(B, "p", 1), "no node b"),
        ("a", MoveNodes({B: (0.0, 0.0)}), "no node b"),
        ("a", Rename(A, "x.y"), "dot"),
        ("a b:head", Rename(A, "head"), "named head already"),
        ("a", Connect(Edge(A, A)), "itself"),
        ("a b>c", Connect(Edge(A, C)), "has an edge already"),
        ("a>b>c", Connect(Edge(C, A)), "cycle"),
        ("a", Connect(Edge(A, B)), "no node b"),
        ("a b", Disconnect((Edge(A, B),)), "not there"),
        ("a b", InsertOnEdge(Node(C, "ReLU"), Edge(A, B)), "not there"),
        ("a>b c>d", InsertOnEdge(Node(C, "ReLU"), Edge(A, B)), "connected already"),
        ("a>b", InsertOnEdge(Node(C, LOSS), Edge(A, B)), "end of the network"),
    ],
)
def test_what_makes_no_sense_is_refused(drawing: str, edit: GraphEdit, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edit.apply(drawn(drawing))


def test_nothing_follows_the_loss_or_precedes_the_input() -> None:
    nodes = {key: Node(key, kind) for key, kind in ((A, INPUT), (B, LOSS), (C, "ReLU"))}
    with pytest.raises(EditRefused, match="follows the Loss"):
        Connect(Edge(B, C)).apply(Graph(nodes))
    with pytest.raises(EditRefused, match="before the Input"):
        Connect(Edge(C, A)).apply(Graph(nodes))


def test_edits_say_what_they_do() -> None:
    graph = drawn("a>b:head")
    said = [
        AddNode(Node(C, "GELU")).describe(graph),
        RemoveNodes((A,)).describe(graph),
        RemoveNodes((A, B)).describe(graph),
        SetArg(A, "p", 0.5).describe(graph),
        ResetArg(A, "p").describe(graph),
        SetArgs(A, {}).describe(graph),
        SetType(A, "GELU").describe(graph),
        Rename(A, "x").describe(graph),
        Rename(A, "").describe(graph),
        MoveNodes({B: (0.0, 0.0)}).describe(graph),
        Connect(Edge(A, B)).describe(graph),
        Disconnect(graph.edges).describe(graph),
        InsertOnEdge(Node(C, "GELU"), graph.edges[0]).describe(graph),
    ]
    assert said == [
        "Add GELU",
        "Delete ReLU",
        "Delete 2 layers",
        "Set p to 0.5",
        "Reset p",
        "Change ReLU",
        "Change to GELU",
        "Rename to x",
        "Clear name",
        "Move head",
        "Connect ReLU to head",
        "Disconnect",
        "Insert GELU",
    ]


def test_only_edits_of_one_argument_merge() -> None:
    assert SetArg(A, "p", 1).merge_key() == SetArg(A, "p", 2).merge_key()
    assert SetArg(A, "p", 1).merge_key() != SetArg(A, "q", 1).merge_key()
    assert AddNode(Node(A, "ReLU")).merge_key() is None
