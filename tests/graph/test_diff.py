"""What differs between two graphs."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nnbuilder.graph.diff import GraphDiff, diff_graphs
from nnbuilder.graph.edits import MoveNodes, RemoveNodes, SetArg
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import Edge, Graph, NodeId, fresh_id
from tests.edit_strategies import graph_edits
from tests.graph.drawn import drawn
from tests.strategies import graphs

A, B, C = NodeId("a"), NodeId("b"), NodeId("c")


@settings(max_examples=10)
@given(graphs(), graphs())
def test_a_difference_leads_from_one_graph_to_the_other(before: Graph, after: Graph) -> None:
    diff = diff_graphs(before, after)
    nodes = {key: node for key, node in before.nodes.items() if key not in diff.removed}
    nodes |= {key: after.nodes[key] for key in (*diff.added, *diff.changed)}
    assert nodes == after.nodes
    assert (set(before.edges) - set(diff.edges_removed)) | set(diff.edges_added) == set(after.edges)
    assert bool(diff) == (nodes != before.nodes or set(before.edges) != set(after.edges))


@given(st.data())
def test_back_is_the_opposite_of_forth(data: st.DataObject) -> None:
    before = data.draw(graphs())
    try:
        after = data.draw(graph_edits(before)).apply(before)
    except EditRefused:
        after = before
    forth, back = diff_graphs(before, after), diff_graphs(after, before)
    assert set(forth.added) == set(back.removed)
    assert set(forth.removed) == set(back.added)
    assert set(forth.changed) == set(back.changed)
    assert set(forth.edges_added) == set(back.edges_removed)


def test_a_difference_names_what_was_touched() -> None:
    graph = drawn("a>b>c")
    assert diff_graphs(graph, graph) == GraphDiff()
    assert diff_graphs(graph, SetArg(B, "p", 1).apply(graph)) == GraphDiff(changed=(B,))
    assert diff_graphs(graph, MoveNodes({A: (0.0, 0.0)}).apply(graph)) == GraphDiff()
    assert diff_graphs(graph, RemoveNodes((B,)).apply(graph)) == GraphDiff(
        removed=(B,), edges_added=(Edge(A, C),), edges_removed=(Edge(A, B), Edge(B, C))
    )


@given(graphs(), st.frozensets(st.builds("n{}".format, st.integers(1, 12)).map(NodeId)))
def test_a_fresh_id_is_free(graph: Graph, taken: frozenset[NodeId]) -> None:
    key = fresh_id(graph, taken)
    assert key not in graph.nodes
    assert key not in taken
