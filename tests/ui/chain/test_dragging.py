"""Rows that are carried by real mouse events: each drop is one undo step, or a quiet refusal."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from nnbuilder.graph.edits import AddNode, Group
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.graph.order import order_of
from nnbuilder.ui.chain.panel import ChainPanel
from tests.ui.canvas.drawings import ids, order
from tests.ui.workbench import Workbench

LEFT = Qt.MouseButton.LeftButton
G = NodeId("g")


@pytest.fixture
def panel(bench: Workbench) -> ChainPanel:
    """The list on Input, Linear, ReLU, Linear, Loss: n1 to n5."""
    panel = bench.show(ChainPanel(bench.document, bench.analysis, bench.selection), 240, 500)
    panel.tree.setFocus()
    return panel


def spot(panel: ChainPanel, node: str, share: float) -> QPoint:
    """A point of a row, by its share from above."""
    box = panel.tree.visualRect(panel.model.index_of(NodeId(node)))
    return QPoint(box.left() + 60, box.top() + round(share * box.height()))


def carry(bench: Workbench, panel: ChainPanel, start: QPoint, *way: QPoint) -> None:
    """Presses on a row and moves; the button stays down."""
    view = panel.tree.viewport()
    QTest.mousePress(view, LEFT, pos=start)
    for point in (start + QPoint(0, 14), *way):
        QTest.mouseMove(view, point)
        bench.settle()


def drop(bench: Workbench, panel: ChainPanel, start: QPoint, end: QPoint) -> None:
    """Drags from a point to another."""
    carry(bench, panel, start, end)
    QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=end)
    bench.settle()


def test_a_row_is_dropped_between_two_others(bench: Workbench, panel: ChainPanel) -> None:
    before = bench.document.project
    places = [(node.x, node.y) for node in before.graph.nodes.values()]
    drop(bench, panel, spot(panel, "n2", 0.5), spot(panel, "n4", 0.8))
    graph = bench.document.project.graph
    assert order_of(graph).layers == ids(3, 4, 2)
    assert [(graph.nodes[key].x, graph.nodes[key].y) for key in ids(1, 3, 4, 2, 5)] == places
    assert (bench.undo_steps, panel.tree.nodes) == (1, ids(2))
    drop(bench, panel, spot(panel, "n4", 0.5), spot(panel, "n3", 0.2))
    assert order_of(bench.document.project.graph).layers == ids(4, 3, 2)
    bench.document.undo_stack.undo()
    bench.document.undo_stack.undo()
    assert bench.document.project == before


def test_several_rows_are_carried_together(bench: Workbench, panel: ChainPanel) -> None:
    bench.select("n2", "n3")
    carry(bench, panel, spot(panel, "n3", 0.5), spot(panel, "n4", 0.8))
    assert panel.tree.drag.active
    QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=spot(panel, "n4", 0.8))
    assert order_of(bench.document.project.graph).layers == ids(4, 2, 3)
    assert set(panel.tree.nodes) == set(ids(2, 3))


def test_nothing_comes_before_the_input_or_behind_the_loss(bench: Workbench, panel: ChainPanel) -> None:
    drop(bench, panel, spot(panel, "n3", 0.5), spot(panel, "n1", 0.1))
    assert order_of(bench.document.project.graph).layers == ids(3, 2, 4)
    drop(bench, panel, spot(panel, "n3", 0.5), QPoint(60, panel.tree.viewport().height() - 4))
    assert order_of(bench.document.project.graph).layers == ids(2, 4, 3)


def test_rows_go_into_a_group_and_out_of_it(bench: Workbench, panel: ChainPanel) -> None:
    bench.document.apply(Group(ids(2, 3), Node(G, GROUP)))
    bench.settle()
    drop(bench, panel, spot(panel, "n4", 0.5), spot(panel, "g", 0.5))
    assert order_of(bench.document.project.graph, G).layers == ids(2, 3, 4)
    drop(bench, panel, spot(panel, "n4", 0.5), spot(panel, "g", 0.9))
    assert order_of(bench.document.project.graph, G).layers == ids(4, 2, 3)
    drop(bench, panel, spot(panel, "n2", 0.5), spot(panel, "g", 0.1))
    graph = bench.document.project.graph
    assert order_of(graph).layers == (*ids(2), G)
    assert order_of(graph, G).layers == ids(4, 3)
    drop(bench, panel, spot(panel, "g", 0.5), spot(panel, "n2", 0.1))
    assert order_of(bench.document.project.graph).layers == (G, *ids(2))


def test_a_group_is_not_dropped_into_itself(bench: Workbench, panel: ChainPanel) -> None:
    bench.document.apply(Group(ids(2, 3), Node(G, GROUP)))
    bench.settle()
    before = bench.document.project
    carry(bench, panel, spot(panel, "g", 0.5), spot(panel, "n3", 0.2))
    assert panel.tree.drag.refusal == "A group cannot lie in itself."
    assert panel.tree.viewport().cursor().shape() == Qt.CursorShape.ForbiddenCursor
    QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=spot(panel, "n3", 0.2))
    assert bench.document.project == before
    assert not panel.tree.drag.active


def test_a_loose_layer_is_dropped_into_the_chain(bench: Workbench, panel: ChainPanel) -> None:
    bench.document.apply(AddNode(Node(NodeId("t"), "Tanh")))
    bench.settle()
    drop(bench, panel, spot(panel, "t", 0.5), spot(panel, "n3", 0.2))
    assert order(bench.document.project.graph) == ["Input", "Linear", "Tanh", "ReLU", "Linear", "Loss"]


def test_esc_and_a_short_way_leave_everything(bench: Workbench, panel: ChainPanel) -> None:
    before = bench.document.project
    carry(bench, panel, spot(panel, "n2", 0.5), spot(panel, "n4", 0.8))
    assert panel.tree.drag.active
    QTest.keyClick(panel.tree, Qt.Key.Key_Escape)
    QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=spot(panel, "n4", 0.8))
    start = spot(panel, "n3", 0.5)
    QTest.mousePress(panel.tree.viewport(), LEFT, pos=start)
    QTest.mouseMove(panel.tree.viewport(), start + QPoint(2, 2))
    QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=start + QPoint(2, 2))
    assert bench.document.project == before
    assert bench.undo_steps == 0


def test_the_list_scrolls_on_at_its_end(bench: Workbench, panel: ChainPanel) -> None:
    for number in range(30):
        bench.document.apply(AddNode(Node(NodeId(f"t{number}"), "Tanh")))
    bench.settle()
    bar = panel.tree.verticalScrollBar()
    low = QPoint(60, panel.tree.viewport().height() - 5)
    carry(bench, panel, spot(panel, "n2", 0.5), low)
    bench.qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    QTest.mouseMove(panel.tree.viewport(), low - QPoint(0, 200))
    QTest.keyClick(panel.tree, Qt.Key.Key_Escape)
    QTest.mouseRelease(panel.tree.viewport(), LEFT, pos=low)
    assert bench.document.project.graph.nodes[NodeId("n2")].type == "Linear"
