"""Ports by keyboard alone: reached by Tab, connected by Enter."""

from PySide6.QtCore import Qt

from nnbuilder.graph.edits import Disconnect
from nnbuilder.graph.graph import Edge, NodeId, Port
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
TAB, ENTER, ESCAPE = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape
SHIFT = Qt.KeyboardModifier.ShiftModifier


def stop(desk: Desk) -> tuple[NodeId | None, str]:
    """Where the keyboard is: at a card or at one of its ports."""
    port = desk.view.ports.focused
    return desk.selection.current, port.side if port else ""


def test_tab_reaches_every_card_and_port_and_then_leaves(desk: Desk) -> None:
    seen = []
    while desk.view.focusNextPrevChild(True):
        seen.append(stop(desk))
    assert seen[:3] == [(N1, ""), (N1, "out"), (N2, "")]
    assert seen[-2:] == [(N5, ""), (N5, "in")]
    assert len(seen) == 3 * 5 - 2
    assert {node for node, _ in seen} == {N1, N2, N3, N4, N5}


def test_shift_tab_goes_back(desk: Desk) -> None:
    desk.selection.set([N2])
    desk.key(TAB)
    assert stop(desk) == (N2, "in")
    desk.key(Qt.Key.Key_Backtab, SHIFT)
    assert stop(desk) == (N2, "")
    desk.key(Qt.Key.Key_Backtab, SHIFT)
    assert stop(desk) == (N1, "out")


def test_a_ring_is_drawn_around_the_port(desk: Desk) -> None:
    desk.selection.set([N2])
    before = len(desk.view.canvas.items())
    desk.key(TAB)
    assert len(desk.view.canvas.items()) == before + 1
    desk.key(ESCAPE)
    assert len(desk.view.canvas.items()) == before
    assert desk.selected() == [N2]


def test_enter_connects_to_the_port_that_is_open(desk: Desk) -> None:
    desk.document.apply(Disconnect((Edge(N3, N4),)))
    desk.selection.set([N3])
    desk.key(TAB)
    desk.key(TAB)
    assert stop(desk) == (N3, "out")
    desk.key(ENTER)
    assert desk.view.ports.target == Port(N4, "in")
    desk.key(ENTER)
    assert Edge(N3, N4) in desk.graph.edges
    assert desk.document.undo_stack.count() == 2
    assert not desk.view.ports.connecting


def test_arrows_choose_the_other_end_and_escape_gives_up(desk: Desk) -> None:
    desk.document.apply(Disconnect((Edge(N3, N4),)))
    desk.selection.set([N3])
    desk.key(Qt.Key.Key_C)
    assert desk.view.ports.target == Port(N4, "in")
    desk.key(Qt.Key.Key_Right)
    assert desk.view.ports.target == Port(N5, "in")
    desk.key(Qt.Key.Key_Left)
    desk.key(TAB)
    assert desk.view.ports.target == Port(N5, "in")
    desk.key(ESCAPE)
    assert not desk.view.ports.connecting
    assert Edge(N3, N4) not in desk.graph.edges
    assert desk.selected() == [N3]


def test_an_edge_can_be_drawn_backwards(desk: Desk) -> None:
    desk.document.apply(Disconnect((Edge(N3, N4),)))
    desk.selection.set([N4])
    desk.key(TAB)
    desk.key(ENTER)
    assert desk.view.ports.target == Port(N3, "out")
    desk.key(ENTER)
    assert Edge(N3, N4) in desk.graph.edges


def test_a_cycle_is_refused_with_a_sentence(desk: Desk) -> None:
    desk.document.apply(Disconnect((Edge(N1, N2),)))
    before = desk.graph
    desk.selection.set([N4])
    desk.key(Qt.Key.Key_C)
    while desk.view.ports.target != Port(N2, "in"):
        desk.key(Qt.Key.Key_Right)
    desk.key(ENTER)
    assert desk.graph == before
    assert desk.view.sentence.isVisible()
    assert desk.view.sentence.text()


def test_an_undo_in_between_takes_the_keyboard_back(desk: Desk) -> None:
    desk.document.apply(Disconnect((Edge(N3, N4),)))
    desk.selection.set([N3])
    desk.key(Qt.Key.Key_C)
    desk.document.undo_stack.undo()
    assert not desk.view.ports.connecting
    assert desk.view.ports.focused is None
