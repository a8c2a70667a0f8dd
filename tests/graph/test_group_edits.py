"""Grouping keeps what is grouped: ids, arguments, places, and the way through it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph import limits
from nnbuilder.graph.edits import Group, RemoveNodes, Rename, SetDisabled, SetType, Ungroup
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.order import flat_layers, order_of, orders_of
from tests.graph.drawn import ENDS, drawn
from tests.strategies import chains

A, B, C, G, H = (NodeId(key) for key in "abcgh")


def grouped(graph: Graph, *nodes: NodeId, key: NodeId = G, name: str = "") -> Graph:
    """The graph with these nodes in a group."""
    return Group(nodes, Node(key, GROUP, name=name)).apply(graph)


@given(chains(), st.data())
def test_a_group_computes_what_its_layers_did(graph: Graph, data: st.DataObject) -> None:
    layers = order_of(graph).layers
    if not layers:
        return
    first = data.draw(st.integers(0, len(layers) - 1))
    chosen = layers[first : data.draw(st.integers(first, len(layers) - 1)) + 1]
    after = grouped(graph, *data.draw(st.permutations(chosen)))
    assert tuple(node.id for node, _ in flat_layers(after, orders_of(after))) == layers
    assert order_of(after, G).layers == chosen
    assert all(after.nodes[key].args == node.args for key, node in graph.nodes.items())
    assert Ungroup(G).apply(after) == graph


def test_edges_lead_to_the_group_and_from_it() -> None:
    graph = grouped(drawn("i>a>b>c>l", ENDS), A, B)
    assert graph.edges == (Edge(NodeId("i"), G), Edge(A, B), Edge(G, C), Edge(C, NodeId("l")))
    assert list(graph.nodes) == [*"igabcl"]
    assert {node.id for node in graph.children(G)} == {A, B}


def test_groups_lie_in_groups() -> None:
    graph = grouped(grouped(drawn("i>a>b>c>l", ENDS), A, B, name="outer"), A, key=H, name="inner")
    assert graph.groups_of(A) == (H, G)
    assert [name for _, name in flat_layers(graph, orders_of(graph))] == ["outer.inner.0", "outer.1", "1"]
    assert graph.within([G]) == {G, H, A, B}


@pytest.mark.parametrize(
    ("drawing", "nodes", "why"),
    [
        ("a>b>c", "ac", "without a gap"),
        ("a b", "ab", "without a gap"),
        ("a>b a>c", "ab", "without a gap"),
        ("c>b a>b", "ab", "without a gap"),
        ("a>b>a", "ab", "without a gap"),
        ("i>a", "ia", "Input is an end"),
        ("a>l", "al", "Loss is an end"),
        ("a", "", "Choose a layer"),
        ("a", "ax", "no node x"),
    ],
)
def test_only_one_piece_of_a_chain_becomes_a_group(drawing: str, nodes: str, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        grouped(drawn(drawing, ENDS), *map(NodeId, nodes))


def test_layers_of_different_groups_become_none() -> None:
    with pytest.raises(EditRefused, match="different groups"):
        grouped(grouped(drawn("a>b>c"), A), A, B, key=H)


def test_a_group_is_a_sequential_with_an_id_of_its_own() -> None:
    with pytest.raises(EditRefused, match="there already"):
        grouped(drawn("a>b"), A, key=B)
    with pytest.raises(EditRefused, match="not a ReLU"):
        Group((A,), Node(G, "ReLU")).apply(drawn("a"))


def test_groups_are_only_so_deep() -> None:
    graph = drawn("a")
    for depth in range(limits.GROUP_DEPTH):
        graph = grouped(graph, A, key=NodeId(f"g{depth}"))
    with pytest.raises(EditRefused, match="at most 32 deep"):
        grouped(graph, A)
    outermost = NodeId("g0")
    with pytest.raises(EditRefused, match="at most 32 deep"):
        grouped(graph, outermost)


def test_names_are_unique_among_siblings_only() -> None:
    graph = grouped(drawn("a:x>b>c"), A, B)
    graph = Rename(C, "x").apply(graph)
    with pytest.raises(EditRefused, match="named x already"):
        Rename(B, "x").apply(graph)
    after = Ungroup(G).apply(graph)
    assert (after.nodes[A].name, after.nodes[C].name) == ("x_2", "x")


def test_ungrouping_what_is_disabled_keeps_it_so() -> None:
    graph = SetDisabled((G,), disabled=True).apply(grouped(drawn("a>b>c"), A, B))
    after = Ungroup(G).apply(graph)
    assert [after.nodes[key].disabled for key in (A, B, C)] == [True, True, False]


def test_ungrouping_nothing_closes_the_gap() -> None:
    graph = RemoveNodes((B,)).apply(grouped(drawn("a>b>c"), B))
    assert Ungroup(G).apply(graph).edges == (Edge(A, C),)


def test_ungrouping_no_chain_leaves_it_unconnected() -> None:
    graph = RemoveNodes((B,), close_gap=False).apply(grouped(drawn("i>a>b>c>l", ENDS), A, B, C))
    after = Ungroup(G).apply(graph)
    assert after.edges == ()
    assert set(after.nodes) == {*map(NodeId, "iacl")}


def test_notes_come_out_of_a_group_and_go_with_it() -> None:
    note = Note(NodeId("t"), "text", parent=G)
    graph = grouped(drawn("a>b"), A)
    graph = Graph(graph.nodes, graph.edges, {note.id: note})
    assert Ungroup(G).apply(graph).notes[note.id].parent is None
    assert RemoveNodes((G,)).apply(graph) == drawn("b")


def test_a_group_with_layers_stays_one() -> None:
    with pytest.raises(EditRefused, match="ungroup it first"):
        SetType(G, "ReLU").apply(grouped(drawn("a"), A))
    assert SetType(A, GROUP).apply(drawn("a")).nodes[A].type == GROUP


def test_only_groups_are_ungrouped() -> None:
    with pytest.raises(EditRefused, match="ReLU is no group"):
        Ungroup(A).apply(drawn("a"))
