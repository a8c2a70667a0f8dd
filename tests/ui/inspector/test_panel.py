"""The inspector: every edit in one step, faults at the field, pages that follow."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget

from nnbuilder.graph.edits import RemoveNodes, SetArg
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.ui.common.problem_card import ProblemCard
from nnbuilder.ui.inspector.panel import InspectorPanel
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Workbench, field_of, find, help_of, retype

N2 = NodeId("n2")


@pytest.fixture
def panel(bench: Workbench) -> InspectorPanel:
    """The inspector on the first Linear layer."""
    panel = bench.show(InspectorPanel(bench.document, bench.analysis, bench.selection, bench.run))
    bench.select("n2")
    return panel


def text(panel: QWidget, name: str) -> str:
    """What a label says."""
    return find(panel, QLabel, name).text()


def test_typing_is_one_undo_step_with_the_right_project(bench: Workbench, panel: InspectorPanel) -> None:
    before = bench.document.project
    retype(field_of(panel, "out_features"), "128")
    bench.settle()
    assert bench.undo_steps == 1
    assert bench.document.project.graph == SetArg(N2, "out_features", 128).apply(before.graph)
    bench.document.undo_stack.undo()
    assert bench.document.project == before
    assert field_of(panel, "out_features").text() == "16"


def test_its_own_edit_leaves_field_and_focus_alone(bench: Workbench, panel: InspectorPanel) -> None:
    field = field_of(panel, "out_features")
    retype(field, "32")
    bench.settle()
    assert field_of(panel, "out_features") is field
    assert field.hasFocus()


def test_steps_merge_into_one_undo_step(bench: Workbench, panel: InspectorPanel) -> None:
    field = field_of(panel, "out_features")
    field.setFocus()
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert bench.args("n2")["out_features"] == 19
    assert bench.undo_steps == 1


def test_a_fault_is_shown_and_changes_nothing(bench: Workbench, panel: InspectorPanel) -> None:
    retype(field_of(panel, "out_features"), "0")
    bench.select("n2")
    assert help_of(panel, "out_features").startswith("out_features takes a whole number at least 1")
    assert bench.undo_steps == 0


def test_auto_resolves_and_can_be_pinned(bench: Workbench, panel: InspectorPanel) -> None:
    assert field_of(panel, "in_features").text() == "4"
    QTest.mouseClick(find(panel, QToolButton, "auto_in_features"), Qt.MouseButton.LeftButton)
    assert bench.args("n2")["in_features"] == 4
    QTest.mouseClick(find(panel, QToolButton, "auto_in_features"), Qt.MouseButton.LeftButton)
    assert "in_features" not in bench.args("n2")


def test_another_loss_keeps_what_fits_it(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n5")
    retype(field_of(panel, "label_smoothing"), "0.1")
    box = find(panel, QComboBox, "arg_loss")
    box.setFocus()
    QTest.keyClicks(box, "Huber")
    assert bench.args("n5") == {"loss": "HuberLoss"}
    assert box.hasFocus()
    assert field_of(panel, "delta").text() == "1.0"


def test_selecting_something_else_commits_what_is_typed(bench: Workbench, panel: InspectorPanel) -> None:
    retype(field_of(panel, "out_features"), "24", end=None)
    bench.select("n4")
    assert bench.args("n2")["out_features"] == 24
    assert bench.args("n4")["out_features"] == 3
    assert field_of(panel, "out_features").text() == "3"


def test_a_removed_node_takes_its_typing_along(bench: Workbench, panel: InspectorPanel) -> None:
    retype(field_of(panel, "out_features"), "24", end=None)
    bench.document.apply(RemoveNodes((N2,)))
    bench.select()
    assert N2 not in bench.document.project.graph.nodes


def test_shapes_and_parameters_have_numbers(panel: InspectorPanel) -> None:
    assert text(panel, "shape_lines") == "in  (N, 4) float32 cpu\nout (N, 16) float32 cpu"
    assert text(panel, "parameter_lines") == "(4 + 1) × 16 = 80"


def test_problems_of_the_node_have_their_fixes(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n4")
    bench.document.apply(SetArg(NodeId("n4"), "in_features", 5))
    bench.settle()
    [card] = panel.page.findChildren(ProblemCard)
    assert card.problem.code == "shape-mismatch"
    bench.select("n2")
    bench.settle()
    assert panel.page.findChildren(ProblemCard) == []


def test_renaming(bench: Workbench, panel: InspectorPanel) -> None:
    panel.edit_name()
    assert panel.page.name.hasFocus()
    QTest.keyClicks(panel.page.name, "hidden")
    QTest.keyClick(panel.page.name, Qt.Key.Key_Return)
    assert bench.document.project.graph.nodes[N2].name == "hidden"
    assert bench.document.undo_stack.undoText() == "Rename to hidden"


def test_a_name_being_typed_counts_when_the_panel_is_flushed(bench: Workbench, panel: InspectorPanel) -> None:
    panel.edit_name()
    QTest.keyClicks(panel.page.name, "hidden")
    panel.flush()
    panel.flush()
    assert bench.document.project.graph.nodes[N2].name == "hidden"
    assert bench.undo_steps == 1


def test_a_name_that_is_taken_is_refused_in_words(bench: Workbench, panel: InspectorPanel) -> None:
    for node in ("n2", "n4"):
        bench.select(node)
        panel.edit_name()
        QTest.keyClicks(panel.page.name, "same")
        QTest.keyClick(panel.page.name, Qt.Key.Key_Return)
    assert text(panel, "name_refusal") == "Another layer is named same already."
    assert bench.undo_steps == 1
    assert panel.page.name.text() == ""


def test_the_ends_have_no_name(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n1")
    panel.edit_name()
    assert not panel.page.name.hasFocus()
    assert panel.page.name.text() == "Input"


def test_weights_show_once_the_run_has_them(bench: Workbench, panel: InspectorPanel) -> None:
    bench.start_run()
    assert not find(panel, QWidget, "weights_section").isVisible()
    bench.say_weights(8, spread=0.5, nonfinite=2)
    assert find(panel, QWidget, "weights_section").isVisible()
    assert text(panel, "weights_line").startswith("Step 8 · mean ")
    assert "2 NaN or infinite" in text(panel, "weights_line")
    bench.select("n3")
    assert not find(panel, QWidget, "weights_section").isVisible()


def test_nothing_and_several_selected(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select()
    assert find(panel, QWidget, "inspector_overview").isVisible()
    bench.select("n2", "n3", "n4")
    several = find(panel, QWidget, "inspector_several")
    assert several.isVisible()
    labels = [label.text() for label in several.findChildren(QLabel)]
    assert {"3 selected", "Linear", "2", "ReLU", "131"} <= set(labels)


def test_another_document_drops_what_was_typed(bench: Workbench, panel: InspectorPanel) -> None:
    retype(field_of(panel, "out_features"), "none", end=None)
    bench.document.replace(Project(graph=chain()))
    bench.settle()
    assert field_of(panel, "out_features").text() == "16"
    assert "takes" not in help_of(panel, "out_features")


def test_hidden_it_waits_and_then_follows(bench: Workbench, panel: InspectorPanel) -> None:
    panel.hide()
    bench.document.apply(SetArg(N2, "out_features", 5))
    bench.settle()
    assert field_of(panel, "out_features").text() == "16"
    panel.show()
    assert field_of(panel, "out_features").text() == "5"
