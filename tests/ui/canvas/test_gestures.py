"""Every mouse gesture, with real mouse events: what it changes, what undo brings back, what Esc leaves."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from nnbuilder.graph.graph import Edge, Graph, NodeId
from nnbuilder.ui.canvas import geometry as geo
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import IRIS, chain, ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
DOWN = QPointF(0.0, 130.0)


def test_dragging_a_card_is_one_edit(desk: Desk) -> None:
    before = desk.graph
    desk.drag(desk.middle(N2), desk.middle(N2) + DOWN)
    assert desk.graph.nodes[N2].y == before.nodes[N2].y + 130
    assert desk.document.undo_stack.count() == 1
    assert desk.document.undo_stack.undoText() == "Move Linear"
    desk.document.undo_stack.undo()
    assert desk.graph == before
    assert desk.view.canvas.cards[N2].y() == before.nodes[N2].y


def test_cards_move_in_the_scene_before_the_document_does(desk: Desk) -> None:
    start, before = desk.middle(N2), desk.graph
    desk.press(start)
    QTest.mouseMove(desk.view.viewport(), desk.at(start + DOWN))
    assert desk.view.canvas.cards[N2].y() == before.nodes[N2].y + 130
    assert desk.graph is before
    desk.release(start)
    assert desk.graph is before


def test_all_selected_cards_move_together(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    before = desk.graph
    desk.drag(desk.middle(N3), desk.middle(N3) + DOWN)
    moved = [key for key, node in desk.graph.nodes.items() if node.y != before.nodes[key].y]
    assert moved == [N2, N3]
    assert desk.document.undo_stack.undoText() == "Move 2 layers"


def test_escape_puts_dragged_cards_back(desk: Desk) -> None:
    start, before = desk.middle(N2), desk.graph
    desk.press(start)
    QTest.mouseMove(desk.view.viewport(), desk.at(start + DOWN))
    desk.key(Qt.Key.Key_Escape)
    assert desk.view.canvas.cards[N2].y() == before.nodes[N2].y
    desk.release(start + DOWN)
    assert desk.graph is before


def test_a_click_selects_and_control_adds(desk: Desk) -> None:
    desk.click(desk.middle(N2))
    assert desk.selected() == [N2]
    desk.click(desk.middle(N4), Qt.KeyboardModifier.ControlModifier)
    assert desk.selected() == [N2, N4]
    desk.click(desk.middle(N2), Qt.KeyboardModifier.ControlModifier)
    assert desk.selected() == [N4]
    assert [key for key, card in desk.view.canvas.cards.items() if card.selected] == [N4]
    desk.click(desk.middle(N4) + DOWN * 2)
    assert desk.selected() == []


def test_the_rubber_band_selects_what_it_touches(desk: Desk) -> None:
    start = desk.middle(N2) + QPointF(-80, -80)
    desk.drag(start, desk.middle(N3) + QPointF(0, 70))
    assert desk.selected() == [N2, N3]
    desk.press(desk.middle(N5) + DOWN)
    QTest.mouseMove(desk.view.viewport(), desk.at(desk.middle(N4)))
    assert desk.selected() == [N4, N5]
    desk.key(Qt.Key.Key_Escape)
    assert desk.selected() == [N2, N3]
    desk.release(desk.middle(N4))


def test_dragging_from_port_to_port_draws_an_edge(open_desk: Callable[[Graph], Desk]) -> None:
    graph = chain()
    desk = open_desk(Graph(graph.nodes, tuple(edge for edge in graph.edges if edge.target != N3)))
    desk.drag(desk.out_port(N2), desk.in_port(N3))
    assert Edge(N2, N3) in desk.graph.edges
    assert Edge(N2, N3) in desk.view.canvas.edges.edges
    desk.document.undo_stack.undo()
    assert Edge(N2, N3) not in desk.view.canvas.edges.edges
    desk.drag(desk.in_port(N3), desk.out_port(N2))
    assert Edge(N2, N3) in desk.graph.edges


def test_a_refused_edge_says_why_at_the_mouse(desk: Desk) -> None:
    before = desk.graph
    desk.drag(desk.out_port(N1), desk.in_port(N4))
    assert desk.graph is before
    assert desk.view.sentence.isVisible()
    assert "has an edge already" in desk.view.sentence.text()
    desk.drag(desk.out_port(N4), desk.in_port(N4))
    assert "cannot feed itself" in desk.view.sentence.text()
    desk.drag(desk.out_port(N1), desk.in_port(N2))
    assert "connected already" in desk.view.sentence.text()


def test_an_edge_let_go_over_nothing_changes_nothing(desk: Desk) -> None:
    before, items = desk.graph, len(desk.view.canvas.items())
    desk.drag(desk.out_port(N2), desk.middle(N2) + DOWN * 2)
    assert desk.graph is before
    assert len(desk.view.canvas.items()) == items


def test_escape_ends_the_preview_of_an_edge(desk: Desk) -> None:
    items = len(desk.view.canvas.items())
    desk.press(desk.out_port(N2))
    QTest.mouseMove(desk.view.viewport(), desk.at(desk.middle(N2) + DOWN))
    assert len(desk.view.canvas.items()) == items + 1
    desk.key(Qt.Key.Key_Escape)
    assert len(desk.view.canvas.items()) == items
    desk.release(desk.middle(N2) + DOWN)


def test_a_clicked_edge_is_cut_by_delete(desk: Desk) -> None:
    edge = Edge(N2, N3)
    desk.click((desk.out_port(N2) + desk.in_port(N3)) / 2)
    assert desk.view.canvas.edges.selected == {edge}
    desk.key(Qt.Key.Key_Delete)
    assert edge not in desk.graph.edges
    assert desk.document.undo_stack.undoText() == "Disconnect"


def test_delete_closes_the_gap(desk: Desk) -> None:
    desk.click(desk.middle(N3))
    desk.key(Qt.Key.Key_Delete)
    assert order(desk.graph) == ["Input", "Linear", "Linear", "Loss"]
    assert desk.selected() == []
    assert set(desk.view.canvas.cards) == set(desk.graph.nodes)


def test_a_loose_card_dropped_on_an_edge_goes_in(open_desk: Callable[[Graph], Desk]) -> None:
    graph = chain()
    loose = chain([*IRIS, ("Dropout", {})]).nodes[NodeId("n6")]
    desk = open_desk(Graph({**graph.nodes, loose.id: loose}, graph.edges))
    start = desk.middle(loose.id)
    goal = (desk.out_port(N3) + desk.in_port(N4)) / 2 + QPointF(0, geo.CARD_HEIGHT / 2 - geo.PORT_Y)
    desk.drag(start, goal)
    assert order(desk.graph) == ["Input", "Linear", "ReLU", "Dropout", "Linear", "Loss"]
    assert desk.document.undo_stack.count() == 1
    desk.document.undo_stack.undo()
    assert desk.graph.nodes[loose.id] == loose


def test_an_edit_during_a_drag_ends_the_drag(desk: Desk) -> None:
    start = desk.middle(N2)
    desk.drag(desk.middle(N5), desk.middle(N5) + DOWN)
    desk.press(start)
    QTest.mouseMove(desk.view.viewport(), desk.at(start + DOWN))
    desk.document.undo_stack.undo()
    assert desk.view.canvas.cards[N2].y() == desk.graph.nodes[N2].y
    desk.release(start + DOWN)
    assert desk.document.undo_stack.index() == 0
