"""What lies under the mouse says so: rings, handles, mouse shapes; and an edge is cut at its handle alone."""

from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.graph import Edge
from nnbuilder.project.problem import Problem
from nnbuilder.ui.canvas.card import BADGE_AT, Detail
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
CONTROL = Qt.KeyboardModifier.ControlModifier
EDGE = Edge(N2, N3)


def shape(desk: Desk) -> Qt.CursorShape:
    """The mouse shape over the canvas."""
    return desk.view.viewport().cursor().shape()


def beside(desk: Desk) -> QPointF:
    """A place on the edge, beside its handle."""
    return desk.out_port(N2) + QPointF(13.0, 0.0)


def test_cards_ports_and_ground_have_their_own_shapes(desk: Desk) -> None:
    marks = desk.view.bench.marks
    desk.hover(desk.middle(N2))
    assert shape(desk) == Qt.CursorShape.OpenHandCursor
    assert desk.view.canvas.cards[N2]._hovered
    desk.hover(desk.out_port(N2))
    assert shape(desk) == Qt.CursorShape.CrossCursor
    assert marks.hovered == desk.out_port(N2)
    assert desk.view.viewport().toolTip() == "Drag to connect"
    desk.hover(desk.middle(N2) + QPointF(0.0, 260.0))
    assert shape(desk) == Qt.CursorShape.ArrowCursor
    assert marks.hovered is None
    assert not desk.view.canvas.cards[N2]._hovered


def test_badges_show_a_ring_and_a_pointing_hand(desk: Desk) -> None:
    desk.analysis.problems = (Problem("error", "shape-mismatch", "It wants 12 and gets 16.", node=N4),)
    desk.analysis.updated.emit()
    at = desk.view.canvas.cards[N4].pos() + BADGE_AT
    desk.hover(at)
    assert shape(desk) == Qt.CursorShape.PointingHandCursor
    assert desk.view.bench.marks.hovered == at


def test_an_edge_shows_its_handle_and_what_flows(desk: Desk) -> None:
    edges = desk.view.canvas.edges
    desk.hover(beside(desk))
    assert edges.hovered == EDGE
    assert shape(desk) == Qt.CursorShape.PointingHandCursor
    assert desk.view.viewport().toolTip().startswith("N×16 float32")
    desk.hover(edges.place_of_handle(EDGE))
    assert shape(desk) == Qt.CursorShape.BitmapCursor, "scissors"
    desk.hover(desk.middle(N5) + QPointF(0.0, 260.0))
    assert edges.hovered is None


def test_a_label_belongs_to_its_edge(desk: Desk) -> None:
    edges = desk.view.canvas.edges
    desk.hover(edges.place_of_label(EDGE))
    assert edges.hovered == EDGE
    desk.click(edges.place_of_label(EDGE))
    assert edges.selected == {EDGE}


def test_a_click_at_the_handle_cuts_and_says_how_to_go_back(desk: Desk) -> None:
    before = desk.graph
    middle = desk.gap(N2, N3)
    desk.hover(middle)
    desk.click(middle)
    assert EDGE not in desk.graph.edges
    assert desk.said == "Cut between Linear and ReLU: undo brings it back."
    assert desk.steps == ["Disconnect"]
    desk.undo()
    assert desk.graph == before


def test_a_double_click_at_the_handle_cuts_and_asks_nothing(desk: Desk) -> None:
    asked: list[object] = []
    desk.view.layers_wanted.connect(lambda spot, _at: asked.append(spot))
    desk.hover(desk.gap(N2, N3))
    desk.double_click(desk.gap(N2, N3))
    assert EDGE not in desk.graph.edges
    assert asked == []


def test_other_clicks_on_an_edge_only_select_it(desk: Desk) -> None:
    desk.hover(beside(desk))
    desk.click(beside(desk))
    assert desk.view.canvas.edges.selected == {EDGE}
    assert desk.steps == []


def test_a_click_out_of_nowhere_cuts_nothing(desk: Desk) -> None:
    desk.click(desk.gap(N2, N3))
    assert desk.steps == [], "the handle was not in sight"


def test_too_small_to_be_seen_there_is_no_handle(desk: Desk) -> None:
    desk.view.canvas.shared.detail = Detail.BOX
    desk.hover(desk.gap(N2, N3))
    desk.click(desk.gap(N2, N3))
    assert desk.steps == []


def test_the_turn_of_an_edge_into_the_next_row_encloses_nothing(desk: Desk) -> None:
    edges = desk.view.canvas.edges
    desk.drag(desk.middle(N4), desk.middle(N1) + QPointF(0.0, 210.0), CONTROL)
    turned = Edge(N3, N4)
    assert edges.at(edges.path(turned).pointAtPercent(0.3), 6.0) == turned
    assert edges.at(desk.middle(N2) + QPointF(0.0, 75.0), 6.0) is None


def test_the_handle_of_a_turned_edge_lies_beside_its_label(desk: Desk) -> None:
    edges, turned = desk.view.canvas.edges, Edge(N3, N4)
    desk.drag(desk.middle(N4), desk.middle(N1) + QPointF(0.0, 210.0), CONTROL)
    assert edges.place_of_handle(turned).x() > edges.place_of_label(turned).x() + 10
    desk.hover(edges.place_of_handle(turned))
    desk.click(edges.place_of_handle(turned))
    assert turned not in desk.graph.edges


def test_leaving_the_canvas_ends_it(desk: Desk) -> None:
    desk.hover(desk.gap(N2, N3))
    desk.view.mouse.leave()
    assert desk.view.canvas.edges.hovered is None
