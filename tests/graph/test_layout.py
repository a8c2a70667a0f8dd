"""Automatic places: nothing overlaps, nothing jumps, the same drawing gets the same picture."""

from collections import UserDict
from collections.abc import ValuesView
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.edits import MoveNodes
from nnbuilder.graph.geometry import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.graph.layout import (
    START,
    STEP,
    Place,
    Style,
    covered,
    free_place,
    make_room,
    make_rooms,
    place_after,
    places_after,
    reading_order,
    stretches,
    tidy,
)
from nnbuilder.graph.order import order_of
from tests.strategies import chains, graphs

styles = st.sampled_from(get_args(Style))


def drawn(names: str, place: Place = (0.0, 0.0), edges: str = "") -> Graph:
    """Nodes named by letters, `I` the Input and `L` the Loss, in a row; edges like `ab bc`."""
    types = {"I": "Input", "L": "Loss"}
    nodes = [
        Node(NodeId(name), types.get(name, "ReLU"), x=place[0] + index * COLUMN, y=place[1])
        for index, name in enumerate(names)
    ]
    pairs = [Edge(NodeId(pair[0]), NodeId(pair[1])) for pair in edges.split()]
    return Graph({node.id: node for node in nodes}, tuple(pairs))


def moved(graph: Graph, style: Style) -> Graph:
    """The drawing after it was made tidy."""
    places = tidy(graph, style)
    return MoveNodes(places).apply(graph) if places else graph


def overlaps(places: list[Place]) -> bool:
    """Whether any two cards cover each other."""
    return any(
        abs(one[0] - two[0]) < CARD_WIDTH and abs(one[1] - two[1]) < CARD_HEIGHT
        for index, one in enumerate(places)
        for two in places[index + 1 :]
    )


@given(graphs(), styles)
def test_any_drawing_becomes_tidy_once(graph: Graph, style: Style) -> None:
    tidied = moved(graph, style)
    before, after = graph.children(None), tidied.children(None)
    assert not overlaps([(node.x, node.y) for node in after])
    if before:
        assert min(node.x for node in after) == min(node.x for node in before)
        assert min(node.y for node in after) == min(node.y for node in before)
    assert tidy(tidied, style) == {}


@given(chains(most=12))
def test_a_chain_reads_like_text(graph: Graph) -> None:
    tidied = moved(graph, "wrapped")
    places = [(tidied.nodes[key].y, tidied.nodes[key].x) for key in order_of(graph).chain]
    assert places == sorted(places)


def test_the_three_layouts() -> None:
    graph = drawn("IabcdeL", START, "Ia ab bc cd de eL")
    wrapped, flat, tall = (moved(graph, style).nodes for style in get_args(Style))
    loss, fifth = NodeId("L"), NodeId("e")
    assert (wrapped[fifth].x, wrapped[fifth].y) == (START[0], START[1] + ROW)
    assert (flat[loss].x, flat[loss].y) == (START[0] + 6 * COLUMN, START[1])
    assert (tall[loss].x, tall[loss].y) == (START[0], START[1] + 6 * STEP)


def test_what_is_not_connected_lies_below_or_beside() -> None:
    graph = drawn("IaLxyz", START, "Ia aL xy")
    below, beside = moved(graph, "wrapped").nodes, moved(graph, "vertical").nodes
    assert {key: node.y for key, node in below.items() if key in "xyz"} == {
        "x": START[1] + ROW,
        "y": START[1] + ROW,
        "z": START[1] + 2 * ROW,
    }
    assert [beside[NodeId(key)].x for key in "xyz"] == [START[0] + column * COLUMN for column in (1, 1, 2)]


def test_each_group_is_a_drawing_of_its_own() -> None:
    graph = drawn("IgaLbc", START, "Ig gL ab bc")
    group = NodeId("g")
    inside = {
        key: Node(key, node.type, x=START[0], y=START[1], parent=group)
        for key, node in graph.nodes.items()
        if key in "abc"
    }
    graph = Graph({**graph.nodes, **inside, group: Node(group, GROUP)}, graph.edges)
    assert set(tidy(graph)) <= set("IgL")
    assert tidy(graph, group=group) == {
        "b": (START[0] + COLUMN, START[1]),
        "c": (START[0] + 2 * COLUMN, START[1]),
    }
    assert stretches(graph, group) == [["a", "b", "c"]]
    assert free_place(graph, START, group) != START
    assert covered(graph, START, group)
    assert make_room(graph, Edge(NodeId("a"), NodeId("b")))[1].keys() == {"b", "c"}


def test_a_drawing_at_the_edge_of_the_scene_comes_back() -> None:
    graph = drawn("IaL", (1e7 - 2 * COLUMN, 0.0), "Ia aL")
    apart = MoveNodes({NodeId("I"): (1e7, 0.0), NodeId("a"): (1e7, 0.0), NodeId("L"): (1e7, 0.0)}).apply(
        graph
    )
    assert tidy(graph) == {}
    assert tidy(apart)[NodeId("I")] == START


@given(graphs())
def test_stretches_hold_every_node_once(graph: Graph) -> None:
    levels = dict.fromkeys(node.parent for node in graph.nodes.values())
    lines = [line for level in levels for line in stretches(graph, level)]
    keys = [key for line in lines for key in line]
    assert sorted(keys) == sorted(graph.nodes)
    assert all(lines)
    assert reading_order(graph, graph.nodes) == keys


def test_chosen_nodes_are_read_along_the_edges() -> None:
    graph = drawn("LbaIyx", edges="Ia ab bL xy")
    chosen = [NodeId(key) for key in "xyLba?"]
    assert reading_order(graph, chosen) == list("abLxy")


@given(st.integers(1, 12), st.integers(1, 12))
def test_free_slots_cover_nobody(cards: int, count: int) -> None:
    graph = drawn("abcdefghijkl"[:cards])
    places = places_after(graph, (0.0, 0.0), count)
    everything = [*places, *((node.x, node.y) for node in graph.nodes.values())]
    assert len(places) == count
    assert not overlaps(everything)
    assert place_after(graph, (0.0, 0.0)) == places[0]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_chain_makes_room_for_several(count: int) -> None:
    graph = drawn("IabL", edges="Ia ab bL")
    places, moves = make_rooms(graph, graph.edges[1], count)
    after = MoveNodes(moves).apply(graph)
    assert list(moves) == ["b", "L"]
    assert places[0] == (graph.nodes[NodeId("b")].x, 0.0)
    assert not overlaps([*places, *((node.x, node.y) for node in after.nodes.values())])
    line = [*places, *((after.nodes[NodeId(key)].x, after.nodes[NodeId(key)].y) for key in "bL")]
    assert sorted(line, key=lambda place: (place[1], place[0])) == line


def test_a_wide_gap_is_filled_evenly() -> None:
    graph = drawn("ab", edges="ab")
    wide = MoveNodes({NodeId("b"): (900.0, 0.0)}).apply(graph)
    places, moves = make_rooms(wide, wide.edges[0], 2)
    assert (places, moves) == ([(300.0, 0.0), (600.0, 0.0)], {})
    assert make_room(wide, wide.edges[0]) == ((450.0, 0.0), {})


class Watched(UserDict[NodeId, Node]):
    """Nodes that count how often all of them are gone through."""

    read = 0

    def values(self) -> ValuesView[Node]:
        """The nodes."""
        self.read += 1
        return super().values()


def test_rooms_at_every_edge_read_the_drawing_once() -> None:
    graph = drawn("IabcdL", edges="Ia ab bc cd dL")
    nodes = Watched(graph.nodes)
    watched = Graph(nodes, graph.edges)
    for edge in graph.edges:
        fresh = Graph(graph.nodes, graph.edges)
        assert make_rooms(watched, edge, 2) == make_rooms(fresh, edge, 2)
    nodes.read = 0
    found = [make_rooms(watched, edge, 2) for edge in graph.edges]
    assert nodes.read == 1
    assert len({tuple(places) for places, _ in found}) == len(found)


coordinates = st.floats(-300, 300, allow_nan=False)


@given(st.lists(st.tuples(coordinates, coordinates), max_size=6), st.tuples(coordinates, coordinates))
def test_a_place_is_covered_where_cards_would_overlap(cards: list[Place], place: Place) -> None:
    nodes = [Node(NodeId(f"n{index}"), "ReLU", x=x, y=y) for index, (x, y) in enumerate(cards)]
    graph = Graph({node.id: node for node in nodes})
    assert covered(graph, place) == any(overlaps([card, place]) for card in cards)
