"""Stretches of a chain go elsewhere: the gap closes behind them and opens before them."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.edits import Detach, GraphEdit, Group, MoveBeside, MoveInto, MoveToEdge, shifted
from nnbuilder.graph.errors import EditRefused
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.graph.order import order_of
from tests.graph.drawn import ENDS, drawn
from tests.strategies import chains

G, H = NodeId("g"), NodeId("h")


def keys(text: str) -> tuple[NodeId, ...]:
    """Ids of one letter each."""
    return tuple(map(NodeId, text))


def edge(text: str) -> Edge:
    """The edge between two ids of one letter."""
    return Edge(*keys(text))


def chain(graph: Graph, group: NodeId | None = None) -> str:
    """The ids of a chain in one word."""
    return "".join(order_of(graph, group).chain)


@pytest.fixture
def row() -> Graph:
    """Input, a to d, Loss."""
    return drawn("i>a>b>c>d>l", ENDS)


def test_what_is_taken_out_stays_in_the_drawing(row: Graph) -> None:
    after = Detach(keys("bc")).apply(row)
    assert chain(after) == "iadl"
    assert edge("bc") in after.edges
    assert after.nodes == row.nodes
    assert Detach(keys("bc")).apply(after) == after


def test_single_layers_are_taken_out_of_several_places(row: Graph) -> None:
    assert chain(Detach(keys("ad")).apply(row)) == "ibcl"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (MoveToEdge(keys("ab"), edge("cd")), "icabdl"),
        (MoveToEdge(keys("ba"), edge("dl")), "icdabl"),
        (MoveToEdge(keys("d"), edge("ia")), "idabcl"),
        (MoveToEdge(keys("b"), edge("bc")), "iabcdl"),
        (MoveToEdge(keys("b"), edge("ab")), "iabcdl"),
        (MoveBeside(keys("a"), NodeId("b"), "after"), "ibacdl"),
        (MoveBeside(keys("a"), NodeId("b"), "before"), "iabcdl"),
        (MoveBeside(keys("cd"), NodeId("i"), "after"), "icdabl"),
        (MoveBeside(keys("ab"), NodeId("l"), "before"), "icdabl"),
    ],
)
def test_layers_move_within_their_chain(row: Graph, edit: GraphEdit, expected: str) -> None:
    after = edit.apply(row)
    assert chain(after) == expected
    assert len(after.edges) == len(row.edges)
    assert after.nodes == row.nodes


@given(chains(), st.data())
def test_any_layers_move_to_any_edge(graph: Graph, data: st.DataObject) -> None:
    layers = order_of(graph).layers
    if not layers:
        return
    first = data.draw(st.integers(0, len(layers) - 1))
    chosen = layers[first : data.draw(st.integers(first, len(layers) - 1)) + 1]
    target = data.draw(st.sampled_from(graph.edges))
    order = order_of(MoveToEdge(chosen, target).apply(graph))
    assert order.complete
    assert sorted(order.layers) == sorted(layers)
    start = order.layers.index(chosen[0])
    assert order.layers[start : start + len(chosen)] == chosen


def test_what_was_never_connected_is_put_into_an_edge() -> None:
    after = MoveToEdge(keys("bc"), edge("al")).apply(drawn("i>a>l b>c", ENDS))
    assert chain(after) == "iabcl"


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (MoveToEdge(keys("ac"), edge("dl")), "without a gap"),
        (MoveToEdge(keys("a"), edge("bd")), "not there"),
        (MoveToEdge(keys("i"), edge("cd")), "Input is an end"),
        (MoveBeside(keys("a"), NodeId("a"), "after"), "beside itself"),
        (MoveBeside(keys("a"), NodeId("l"), "after"), "follows the Loss"),
        (MoveBeside(keys("a"), NodeId("i"), "before"), "before the Input"),
        (MoveInto(keys("a"), NodeId("b")), "b is no group|ReLU is no group"),
    ],
)
def test_what_makes_no_sense_is_refused(row: Graph, edit: GraphEdit, why: str) -> None:
    with pytest.raises(EditRefused, match=why):
        edit.apply(row)


def test_layers_go_into_a_group_and_out_of_it(row: Graph) -> None:
    graph = Group(keys("bc"), Node(G, GROUP)).apply(row)
    inside = MoveToEdge(keys("d"), edge("bc")).apply(graph)
    assert (chain(inside), chain(inside, G)) == ("iagl", "bdc")
    first = MoveBeside(keys("a"), NodeId("b"), "before").apply(inside)
    assert (chain(first), chain(first, G)) == ("igl", "abdc")
    out = MoveBeside(keys("bd"), G, "after").apply(first)
    assert (chain(out), chain(out, G)) == ("igbdl", "ac")


def test_layers_go_to_the_end_of_a_group(row: Graph) -> None:
    graph = Group(keys("b"), Node(G, GROUP)).apply(row)
    graph = MoveInto(keys("a"), G).apply(graph)
    assert (chain(graph), chain(graph, G)) == ("igcdl", "ba")
    graph = MoveInto(keys("b"), G).apply(graph)
    assert chain(graph, G) == "ab"
    empty = Graph({**graph.nodes, H: Node(H, GROUP)}, graph.edges)
    assert chain(MoveInto(keys("cd"), H).apply(empty), H) == "cd"


def test_a_name_that_is_taken_in_the_group_gets_a_number() -> None:
    graph = Group(keys("a"), Node(G, GROUP)).apply(drawn("a:x>b:x_2>c"))
    graph = Graph({**graph.nodes, H: Node(H, "ReLU", name="x")}, graph.edges)
    after = MoveBeside((H,), NodeId("a"), "after").apply(graph)
    assert after.nodes[H].name == "x_2"


def test_no_group_goes_into_itself(row: Graph) -> None:
    graph = Group(keys("bc"), Node(G, GROUP)).apply(row)
    edits: list[GraphEdit] = [
        MoveToEdge((G,), edge("bc")),
        MoveBeside((G,), NodeId("b"), "after"),
        MoveInto((G,), G),
    ]
    for edit in edits:
        with pytest.raises(EditRefused, match="cannot lie in itself"):
            edit.apply(graph)


@pytest.mark.parametrize(
    ("nodes", "step", "expected"),
    [("b", -1, "ibacdl"), ("bc", 1, "iadbcl"), ("a", -1, None), ("cd", 1, None)],
)
def test_layers_shift_by_one_place(
    row: Graph, nodes: str, step: Literal[-1, 1], expected: str | None
) -> None:
    edit = shifted(row, keys(nodes), step)
    assert (edit and chain(edit.apply(row))) == expected


def test_moves_say_what_they_do(row: Graph) -> None:
    said = [
        Detach(keys("ab")).describe(row),
        MoveToEdge(keys("a"), edge("cd")).describe(row),
        MoveBeside(keys("ab"), NodeId("d"), "after").describe(row),
        MoveInto(keys("ab"), NodeId("d")).describe(row),
    ]
    assert said == [
        "Take out 2 layers",
        "Move ReLU",
        "Move 2 layers after ReLU",
        "Move 2 layers into ReLU",
    ]
