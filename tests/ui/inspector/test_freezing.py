"""The inspector on frozen layers: one, several, and one in a frozen group."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnbuilder.graph.edits import Group, SetFrozen
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.ui.inspector.panel import InspectorPanel
from tests.ui.canvas.drawings import ids
from tests.ui.workbench import Workbench

N2, N3, G = NodeId("n2"), NodeId("n3"), NodeId("g")
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(bench: Workbench) -> InspectorPanel:
    """The inspector on the first Linear layer."""
    panel = bench.show(InspectorPanel(bench.document, bench.analysis, bench.selection, bench.run))
    bench.select("n2")
    return panel


def test_a_layer_is_frozen_and_unfrozen(bench: Workbench, panel: InspectorPanel) -> None:
    box = panel.page.frozen
    assert not box.isChecked()
    QTest.mouseClick(box, LEFT)
    assert bench.document.project.graph.nodes[N2].frozen
    assert bench.document.undo_stack.undoText() == "Freeze Linear"
    bench.document.undo_stack.undo()
    bench.settle()
    assert not box.isChecked()


def test_what_has_no_parameters_has_nothing_to_freeze(bench: Workbench, panel: InspectorPanel) -> None:
    for node in ("n1", "n3", "n5"):
        bench.select(node)
        assert panel.page.frozen.isHidden()


def test_a_layer_of_a_frozen_group_is_frozen_with_it(bench: Workbench, panel: InspectorPanel) -> None:
    bench.document.apply(Group(ids(2, 3), Node(G, GROUP)))
    bench.document.apply(SetFrozen((G,), frozen=True))
    bench.select("n2")
    box = panel.page.frozen
    assert (box.isChecked(), box.isEnabled(), box.text()) == (True, False, "Frozen with its group")
    bench.select("g")
    assert (box.isChecked(), box.isEnabled(), box.text()) == (True, True, "Frozen")


def test_several_are_frozen_at_once(bench: Workbench, panel: InspectorPanel) -> None:
    bench.document.apply(SetFrozen((N2,), frozen=True))
    bench.select("n2", "n3", "n4")
    box = panel.several.frozen
    assert (box.text(), box.checkState()) == ("Frozen (1 of 2)", Qt.CheckState.PartiallyChecked)
    QTest.mouseClick(box, LEFT)
    frozen = {key for key, node in bench.document.project.graph.nodes.items() if node.frozen}
    assert frozen == {N2, NodeId("n4")}
    assert bench.document.undo_stack.undoText() == "Freeze 2 layers"
