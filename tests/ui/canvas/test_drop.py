"""Layers dragged from the palette, as synthetic drag and drop events on the viewport."""

from PySide6.QtCore import QMimeData, QPointF

from nnbuilder.graph.graph import Edge
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.common.mime import LAYER_MIME, layer_data
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)


def _between(desk: Desk) -> QPointF:
    return (desk.out_port(N3) + desk.in_port(N4)) / 2


def test_a_layer_over_an_edge_lights_it_up(desk: Desk) -> None:
    assert desk.drag_over(_between(desk), layer_data("Tanh"))
    assert desk.view.canvas.edges.target == Edge(N3, N4)
    assert desk.drag_over(desk.middle(N3) + QPointF(0, 200), layer_data("Tanh"))
    assert desk.view.canvas.edges.target is None
    desk.drag_over(_between(desk), layer_data("Tanh"))
    desk.leave_drag()
    assert desk.view.canvas.edges.target is None


def test_a_layer_dropped_on_an_edge_is_inserted_and_the_chain_makes_room(desk: Desk) -> None:
    before = desk.graph
    desk.drop_layer("Tanh", _between(desk))
    assert order(desk.graph) == ["Input", "Linear", "ReLU", "Tanh", "Linear", "Loss"]
    [new] = set(desk.graph.nodes) - set(before.nodes)
    assert (desk.graph.nodes[new].x, desk.graph.nodes[new].y) == (before.nodes[N4].x, before.nodes[N4].y)
    assert (desk.graph.nodes[N4].x, desk.graph.nodes[N4].y) == (before.nodes[N5].x, before.nodes[N5].y)
    assert desk.selection.nodes == (new,)
    assert desk.document.undo_stack.undoText() == "Insert Tanh"
    desk.document.undo_stack.undo()
    assert desk.graph == before
    assert set(desk.view.canvas.cards) == set(before.nodes)


def test_shapes_show_on_the_new_edges(desk: Desk) -> None:
    desk.drop_layer("Linear", _between(desk))
    desk.answered()
    edges = desk.view.canvas.edges
    assert [edges.look(edge).label for edge in desk.graph.edges if edge.source == N1] == ["N×4"]
    assert all(edges.look(edge).label for edge in desk.graph.edges)


def test_a_layer_dropped_on_the_ground_lies_there_unconnected(desk: Desk) -> None:
    spot = desk.middle(N2) + QPointF(0, 200)
    desk.drop_layer("Dropout", spot)
    [new] = set(desk.graph.nodes) - set(ids(1, 2, 3, 4, 5))
    node = desk.graph.nodes[new]
    assert abs(node.x + geo.CARD_WIDTH / 2 - spot.x()) <= 1
    assert not desk.graph.incoming(new)
    assert desk.document.undo_stack.undoText() == "Add Dropout"


def test_a_layer_dropped_on_a_card_covers_none(desk: Desk) -> None:
    desk.drop_layer("Dropout", desk.middle(N2))
    [new] = set(desk.graph.nodes) - set(ids(1, 2, 3, 4, 5))
    rect = geo.card_rect(desk.graph.nodes[new].x, desk.graph.nodes[new].y)
    others = [geo.card_rect(node.x, node.y) for key, node in desk.graph.nodes.items() if key != new]
    assert not any(rect.intersects(other) for other in others)


def test_anything_else_is_not_taken(desk: Desk) -> None:
    before = desk.graph
    text, nonsense = QMimeData(), QMimeData()
    text.setText("Linear")
    nonsense.setData(LAYER_MIME, b"\xff not a name; rm -rf")
    for mime in (text, nonsense):
        assert not desk.drag_over(_between(desk), mime)
        desk.drop(_between(desk), mime)
    assert desk.graph is before
