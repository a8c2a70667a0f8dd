"""Groups: one card from outside, a drawing of their own inside."""

from collections.abc import Callable

from PySide6.QtTest import QTest

from nnbuilder.graph.edits import Group, RemoveNodes, SetDisabled, Ungroup
from nnbuilder.graph.graph import GROUP, Edge, Graph, Node, NodeId
from nnbuilder.project.project import Project
from tests.ui.canvas.conftest import LEFT, PLAIN, Desk
from tests.ui.canvas.drawings import ids

N1, N2, N3, N4, N5 = ids(1, 2, 3, 4, 5)
BLOCK = NodeId("block")


def _group(desk: Desk, *nodes: NodeId) -> None:
    first = desk.graph.nodes[nodes[0]]
    desk.document.apply(Group(nodes, Node(BLOCK, GROUP, x=first.x, y=first.y, name="body")))
    desk.answered()


def _double_click(desk: Desk, node: NodeId) -> None:
    QTest.mouseClick(desk.view.viewport(), LEFT, PLAIN, desk.at(desk.middle(node)))
    QTest.mouseDClick(desk.view.viewport(), LEFT, PLAIN, desk.at(desk.middle(node)))


def test_a_group_is_one_card_with_all_parameters(desk: Desk) -> None:
    _group(desk, N2, N3, N4)
    scene = desk.view.canvas
    assert set(scene.cards) == {N1, BLOCK, N5}
    assert set(scene.edges.edges) == {Edge(N1, BLOCK), Edge(BLOCK, N5)}
    look = scene.cards[BLOCK].look
    assert (look.title, look.detail, look.group) == ("body", "3 layers", True)
    desk.view.grab()


def test_a_double_click_goes_in_and_the_way_out_selects_the_group(desk: Desk) -> None:
    _group(desk, N2, N3)
    _double_click(desk, BLOCK)
    assert desk.view.level.path == (BLOCK,)
    assert set(desk.view.canvas.cards) == {N2, N3}
    assert set(desk.view.canvas.edges.edges) == {Edge(N2, N3)}
    assert desk.selected() == []
    assert desk.view.operations.leave()
    assert set(desk.view.canvas.cards) == {N1, BLOCK, N4, N5}
    assert desk.selected() == [BLOCK]
    assert not desk.view.operations.leave()


def test_a_layer_is_revealed_where_it_lies(desk: Desk) -> None:
    _group(desk, N2, N3)
    desk.view.operations.reveal(N3)
    assert desk.view.level.group == BLOCK
    assert desk.selected() == [N3]
    desk.view.operations.reveal(N5)
    assert desk.view.level.group is None
    assert desk.selected() == [N5]


def test_a_group_that_goes_is_left(desk: Desk) -> None:
    _group(desk, N2, N3)
    desk.view.level.go(BLOCK)
    desk.document.apply(RemoveNodes((N2,)))
    assert set(desk.view.canvas.cards) == {N3}
    desk.document.undo_stack.undo()
    desk.document.undo_stack.undo()
    assert desk.view.level.group is None
    assert set(desk.view.canvas.cards) == {N1, N2, N3, N4, N5}
    desk.document.undo_stack.redo()
    desk.view.level.go(BLOCK)
    desk.document.apply(Ungroup(BLOCK))
    assert desk.view.level.group is None
    assert len(desk.view.canvas.edges.edges) == 4


def test_what_is_selected_elsewhere_is_shown(desk: Desk) -> None:
    _group(desk, N2, N3)
    desk.selection.set([N3])
    assert desk.view.level.group == BLOCK
    assert desk.selected() == [N3]
    desk.selection.set([N5])
    assert desk.view.level.group is None
    desk.selection.set([N5, N3])
    assert desk.view.level.group is None
    desk.selection.set([])
    assert desk.view.level.group is None


def test_what_goes_into_a_group_is_no_longer_selected(desk: Desk) -> None:
    desk.selection.set([N2, N5])
    _group(desk, N2, N3)
    assert desk.selected() == [N5]


def test_another_project_starts_at_its_top(desk: Desk) -> None:
    _group(desk, N2, N3)
    desk.view.level.go(BLOCK)
    desk.document.replace(Project(graph=desk.graph))
    assert desk.view.level.group is None
    assert set(desk.view.canvas.cards) == {N1, BLOCK, N4, N5}


def test_a_disabled_layer_is_a_ghost(desk: Desk) -> None:
    desk.document.apply(SetDisabled((N3,), True))
    desk.answered()
    look = desk.view.canvas.cards[N3].look
    assert (look.ghost, look.corner) == (True, "off")
    desk.view.grab()


def test_an_empty_group_can_be_entered(open_desk: Callable[[Graph], Desk]) -> None:
    desk = open_desk(Graph({BLOCK: Node(BLOCK, GROUP)}))
    assert desk.view.canvas.cards[BLOCK].look.detail == "0 layers"
    _double_click(desk, BLOCK)
    assert desk.view.level.group == BLOCK
    assert not desk.view.canvas.cards
    desk.view.grab()
