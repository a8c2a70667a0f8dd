"""The order of a drawing: its chain, and what keeps it from being one."""

import pytest
from hypothesis import given

from nnbuilder.graph.graph import Graph, NodeId
from nnbuilder.graph.order import order_of, reaches
from tests.graph.drawn import ENDS, drawn
from tests.strategies import chains, graphs


def keys(text: str) -> tuple[NodeId, ...]:
    """Ids of one letter each."""
    return tuple(map(NodeId, text))


@pytest.mark.parametrize(
    ("drawing", "chain", "loose", "branched", "joined", "cyclic", "complete"),
    [
        ("", "", "", "", "", "", False),
        ("a>b", "", "ab", "", "", "", False),
        ("i>a>l", "ial", "", "", "", "", True),
        ("i>a>l b", "ial", "b", "", "", "", True),
        ("i>a b>l", "ia", "bl", "", "", "", False),
        ("i>a>l a>b", "ia", "lb", "a", "", "", False),
        ("i>a>l b>a", "i", "alb", "", "a", "", False),
        ("i>a>b>c>a c>l", "i", "abcl", "c", "a", "abc", False),
        ("i>a>l b>c>b", "ial", "bc", "", "", "bc", True),
        ("i>l>a", "il", "a", "", "", "", True),
        ("a>i>l", "il", "a", "", "", "", True),
        ("i>i>l", "", "il", "i", "", "i", False),
    ],
)
def test_a_drawing_reads_as_a_chain(
    drawing: str, chain: str, loose: str, branched: str, joined: str, cyclic: str, complete: bool
) -> None:
    order = order_of(drawn(drawing, ENDS))
    assert order.chain == keys(chain)
    assert order.loose == keys(loose)
    assert (order.branched, order.joined) == (keys(branched), keys(joined))
    assert order.cyclic == keys(cyclic)
    assert order.complete is complete


@given(chains())
def test_a_chain_is_complete(graph: Graph) -> None:
    order = order_of(graph)
    assert order.complete
    assert order.chain == tuple(graph.nodes)
    assert order.layers == order.chain[1:-1]


@given(graphs())
def test_every_graph_has_an_order(graph: Graph) -> None:
    order = order_of(graph)
    assert sorted([*order.chain, *order.loose]) == sorted(graph.nodes)
    assert len(set(order.chain)) == len(order.chain)
    steps = zip(order.chain, order.chain[1:], strict=False)
    assert all(len(graph.outgoing(one)) == len(graph.incoming(other)) == 1 for one, other in steps)


@given(graphs())
def test_nodes_on_a_cycle_reach_themselves(graph: Graph) -> None:
    followers = {key: [edge.target for edge in graph.outgoing(key)] for key in graph.nodes}
    on_cycle = {key for key in graph.nodes if any(reaches(graph, other, key) for other in followers[key])}
    assert on_cycle <= set(order_of(graph).cyclic)
    assert bool(on_cycle) == bool(order_of(graph).cyclic)
