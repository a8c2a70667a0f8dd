"""Layers put elsewhere in a chain: whatever is drawn, the answer is a valid drawing or a refusal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.clip import clip, paste
from nnbuilder.graph.edits import AddNode, Group
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.graph.structure import structure_faults
from nnbuilder.project import reorder
from nnbuilder.project.edits import Several, apply_edit
from nnbuilder.project.project import Project
from nnbuilder.project.reorder import Put
from tests.strategies import graphs
from tests.ui.canvas.drawings import chain, ids

G = NodeId("g")
SIDES: tuple[Put, ...] = ("before", "after", "into")


def applied(graph: Graph, edit: Several | None) -> Graph:
    """The drawing after an edit of several steps."""
    assert edit is not None
    return apply_edit(Project(graph=graph), edit).graph


def places(graph: Graph, *keys: NodeId) -> list[tuple[float, float]]:
    """Where cards lie."""
    return [(graph.nodes[key].x, graph.nodes[key].y) for key in keys]


@given(graph=graphs(), data=st.data())
def test_a_put_loses_no_layer(graph: Graph, data: st.DataObject) -> None:
    if not graph.nodes:
        return
    keys = st.sampled_from(sorted(graph.nodes))
    chosen = data.draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    try:
        edit = reorder.put(graph, chosen, data.draw(keys), data.draw(st.sampled_from(SIDES)))
    except EditRefused:
        return
    after = applied(graph, edit)
    assert set(after.nodes) == set(graph.nodes)
    assert not list(structure_faults(after))


def test_what_is_passed_changes_places() -> None:
    graph = chain()
    after = applied(graph, reorder.put(graph, ids(2), NodeId("n4"), "after"))
    assert order_of(after).layers == ids(3, 4, 2)
    assert places(after, *ids(3, 4, 2)) == places(graph, *ids(2, 3, 4))
    assert applied(after, reorder.moved(after, ids(2), -1)).nodes.keys() == graph.nodes.keys()
    assert reorder.moved(graph, ids(2), -1) is None


def test_layers_come_out_of_a_group_without_covering_others() -> None:
    graph = Group(ids(2, 3), Node(G, GROUP)).apply(chain())
    after = applied(graph, reorder.moved_out(graph, ids(3)))
    assert order_of(after).layers == (G, *ids(3, 4))
    top = [node.id for node in after.children(None)]
    assert len(set(places(after, *top))) == len(top)
    back = applied(after, reorder.moved_in(after, ids(3)))
    assert order_of(back, G).layers == ids(2, 3)


def test_what_lies_there_already_is_refused() -> None:
    graph = chain()
    for neighbour, side in ((ids(3)[0], "before"), (ids(1)[0], "after"), (ids(2)[0], "after")):
        with pytest.raises(EditRefused, match="lies there already"):
            reorder.put(graph, ids(2), neighbour, "before" if side == "before" else "after")


def test_layers_that_run_into_a_cycle_are_refused() -> None:
    cycle = (*chain().edges[1:3], Edge(NodeId("n4"), NodeId("n3")))
    with pytest.raises(EditRefused, match="follow each other"):
        reorder.moved(Graph(chain().nodes, cycle), ids(2, 3, 4), 1)


def test_a_loose_layer_joins_the_end_and_one_of_the_chain_does_not() -> None:
    graph = AddNode(Node(NodeId("t"), "Tanh")).apply(chain())
    assert order_of(applied(graph, reorder.joined(graph, [NodeId("t")]))).layers == (*ids(2, 3, 4), "t")
    assert reorder.joined(graph, ids(2)) is None


def test_copies_are_put_behind_a_layer() -> None:
    graph = chain()
    copies = paste(clip(graph, ids(2, 3)), graph)
    after = applied(graph, reorder.added(graph, copies, NodeId("n4"), "after"))
    types = [after.nodes[key].type for key in order_of(after).layers]
    assert types == ["Linear", "ReLU", "Linear", "Linear", "ReLU"]
