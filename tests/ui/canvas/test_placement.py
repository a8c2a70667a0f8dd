"""Places of new cards, as pure functions."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from nnbuilder.graph.graph import Edge, Graph, Port
from nnbuilder.graph.layout import free_place, make_room, place_after, tidy_places
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from nnbuilder.ui.canvas import building
from nnbuilder.ui.canvas.building import Spot
from nnbuilder.ui.canvas.geometry import CARD_HEIGHT, CARD_WIDTH, COLUMN, ROW
from tests.ui.canvas.drawings import chain, ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def _overlaps(graph: Graph) -> list[tuple[str, str]]:
    nodes = list(graph.nodes.values())
    return [
        (one.id, other.id)
        for index, one in enumerate(nodes)
        for other in nodes[index + 1 :]
        if abs(one.x - other.x) < CARD_WIDTH and abs(one.y - other.y) < CARD_HEIGHT
    ]


def test_rows_wrap() -> None:
    places = tidy_places(7, (0.0, 0.0))
    assert places[4] == (4 * COLUMN, 0.0)
    assert places[5] == (0.0, ROW)


def test_the_slot_behind_a_full_row_starts_the_next() -> None:
    graph = chain()
    last = graph.nodes[N5]
    assert place_after(graph, (last.x, last.y)) == (graph.nodes[N1].x, last.y + ROW)


def test_a_wide_gap_is_filled_without_moving_anybody() -> None:
    graph = chain(columns=5)
    wide = Graph({key: graph.nodes[key] for key in (N1, N5)}, (Edge(N1, N5),))
    place, moves = make_room(wide, Edge(N1, N5))
    assert not moves
    assert place == ((graph.nodes[N1].x + graph.nodes[N5].x) / 2, graph.nodes[N1].y)


@given(st.lists(st.integers(0, 3), max_size=12))
def test_layers_put_in_anywhere_never_overlap(where: list[int]) -> None:
    project = Project(graph=chain())
    for position in where:
        edge = project.graph.edges[position % len(project.graph.edges)]
        project = apply_edit(project, building.insert(project.graph, [building.new("ReLU")], edge).edit)
    assert len(project.graph.nodes) == 5 + len(where)
    assert _overlaps(project.graph) == []


def test_appending_goes_behind_the_selection_or_before_the_loss() -> None:
    project = Project(graph=chain())
    tanh = [building.new("Tanh")]
    behind = apply_edit(project, building.append(project.graph, tanh, N2).edit)
    assert order(behind.graph) == ["Input", "Linear", "Tanh", "ReLU", "Linear", "Loss"]
    for selected in (None, N5):
        edit, nodes = building.append(project.graph, tanh, selected)
        after = apply_edit(project, edit).graph
        assert order(after) == ["Input", "Linear", "ReLU", "Linear", "Tanh", "Loss"]
        assert [after.nodes[node].type for node in nodes] == ["Tanh"]


def test_appending_to_an_open_or_empty_chain() -> None:
    project = Project()
    for name in ("Input", "Linear", "ReLU", "Linear"):
        project = apply_edit(project, building.append(project.graph, [building.new(name)]).edit)
    assert order(project.graph) == ["Input", "Linear", "ReLU", "Linear"]
    assert _overlaps(project.graph) == []


def _cut() -> Project:
    """Input and Linear, and right behind them the rest of the chain, cut off."""
    graph = chain()
    return Project(graph=msgspec.structs.replace(graph, edges=graph.edges[:1] + graph.edges[2:]))


def test_a_layer_at_the_end_before_a_gap_lies_in_the_gap() -> None:
    start = _cut()
    ahead, behind = start.graph.nodes[N2], start.graph.nodes[N3]
    for port in (Port(N2, "out"), Port(N3, "in")):
        edit, [new] = building.build(start.graph, [building.new("Tanh")], Spot(port=port))
        after = apply_edit(start, edit).graph
        assert (after.nodes[new].x, after.nodes[new].y) == (behind.x, behind.y)
        assert after.nodes[N2] == ahead
        assert _overlaps(after) == []
        assert {port.node, new} in [{edge.source, edge.target} for edge in after.edges]


def test_a_layer_at_an_end_goes_around_what_is_connected_elsewhere() -> None:
    graph = chain()
    start = Project(graph=msgspec.structs.replace(graph, edges=graph.edges[2:]))
    edit, [new] = building.build(start.graph, [building.new("Tanh")], Spot(port=Port(N1, "out")))
    after = apply_edit(start, edit).graph
    assert (after.nodes[new].x, after.nodes[new].y) == (graph.nodes[N2].x, graph.nodes[N2].y)
    assert after.nodes[N2] != graph.nodes[N2], "a loose card makes way"
    assert after.nodes[N4] == graph.nodes[N4]
    assert _overlaps(after) == []


def test_a_place_on_a_card_is_moved_aside() -> None:
    graph = chain()
    x, y = free_place(graph, (graph.nodes[N2].x + 3, graph.nodes[N2].y))
    assert y - graph.nodes[N2].y >= CARD_HEIGHT or x - graph.nodes[N2].x >= CARD_WIDTH
