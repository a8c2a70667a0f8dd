"""Selecting by mouse: clicks with Ctrl and Shift, the rubber band, and what a drag does with a selection."""

from PySide6.QtCore import QPointF, Qt

from nnbuilder.graph.edits import AddNote
from nnbuilder.graph.graph import Edge, NodeId, Note
from tests.ui.canvas.conftest import Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
TEXT = NodeId("text")
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_control_adds_and_takes_away(desk: Desk) -> None:
    desk.click(desk.middle(N2))
    desk.click(desk.middle(N5), CONTROL)
    desk.click(desk.middle(N3), CONTROL)
    assert desk.selected() == [N2, N5, N3]
    desk.click(desk.middle(N5), CONTROL)
    assert desk.selected() == [N2, N3]
    desk.click(desk.middle(N2) + QPointF(0.0, 260.0), CONTROL)
    assert desk.selected() == [N2, N3], "a slip beside the cards loses nothing"


def test_shift_selects_the_chain_in_between(desk: Desk) -> None:
    desk.click(desk.middle(N2))
    desk.click(desk.middle(N4), SHIFT)
    assert desk.selected() == [N2, N3, N4]
    desk.click(desk.middle(N5))
    desk.click(desk.middle(N3), SHIFT)
    assert desk.selected() == [N5, N4, N3]


def test_the_band_adds_with_shift_and_control(desk: Desk) -> None:
    desk.click(desk.middle(N5))
    start = desk.middle(N2) + QPointF(-90.0, -90.0)
    for modifier in (SHIFT, CONTROL):
        desk.selection.set([N5])
        desk.drag(start, desk.middle(N3), modifier)
        assert desk.selected() == [N5, N2, N3]
    desk.drag(start, desk.middle(N3))
    assert desk.selected() == [N2, N3]
    assert desk.steps == []


def test_the_band_takes_notes_too(desk: Desk) -> None:
    desk.document.apply(AddNote(Note(TEXT, "Why?", 60.0, -90.0, 160.0, 60.0)))
    desk.drag(QPointF(20.0, -110.0), QPointF(240.0, 100.0))
    assert desk.selected() == [N1, N2, TEXT]


def test_a_press_on_a_selected_card_keeps_the_others_until_it_is_a_click(desk: Desk) -> None:
    desk.selection.set([N2, N3])
    desk.press(desk.middle(N3))
    assert desk.selected() == [N2, N3]
    desk.release(desk.middle(N3))
    assert desk.selected() == [N3]


def test_edges_are_selected_one_by_one_or_together(desk: Desk) -> None:
    edges = desk.view.canvas.edges
    desk.click(desk.gap(N2, N3))
    desk.click(desk.gap(N3, N4), CONTROL)
    assert edges.selected == {Edge(N2, N3), Edge(N3, N4)}
    desk.click(desk.gap(N3, N4), CONTROL)
    assert edges.selected == {Edge(N2, N3)}
    desk.click(desk.middle(N4))
    assert edges.selected == frozenset()


def test_a_small_slip_of_the_hand_is_still_a_click(desk: Desk) -> None:
    before = desk.graph
    desk.press(desk.middle(N2))
    desk.move(desk.middle(N2) + QPointF(3.0, 2.0), buttons=Qt.MouseButton.LeftButton)
    desk.release(desk.middle(N2) + QPointF(3.0, 2.0))
    assert desk.graph is before
    assert desk.selected() == [N2]
