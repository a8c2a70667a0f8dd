"""The order of a drawing: its chain, and what keeps it from being one."""

import msgspec
import pytest
from hypothesis import given

from nnbuilder.graph.graph import GROUP, INPUT, LOSS, Graph, Node, NodeId
from nnbuilder.graph.order import flat_layers, order_of, orders_of, reaches, sound
from tests.graph.drawn import ENDS, drawn
from tests.strategies import chains, graphs, nested_chains


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
    for group, order in orders_of(graph).items():
        assert order == order_of(graph, group)
        assert sorted([*order.chain, *order.loose]) == sorted(node.id for node in graph.children(group))
        assert len(set(order.chain)) == len(order.chain)
        steps = zip(order.chain, order.chain[1:], strict=False)
        assert all(len(graph.outgoing(one)) == len(graph.incoming(other)) == 1 for one, other in steps)


@given(graphs())
def test_nodes_on_a_cycle_reach_themselves(graph: Graph) -> None:
    followers = {key: [edge.target for edge in graph.outgoing(key)] for key in graph.nodes}
    on_cycle = {key for key in graph.nodes if any(reaches(graph, other, key) for other in followers[key])}
    cyclic = {key for order in orders_of(graph).values() for key in order.cyclic}
    assert on_cycle <= cyclic
    assert bool(on_cycle) == bool(cyclic)


@pytest.mark.parametrize(
    ("drawing", "chain", "loose", "complete"),
    [
        ("", "", "", True),
        ("a", "a", "", True),
        ("a>b>c", "abc", "", True),
        ("b>c a>b", "abc", "", True),
        ("a>b c", "ab", "c", False),
        ("a b", "", "ab", False),
        ("a>b c>d", "", "abcd", False),
        ("a>b a>c", "a", "bc", False),
        ("a>b>a", "", "ab", False),
    ],
)
def test_a_group_reads_as_a_chain_without_ends(drawing: str, chain: str, loose: str, complete: bool) -> None:
    inside = drawn(drawing)
    group = NodeId("g")
    children = {key: msgspec.structs.replace(node, parent=group) for key, node in inside.nodes.items()}
    graph = Graph({group: Node(group, GROUP), **children}, inside.edges)
    order = order_of(graph, group)
    assert order.chain == order.layers == keys(chain)
    assert sorted(order.loose) == sorted(keys(loose))
    assert order.complete is complete


@given(nested_chains())
def test_flat_layers_are_those_that_compute(graph: Graph) -> None:
    orders = orders_of(graph)
    assert sound(graph, orders)
    flat = list(flat_layers(graph, orders))
    names = [name for _, name in flat]
    assert len(set(names)) == len(names)
    for node, name in flat:
        original = graph.nodes[node.id]
        around = graph.groups_of(node.id)
        assert name.count(".") == len(around)
        assert not any(graph.nodes[group].disabled for group in around)
        assert node.type == ("Identity" if original.disabled else original.type)
    quiet = {node.id for node in graph.nodes.values() if node.disabled}
    left_out = {key for key in graph.nodes if graph.nodes[key].type not in (INPUT, LOSS)} - {
        node.id for node, _ in flat
    }
    assert all(graph.nodes[key].type == GROUP or quiet.intersection(graph.groups_of(key)) for key in left_out)
