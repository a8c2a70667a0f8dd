"""A piece of a drawing that is copied and pasted comes with ids and names of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.clip import Clip, clip, paste
from nnbuilder.graph.edits import Group
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId, Note
from nnbuilder.graph.order import order_of
from tests.graph.drawn import ENDS, drawn
from tests.strategies import graphs

A, B, G, T = (NodeId(key) for key in "abgt")


def shape(graph: Graph, nodes: set[NodeId]) -> tuple[list[str], int]:
    """What stays equal in a copy: types, and the number of edges."""
    inside = [edge for edge in graph.edges if edge.source in nodes and edge.target in nodes]
    return sorted(graph.nodes[key].type for key in nodes), len(inside)


@given(graphs(), st.data())
def test_a_copy_beside_the_original_leaves_it_alone(graph: Graph, data: st.DataObject) -> None:
    keys = [key for key, node in graph.nodes.items() if node.type not in ENDS.values()]
    if not keys:
        return
    piece = clip(graph, data.draw(st.lists(st.sampled_from(keys), min_size=1, unique=True)))
    try:
        after = paste(piece, graph).apply(graph)
    except EditRefused:
        assert any(len(graph.incoming(node.id)) > 1 for node in piece.nodes) or _cyclic(graph)
        return
    new = set(after.nodes) - set(graph.nodes)
    assert after.edges[: len(graph.edges)] == graph.edges
    assert all(after.nodes[key] is node for key, node in graph.nodes.items())
    assert shape(after, new) == shape(graph, {node.id for node in piece.nodes})


def _cyclic(graph: Graph) -> bool:
    groups = (None, *(node.id for node in graph.of_type(GROUP)))
    return any(order_of(graph, group).cyclic for group in groups)


def test_the_corner_comes_to_lie_where_it_is_asked_for() -> None:
    graph = Graph({A: Node(A, "ReLU", x=10.0, y=50.0), B: Node(B, "ReLU", x=30.0, y=20.0)})
    after = paste(clip(graph, (A, B)), graph, at=(100.0, 200.0)).apply(graph)
    assert [(node.x, node.y) for node in after.nodes.values()][2:] == [(100.0, 230.0), (120.0, 200.0)]


def test_without_a_place_a_copy_lies_a_little_beside() -> None:
    edit = paste(clip(drawn("a"), (A,)), drawn("a"), verb="Duplicate")
    assert (edit.nodes[0].x, edit.nodes[0].y) == (40.0, 40.0)
    assert edit.describe(drawn("a")) == "Duplicate ReLU"


def test_names_get_a_number_where_they_are_taken() -> None:
    graph = drawn("a:x>b:y")
    for expected in (["x_2", "y_2"], ["x_3", "y_3"]):
        edit = paste(clip(graph, (A, B)), graph)
        assert [node.name for node in edit.nodes] == expected
        graph = edit.apply(graph)
    assert len(graph.edges) == 3


def test_a_group_is_copied_with_what_lies_in_it() -> None:
    graph = Group((A,), Node(G, GROUP, name="block")).apply(drawn("a:x>b"))
    graph = Graph(graph.nodes, graph.edges, {T: Note(T, "why", parent=G)})
    edit = paste(clip(graph, (G,)), graph)
    group, layer = edit.nodes
    assert (group.name, layer.name, layer.parent) == ("block_2", "x", group.id)
    assert edit.notes[0].parent == group.id
    assert edit.describe(graph) == "Paste a layer and a note"


def test_a_layer_leaves_its_group_where_that_is_not_copied() -> None:
    graph = Group((A,), Node(G, GROUP)).apply(drawn("a>b"))
    piece = clip(graph, (A,))
    assert piece.nodes[0].parent is None
    assert paste(piece, graph, parent=G).nodes[0].parent == G


def test_the_ends_are_pasted_only_where_they_are_missing() -> None:
    graph = drawn("i>a>l", ENDS)
    piece = clip(graph, graph.nodes)
    assert [node.type for node in paste(piece, graph).nodes] == ["ReLU"]
    assert paste(piece, Graph()).apply(Graph()).edges == (
        Edge(NodeId("n1"), NodeId("n2")),
        Edge(NodeId("n2"), NodeId("n3")),
    )
    with pytest.raises(EditRefused, match="one Input and one Loss"):
        paste(clip(graph, (NodeId("i"),)), graph)
    with pytest.raises(EditRefused, match="nothing to paste"):
        paste(Clip(), graph)


def test_ten_thousand_layers_are_refused_with_a_sentence() -> None:
    many = Clip(tuple(Node(NodeId(f"m{number}"), "ReLU") for number in range(10_000)))
    with pytest.raises(EditRefused, match=r"That would make 10,001 layers; a drawing holds at most 2,000\."):
        paste(many, drawn("a")).apply(drawn("a"))
