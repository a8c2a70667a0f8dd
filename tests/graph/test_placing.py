"""Places for cards that came without any."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph import layout
from nnbuilder.graph.edits import Group
from nnbuilder.graph.graph import GROUP, Graph, Node, NodeId
from nnbuilder.graph.layout import STYLES, Style
from nnbuilder.graph.placing import arranged, columns_for, placed
from tests.strategies import graphs
from tests.ui.canvas.drawings import chain, ids

G = NodeId("g")


def bare(graph: Graph, *keys: NodeId) -> Graph:
    """The graph with these nodes, or all, where cards without places lie."""
    found = {
        key: msgspec.structs.replace(node, x=0.0, y=0.0) if key in (keys or graph.nodes) else node
        for key, node in graph.nodes.items()
    }
    return msgspec.structs.replace(graph, nodes=found)


@pytest.mark.parametrize("style", STYLES)
def test_a_drawing_without_places_is_laid_out(style: Style) -> None:
    graph = Group(ids(2, 3), Node(G, GROUP)).apply(chain())
    found = placed(bare(graph), style)
    assert layout.tidy(found, style) == layout.tidy(found, style, G) == {}
    assert (found.nodes[NodeId("n1")].x, found.nodes[NodeId("n1")].y) == layout.START
    assert found == arranged(graph, style)


def test_single_cards_without_places_come_into_free_slots() -> None:
    graph = bare(chain(), *ids(3, 4))
    found = placed(graph)
    assert len({(node.x, node.y) for node in found.nodes.values()}) == 5
    assert all(found.nodes[key] == graph.nodes[key] for key in ids(1, 2, 5))


def test_one_card_at_the_origin_stays_there() -> None:
    graph = bare(chain(), *ids(1))
    assert placed(graph) is graph


@given(graph=graphs(), style=st.sampled_from(STYLES))
def test_nothing_but_places_changes(graph: Graph, style: Style) -> None:
    for after in (placed(graph, style), arranged(graph, style)):
        assert bare(after) == bare(graph)
        assert list(after.nodes) == list(graph.nodes)
    assert placed(placed(graph, style), style) == placed(graph, style)


def test_large_drawings_get_the_shape_of_a_screen() -> None:
    assert columns_for(3) == 5
    assert columns_for(1000) > 30
