"""Dragging cards: reordered, taken out, copied, snapped; what is shown before, and one undo step after."""

from collections.abc import Callable
from itertools import pairwise

import msgspec
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from nnbuilder.graph.graph import Edge, Graph, NodeId
from nnbuilder.ui.canvas import geometry as geo
from nnbuilder.ui.canvas.gestures.move import MoveGesture
from nnbuilder.ui.canvas.ghosts import Ghosts
from nnbuilder.ui.canvas.snapping import Line
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import IRIS, chain, ids, order

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
HELD = (Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton)
FAR = QPointF(0.0, 330.0)
START = ["Input", "Linear", "ReLU", "Linear", "Loss"]


def places(desk: Desk) -> list[tuple[float, float]]:
    """Where the nodes of the chain lie, in its order."""
    after = {edge.source: edge.target for edge in desk.graph.edges}
    key, found = N1, []
    while True:
        found.append((desk.graph.nodes[key].x, desk.graph.nodes[key].y))
        if key not in after:
            return found
        key = after[key]


def unchanged(desk: Desk, before: Graph) -> bool:
    """Whether document and scene are as they were."""
    scene = {key: (card.x(), card.y()) for key, card in desk.view.canvas.cards.items()}
    return desk.graph == before and scene == {key: (node.x, node.y) for key, node in before.nodes.items()}


def test_a_layer_dropped_on_another_edge_moves_there(desk: Desk) -> None:
    before, slots = desk.graph, places(desk)
    desk.carry(desk.middle(N2), desk.gap(N3, N4))
    assert desk.view.canvas.edges.target == Edge(N3, N4)
    assert desk.view.canvas.edges.ghosted == {Edge(N1, N2), Edge(N2, N3)}
    assert desk.hint == "Put Linear between ReLU and Linear"
    assert desk.graph is before
    desk.release(desk.gap(N3, N4))
    assert order(desk.graph) == ["Input", "ReLU", "Linear", "Linear", "Loss"]
    assert places(desk) == slots, "those that it passed move up into the slots of the chain"
    assert desk.steps == ["Move Linear"]
    assert desk.hint == ""
    assert desk.view.canvas.edges.ghosted == frozenset()
    desk.undo()
    assert unchanged(desk, before)


def test_a_layer_goes_backwards_too(desk: Desk) -> None:
    slots = places(desk)
    desk.drag(desk.middle(N4), desk.gap(N1, N2))
    assert order(desk.graph) == ["Input", "Linear", "Linear", "ReLU", "Loss"]
    assert places(desk) == slots


def test_layers_that_follow_each_other_move_together(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    desk.drag(desk.middle(N2), desk.gap(N4, N5))
    assert order(desk.graph) == ["Input", "Linear", "Linear", "ReLU", "Loss"]
    assert desk.steps == ["Move 2 layers"]
    assert desk.selected() == [N2, N3]


def test_a_layer_in_a_wide_edge_lies_in_the_middle_and_nobody_moves(
    open_desk: Callable[[Graph], Desk],
) -> None:
    graph = chain()
    end = graph.nodes[N5]
    wide = {**graph.nodes, N5: msgspec.structs.replace(end, x=end.x + 2 * geo.COLUMN)}
    desk = open_desk(Graph(wide, graph.edges))
    desk.drag(desk.middle(N2), desk.gap(N4, N5))
    assert order(desk.graph) == ["Input", "ReLU", "Linear", "Linear", "Loss"]
    assert desk.graph.nodes[N2].x == end.x + geo.COLUMN / 2
    assert [key for key in ids(1, 3, 4, 5) if desk.graph.nodes[key] != wide[key]] == []


def test_near_its_place_a_layer_keeps_its_edges(desk: Desk) -> None:
    before = desk.graph
    desk.drag(desk.middle(N3), desk.middle(N3) + QPointF(0.0, geo.ROW))
    assert desk.graph.edges == before.edges
    assert desk.steps == ["Move ReLU"]


def test_pulled_far_out_a_layer_leaves_its_chain(desk: Desk) -> None:
    before = desk.graph
    desk.carry(desk.middle(N3), desk.middle(N3) + FAR)
    assert desk.hint.startswith("Take out ReLU and close the gap")
    assert desk.view.canvas.edges.ghosted == {Edge(N2, N3), Edge(N3, N4)}
    desk.release(desk.middle(N3))
    assert order(desk.graph) == ["Input", "Linear", "Linear", "Loss"]
    assert N3 in desk.graph.nodes
    assert desk.graph.nodes[N3].y > before.nodes[N3].y + 300
    assert desk.steps == ["Take out ReLU"]
    desk.undo()
    assert unchanged(desk, before)


def test_control_keeps_the_edges_however_far(desk: Desk) -> None:
    before = desk.graph
    desk.press(desk.middle(N3))
    desk.move(desk.middle(N3) + FAR, CONTROL, Qt.MouseButton.LeftButton)
    assert desk.hint == ""
    desk.release(desk.middle(N3), CONTROL)
    assert desk.graph.edges == before.edges
    assert desk.steps == ["Move ReLU"]


def test_modifiers_count_while_the_mouse_stands_still(desk: Desk) -> None:
    desk.carry(desk.middle(N3), desk.middle(N3) + FAR)
    assert desk.hint.startswith("Take out")
    desk.view.keyPressEvent(_key(Qt.Key.Key_Control, down=True))
    assert desk.hint == ""
    desk.view.keyReleaseEvent(_key(Qt.Key.Key_Control, down=False))
    assert desk.hint.startswith("Take out")
    desk.key(Qt.Key.Key_Escape)
    desk.release(desk.middle(N3))
    assert desk.steps == []


def test_the_ends_of_the_network_stay_connected(desk: Desk) -> None:
    before = desk.graph
    desk.drag(desk.middle(N5), desk.middle(N5) + FAR)
    assert desk.graph.edges == before.edges
    desk.drag(desk.middle(N1), desk.gap(N3, N4))
    assert desk.graph.edges == before.edges


def test_layers_with_a_gap_between_them_only_move(desk: Desk) -> None:
    before = desk.graph
    desk.selection.set([N2, N4])
    desk.drag(desk.middle(N2), desk.middle(N2) + FAR)
    assert desk.graph.edges == before.edges
    assert desk.steps == ["Move 2 layers"]


def test_shift_moves_along_one_axis(desk: Desk) -> None:
    before = desk.graph
    desk.selection.set([N3])
    desk.drag(desk.middle(N3), desk.middle(N3) + QPointF(33.0, 101.0), SHIFT)
    assert desk.graph.nodes[N3].x == before.nodes[N3].x
    assert desk.graph.nodes[N3].y == before.nodes[N3].y + 101


@pytest.mark.parametrize("away", [QPointF(0, 330), QPointF(300, 120), QPointF(-178, 0)])
def test_escape_leaves_everything_as_it_was(desk: Desk, away: QPointF) -> None:
    before, items = desk.graph, len(desk.view.canvas.items())
    desk.carry(desk.middle(N3), desk.middle(N3) + away)
    desk.key(Qt.Key.Key_Escape)
    desk.release(desk.middle(N3))
    assert unchanged(desk, before)
    assert desk.steps == []
    assert desk.hint == ""
    assert desk.view.canvas.edges.target is None
    assert desk.view.canvas.edges.ghosted == frozenset()
    assert len(desk.view.canvas.items()) == items


@pytest.mark.parametrize("held", [ALT, CONTROL, SHIFT])
def test_escape_ends_a_drag_whatever_is_held(desk: Desk, held: Qt.KeyboardModifier) -> None:
    before = desk.graph
    desk.carry(desk.middle(N3), desk.middle(N3) + FAR, held)
    desk.key(Qt.Key.Key_Escape, held)
    assert unchanged(desk, before)
    assert not desk.lit
    desk.release(desk.middle(N3) + FAR, held)
    assert unchanged(desk, before)


def test_alt_carries_a_copy(desk: Desk) -> None:
    before = desk.graph
    desk.selection.set([N2, N3])
    desk.carry(desk.middle(N2), desk.middle(N2) + QPointF(40.0, 210.0), ALT)
    assert desk.hint == "Duplicate 2 layers"
    assert unchanged(desk, before)
    desk.release(desk.middle(N2) + QPointF(40.0, 210.0), ALT)
    new = [key for key in desk.graph.nodes if key not in before.nodes]
    assert [desk.graph.nodes[key].type for key in new] == ["Linear", "ReLU"]
    assert Edge(*new) in desk.graph.edges
    assert desk.graph.nodes[new[0]].y == before.nodes[N2].y + geo.ROW, "it snaps"
    assert desk.selected() == new
    assert desk.steps == ["Duplicate 2 layers"]
    assert order(desk.graph) == START
    desk.undo()
    assert unchanged(desk, before)


@pytest.mark.parametrize("late", [False, True])
def test_the_copy_is_seen_where_it_will_lie_also_when_alt_comes_late(desk: Desk, late: bool) -> None:
    goal = desk.middle(N3) + QPointF(0.0, 210.0)
    desk.carry(desk.middle(N3), goal, Qt.KeyboardModifier.NoModifier if late else ALT)
    if late:
        desk.view.keyPressEvent(_key(Qt.Key.Key_Alt, down=True))
    [ghost] = [item for item in desk.view.canvas.items() if isinstance(item, Ghosts)]
    seen = ghost.mapRectToScene(ghost.boundingRect()).center()
    desk.release(goal, ALT)
    [copy] = desk.selected()
    card = geo.card_rect().translated(desk.view.canvas.cards[copy].pos())
    assert seen == card.center()


def test_a_copy_goes_into_an_edge(desk: Desk) -> None:
    desk.drag(desk.middle(N3), desk.gap(N4, N5), ALT)
    assert order(desk.graph) == ["Input", "Linear", "ReLU", "Linear", "ReLU", "Loss"]
    assert desk.steps == ["Duplicate ReLU"]


def test_a_copy_of_an_end_alone_is_refused(desk: Desk) -> None:
    before = desk.graph
    desk.drag(desk.middle(N1), desk.middle(N1) + QPointF(0.0, 200.0), ALT)
    assert unchanged(desk, before)
    assert "one Input and one Loss" in desk.said


def test_a_loose_layer_near_an_open_port_is_connected(open_desk: Callable[[Graph], Desk]) -> None:
    graph = chain([*IRIS[:-1], ("Dropout", {})])
    keys = list(graph.nodes)
    desk = open_desk(Graph(graph.nodes, tuple(Edge(a, b) for a, b in pairwise(keys[:-1]))))
    loose, last = keys[-1], keys[-2]
    desk.drag(desk.middle(loose), desk.middle(loose) + QPointF(30.0, 260.0), CONTROL)
    goal = desk.out_port(last) + QPointF(geo.CARD_WIDTH / 2 + 12.0, 6.0)
    desk.carry(desk.middle(loose), goal)
    assert desk.view.bench.marks.aimed == desk.out_port(last)
    assert desk.hint == "Connect Dropout behind Linear"
    desk.release(goal)
    assert Edge(last, loose) in desk.graph.edges
    assert desk.graph.nodes[loose].x == desk.graph.nodes[last].x + geo.COLUMN
    assert desk.steps[-1] == "Connect Dropout"


def test_cards_snap_and_show_why(desk: Desk) -> None:
    before = desk.graph
    desk.carry(desk.middle(N2), desk.middle(N2) + QPointF(4.0, 131.0))
    assert desk.view.canvas.cards[N2].x() == before.nodes[N2].x + 4
    desk.move(desk.middle(N3) + QPointF(-5.0, 131.0), *HELD)
    assert desk.view.canvas.cards[N2].x() == before.nodes[N3].x, "it lies below the card that it was near"
    middle = before.nodes[N3].x + geo.CARD_WIDTH / 2
    assert (middle, middle) in [(line.x1, line.x2) for line in _guides(desk)]
    desk.release(desk.middle(N3) + QPointF(-5.0, 131.0))
    assert desk.graph.nodes[N2].x == before.nodes[N3].x


def _guides(desk: Desk) -> tuple[Line, ...]:
    gesture = desk.view.mouse.gesture
    assert isinstance(gesture, MoveGesture)
    return gesture._snapper._guides.lines


def _key(key: Qt.Key, *, down: bool) -> QKeyEvent:
    kind = QKeyEvent.Type.KeyPress if down else QKeyEvent.Type.KeyRelease
    modifiers = CONTROL if not down else Qt.KeyboardModifier.NoModifier
    return QKeyEvent(kind, key, modifiers)


def test_a_drag_to_the_border_scrolls_on(desk: Desk) -> None:
    view = desk.view
    view.camera.zoom(2.0)
    start = view.mapToScene(view.viewport().rect().center())
    desk.view.bench.selection.set([])
    before = view.horizontalScrollBar().value()
    desk.press(start)
    desk.move(view.mapToScene(view.viewport().rect().topRight()) + QPointF(-2, 60), *HELD)
    assert view.mouse._edge_pan.running
    view.mouse._edge_pan._tick()
    assert view.horizontalScrollBar().value() > before
    desk.key(Qt.Key.Key_Escape)
    assert not view.mouse._edge_pan.running
    desk.release(start)


def test_ids_stay_those_of_the_document(desk: Desk) -> None:
    desk.drag(desk.middle(N3), desk.gap(N4, N5))
    desk.drag(desk.middle(N3), desk.middle(N3) + FAR, ALT)
    desk.undo()
    assert set(desk.view.canvas.cards) == set(desk.graph.nodes) == {NodeId(f"n{i}") for i in range(1, 6)}


def test_cards_let_go_after_an_undo_lie_where_the_document_has_them(desk: Desk) -> None:
    start = desk.graph
    desk.carry(desk.middle(N2), desk.middle(N2) + FAR)
    desk.release(desk.middle(N2) + FAR)
    assert desk.graph != start
    desk.carry(desk.middle(N2), desk.middle(N2) + QPointF(40.0, 60.0))
    desk.undo()
    assert unchanged(desk, start)
    desk.release(desk.middle(N2))
    assert unchanged(desk, start)
