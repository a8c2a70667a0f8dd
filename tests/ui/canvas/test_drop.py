"""Layers dragged from the palette, as synthetic drag and drop events on the viewport."""

from collections.abc import Callable, Mapping
from itertools import combinations

import pytest
from PySide6.QtCore import QMimeData, QPointF

from nnbuilder.graph.graph import Edge, Graph
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.common.mime import LAYER_MIME, layer_data
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import chain, ids, order

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


def test_a_layer_dropped_on_an_open_port_is_connected(open_desk: Callable[[Graph], Desk]) -> None:
    graph = chain()
    desk = open_desk(Graph(graph.nodes, tuple(edge for edge in graph.edges if edge.source != N3)))
    marks = desk.view.bench.marks
    assert desk.drag_over(desk.middle(N5) + QPointF(0, 200), layer_data("Tanh"))
    assert marks.offered == (desk.out_port(N3), desk.in_port(N4))
    assert desk.drag_over(desk.out_port(N3) + QPointF(6, 8), layer_data("Tanh"))
    assert marks.aimed == desk.out_port(N3)
    assert desk.hint == "Connect Tanh behind ReLU"
    desk.drop(desk.out_port(N3) + QPointF(6, 8), layer_data("Tanh"))
    [new] = set(desk.graph.nodes) - set(graph.nodes)
    assert Edge(N3, new) in desk.graph.edges
    assert not desk.lit
    assert desk.steps == ["Add Tanh"]
    desk.drop_layer("Dropout", desk.in_port(N4))
    [other] = set(desk.graph.nodes) - set(graph.nodes) - {new}
    assert Edge(other, N4) in desk.graph.edges
    assert not _overlaps(desk)


def test_a_layer_dropped_on_a_card_with_an_open_port_is_connected(open_desk: Callable[[Graph], Desk]) -> None:
    graph = chain()
    desk = open_desk(Graph(graph.nodes, tuple(edge for edge in graph.edges if edge.source != N3)))
    desk.drop_layer("Tanh", desk.middle(N3))
    [new] = set(desk.graph.nodes) - set(graph.nodes)
    assert Edge(N3, new) in desk.graph.edges


def test_on_free_ground_a_layer_snaps_and_shows_where_it_will_lie(desk: Desk) -> None:
    items = len(desk.view.canvas.items())
    under = desk.middle(N2) + QPointF(5, 210)
    assert desk.drag_over(under, layer_data("Tanh"))
    assert len(desk.view.canvas.items()) > items, "a ghost and guides"
    desk.drop(under, layer_data("Tanh"))
    [new] = set(desk.graph.nodes) - set(ids(1, 2, 3, 4, 5))
    assert desk.graph.nodes[new].x == desk.graph.nodes[N2].x
    desk.undo()
    assert desk.drag_over(under, layer_data("Tanh"))
    desk.leave_drag()
    assert len(desk.view.canvas.items()) == items
    assert desk.hint == ""


@pytest.mark.parametrize(
    ("mime", "why"),
    [
        ({"text/plain": b"Linear"}, "Text cannot be dropped here"),
        ({LAYER_MIME: b"\xff not a name; rm -rf"}, "no layer that can be drawn"),
        ({"text/uri-list": b"file:///home/me/cat.png"}, "cat.png has no use here"),
        ({"text/uri-list": b"file:///home/me/nets/"}, "nets has no use here"),
        ({"text/uri-list": b"file:///a.nnb\r\nfile:///b.nnb"}, "one file at a time"),
        ({"text/uri-list": b"file:///home/me/x.npy"}, "np.savez(path, x=x, y=y)"),
        ({"text/uri-list": b"https://a.org/net.py"}, "net.py is not on this computer"),
        ({"application/x-qt-image": b"..."}, "A picture has no place in a drawing"),
        ({"application/x-other": b"..."}, "has no place in a drawing"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(desk: Desk, mime: Mapping[str, bytes], why: str) -> None:
    before, data = desk.graph, QMimeData()
    for kind, content in mime.items():
        data.setData(kind, content)
    assert not desk.drag_over(_between(desk), data)
    assert why in desk.said
    desk.view.sentence.hide()
    desk.drop(_between(desk), data)
    assert why in desk.said
    assert desk.graph is before


def _overlaps(desk: Desk) -> bool:
    rects = [geo.card_rect(node.x, node.y) for node in desk.graph.nodes.values()]
    return any(a.intersects(b) for a, b in combinations(rects, 2))
