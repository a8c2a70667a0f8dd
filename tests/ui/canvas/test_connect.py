"""Drawing edges from ports: snapping, replacing, refusing, and asking for a layer over free ground."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from nnbuilder.graph.graph import INPUT, LOSS, Edge, Graph, NodeId, Port
from nnbuilder.project.edits import apply_edit
from nnbuilder.project.project import Project
from nnbuilder.ui.canvas import building
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.building import Spot
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import IRIS, chain, ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
N6 = NodeId("n6")


@pytest.fixture
def apart(open_desk: Callable[[Graph], Desk]) -> Desk:
    """A canvas on Input, Linear, ReLU | Linear, Loss: no edge leads from n3 to n4; n6 lies loose."""
    graph = chain([*IRIS, ("Dropout", {})])
    keys = [(a, b) for a, b in pairwise(list(graph.nodes)[:5]) if a != N3]
    return open_desk(Graph(graph.nodes, tuple(Edge(a, b) for a, b in keys)))


@pytest.fixture
def asked(apart: Desk) -> list[Spot]:
    """The spots for which the canvas asks for layers."""
    spots: list[Spot] = []
    apart.view.layers_wanted.connect(lambda spot, at: spots.append(spot) if isinstance(at, QPoint) else None)
    return spots


def test_the_preview_snaps_to_an_open_port_in_reach(apart: Desk) -> None:
    marks = apart.view.bench.marks
    near = apart.in_port(N4) + QPointF(-14.0, 16.0)
    apart.carry(apart.out_port(N3), near)
    assert marks.offered == (apart.in_port(N4), apart.in_port(N6))
    assert marks.aimed == apart.in_port(N4)
    assert not marks.refused
    assert apart.hint == "Connect ReLU to Linear"
    apart.release(near)
    assert Edge(N3, N4) in apart.graph.edges
    assert apart.steps == ["Connect ReLU to Linear"]
    assert not apart.lit


def test_a_whole_card_is_a_target(apart: Desk) -> None:
    apart.drag(apart.out_port(N3), apart.middle(N4))
    assert Edge(N3, N4) in apart.graph.edges


def test_an_output_feeds_one_layer_so_a_new_edge_replaces_the_old_one(apart: Desk) -> None:
    before = apart.graph
    apart.carry(apart.out_port(N2), apart.in_port(N4))
    assert apart.hint == "Connect Linear to Linear instead of ReLU"
    assert apart.view.canvas.edges.ghosted == {Edge(N2, N3)}
    apart.release(apart.in_port(N4))
    assert Edge(N2, N4) in apart.graph.edges
    assert Edge(N2, N3) not in apart.graph.edges
    assert apart.view.canvas.edges.ghosted == frozenset()
    assert len(apart.steps) == 1
    apart.undo()
    assert apart.graph == before


def test_drawn_backwards_it_is_the_same_edge(apart: Desk) -> None:
    apart.drag(apart.in_port(N4), apart.out_port(N2))
    assert Edge(N2, N4) in apart.graph.edges
    assert Edge(N2, N3) not in apart.graph.edges


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        (N1, N3, "has an edge already"),
        (N6, N6, "cannot feed itself"),
        (N1, N2, "connected already"),
        (N3, N2, "has an edge already"),
    ],
)
def test_refusals_are_said_before_and_after(apart: Desk, source: NodeId, target: NodeId, why: str) -> None:
    before = apart.graph
    apart.carry(apart.out_port(source), apart.in_port(target))
    assert why in apart.hint
    assert apart.view.bench.marks.refused
    apart.release(apart.in_port(target))
    assert why in apart.said
    assert apart.graph is before


def test_a_cycle_is_refused(open_desk: Callable[[Graph], Desk]) -> None:
    graph = chain()
    desk = open_desk(Graph(graph.nodes, (Edge(N2, N3), Edge(N3, N4))))
    desk.carry(desk.out_port(N4), desk.in_port(N2))
    assert "cycle" in desk.hint
    desk.release(desk.in_port(N2))
    assert "cycle" in desk.said
    assert desk.steps == []


def test_nothing_follows_the_loss_and_nothing_precedes_the_input(apart: Desk) -> None:
    apart.drag(apart.out_port(N3), apart.middle(N1))
    apart.drag(apart.in_port(N6), apart.middle(N5))
    assert apart.steps == []


def test_let_go_over_nothing_it_asks_for_a_layer_there(apart: Desk, asked: list[Spot]) -> None:
    spot = apart.middle(N3) + QPointF(40.0, 250.0)
    apart.carry(apart.out_port(N3), spot)
    assert apart.hint == "Let go to choose a layer"
    apart.release(spot)
    assert len(asked) == 1
    assert asked[0].port == Port(N3, "out")
    built = building.build(apart.graph, [building.new("Tanh")], asked[0])
    apart.document.apply(built.edit)
    [new] = built.nodes
    assert Edge(N3, new) in apart.graph.edges
    away = apart.in_port(new) - spot
    assert away.manhattanLength() <= 2, "its port lies where the mouse was"
    assert len(apart.steps) == 1


def test_let_go_at_its_own_card_it_does_nothing(apart: Desk, asked: list[Spot]) -> None:
    apart.drag(apart.out_port(N3), apart.middle(N3))
    assert (asked, apart.steps) == ([], [])


def test_from_a_port_with_an_edge_the_layer_goes_into_that_edge(apart: Desk, asked: list[Spot]) -> None:
    apart.drag(apart.in_port(N3), apart.middle(N3) + QPointF(-150.0, 260.0))
    built = building.build(apart.graph, [building.new("Tanh"), building.new("ReLU")], asked[0])
    project = apply_edit(apart.document.project, built.edit)
    first, last = built.nodes
    assert {Edge(N2, first), Edge(first, last), Edge(last, N3)} <= set(project.graph.edges)
    assert Edge(N2, N3) not in project.graph.edges


def test_a_double_click_asks_too(apart: Desk, asked: list[Spot]) -> None:
    ground = apart.middle(N2) + QPointF(0.0, 260.0)
    apart.double_click(ground)
    apart.double_click(apart.gap(N1, N2))
    assert [spot.edge for spot in asked] == [None, Edge(N1, N2)]
    place = asked[0].place
    assert place is not None
    assert QPointF(place[0] + geo.CARD_WIDTH / 2, place[1] + geo.PORT_Y) == ground.toPoint().toPointF()
    assert apart.steps == []


def test_a_network_is_built_by_mouse_alone(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(Graph())
    wanted = iter([INPUT, "Linear", "ReLU", LOSS])
    group = desk.view.bench.group

    def choose(spot: Spot, _at: QPoint) -> None:
        built = building.build(desk.graph, [building.new(next(wanted))], spot, group)
        desk.document.apply(built.edit)

    desk.view.layers_wanted.connect(choose)
    desk.double_click(QPointF(100.0, 100.0))
    for _ in range(3):
        last = list(desk.graph.nodes)[-1]
        desk.drag(desk.out_port(last), desk.out_port(last) + QPointF(90.0, 0.0))
    assert order(desk.graph) == [INPUT, "Linear", "ReLU", LOSS]
    assert len(desk.steps) == 4
    project = Project()
    for _ in desk.steps:
        desk.undo()
    assert desk.graph == project.graph


def test_escape_gives_the_edge_up(apart: Desk, asked: list[Spot]) -> None:
    before, items = apart.graph, len(apart.view.canvas.items())
    apart.carry(apart.out_port(N2), apart.in_port(N4))
    apart.key(Qt.Key.Key_Escape)
    apart.release(apart.in_port(N4))
    assert apart.graph is before
    assert apart.view.canvas.edges.ghosted == frozenset()
    assert len(apart.view.canvas.items()) == items
    assert asked == []
