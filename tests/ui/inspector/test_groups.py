"""The inspector on a group, on disabled layers, and its width."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QScrollArea

from nnbuilder.catalog import registry
from nnbuilder.graph.edits import AddNode, Group, SetDisabled
from nnbuilder.graph.graph import GROUP, Node, NodeId
from nnbuilder.project.problem import Fix, Problem
from nnbuilder.ui.common.facts import Facts
from nnbuilder.ui.inspector.panel import InspectorPanel
from tests.ui.canvas.drawings import ids
from tests.ui.workbench import Workbench, find, retype

N2, N3, G = NodeId("n2"), NodeId("n3"), NodeId("g")
NARROW = 280
"""Pixels that the inspector must make do with."""


@pytest.fixture
def panel(bench: Workbench) -> InspectorPanel:
    """The inspector on the first Linear layer."""
    panel = bench.show(InspectorPanel(bench.document, bench.analysis, bench.selection, bench.run))
    bench.select("n2")
    return panel


def test_a_group_shows_its_name_layers_and_parameters(bench: Workbench, panel: InspectorPanel) -> None:
    bench.document.apply(Group(ids(2, 3), Node(G, GROUP)))
    bench.select("g")
    shown = dict(find(panel.page, Facts, "group_facts").shown)
    assert shown["Layers"] == "2: Linear, ReLU"
    assert "Parameters" in shown
    retype(find(panel, QLineEdit, "layer_name"), "encoder")
    assert bench.document.project.graph.nodes[G].name == "encoder"
    bench.select("n4")
    assert find(panel.page, Facts, "group_facts").isHidden()


def test_a_layer_can_be_switched_off_and_on(bench: Workbench, panel: InspectorPanel) -> None:
    box = panel.page.disabled
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert bench.document.project.graph.nodes[N2].disabled
    bench.document.undo_stack.undo()
    bench.settle()
    assert not box.isChecked()
    bench.document.apply(SetDisabled((N2,), disabled=True))
    bench.settle()
    assert box.isChecked()
    bench.select("n1")
    assert box.isHidden()


@pytest.mark.parametrize("name", sorted({*registry.LAYERS, "Input", "Loss", GROUP}))
def test_no_layer_makes_the_inspector_wide(bench: Workbench, panel: InspectorPanel, name: str) -> None:
    bench.document.apply(AddNode(registry.new_node(name, NodeId("wide"))))
    title = "Set out_features of the Linear before it to the 64 that this one takes"
    fixes = (Fix(title, ()), Fix("Pin it", ()))
    problem = Problem("error", "no", "No.", torch="mat1 and mat2 " * 9, node=NodeId("wide"), fixes=fixes)
    bench.settle()
    bench.analysis.problems = (problem,)
    bench.select("wide")
    assert panel.page.findChildren(QPushButton)
    for page in panel.findChildren(QScrollArea):
        content = page.widget()
        assert content is not None
        assert content.minimumSizeHint().width() <= NARROW, page.objectName()
    assert panel.minimumSizeHint().width() <= NARROW
