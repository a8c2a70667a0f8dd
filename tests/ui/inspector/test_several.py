"""The inspector on several layers: forms for each kind, one undo step for all of them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QLabel, QToolButton

from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from nnbuilder.ui.inspector.panel import InspectorPanel
from tests.ui.canvas.drawings import chain
from tests.ui.workbench import Open, Workbench, find, retype

DRAWING = chain(
    (
        ("Input", {}),
        ("Linear", {"out_features": 16}),
        ("ReLU", {}),
        ("Dropout", {"p": 0.2}),
        ("Linear", {"out_features": 3, "bias": False}),
        ("Loss", {}),
    )
)


@pytest.fixture
def bench(open_bench: Open) -> Workbench:
    """A workbench with two Linear layers n2 and n5, a ReLU n3 and a Dropout n4."""
    return open_bench(Project(graph=DRAWING))


@pytest.fixture
def panel(bench: Workbench) -> InspectorPanel:
    """The inspector."""
    return bench.show(InspectorPanel(bench.document, bench.analysis, bench.selection, bench.run))


def titles(panel: InspectorPanel) -> list[str]:
    """The headings of the forms."""
    return [form.title.text() for form in panel.several.forms]


def field(panel: InspectorPanel, name: str) -> QAbstractSpinBox:
    """A field of the first form."""
    return find(panel.several.forms[0], QAbstractSpinBox, f"arg_{name}")


def test_layers_of_one_kind_show_all_their_arguments(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    assert titles(panel) == ["Linear"]
    assert list(panel.several.forms[0].form.rows) == ["in_features", "out_features", "bias"]
    out = field(panel, "out_features")
    assert (out.text(), out.lineEdit().placeholderText()) == ("", "mixed")
    bias = find(panel.several, QCheckBox, "bias_box")
    assert (bias.checkState(), bias.text()) == (Qt.CheckState.PartiallyChecked, "mixed")


def test_setting_all_is_one_undo_step(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    before = bench.document.project
    retype(field(panel, "out_features"), "8*4")
    bench.settle()
    assert (bench.args("n2")["out_features"], bench.args("n5")["out_features"]) == (32, 32)
    assert field(panel, "out_features").text() == "32"
    assert bench.document.undo_stack.undoText() == "Set out_features to 32 on 2 layers"
    bench.document.undo_stack.undo()
    assert bench.document.project == before
    assert field(panel, "out_features").text() == ""


def test_a_mixed_tick_becomes_true_for_all(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    QTest.mouseClick(find(panel.several, QCheckBox, "bias_box"), Qt.MouseButton.LeftButton)
    assert (bench.args("n2")["bias"], bench.args("n5")["bias"]) == (True, True)
    assert bench.undo_steps == 1


def test_reset_takes_all_explicit_values_away(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    QTest.mouseClick(find(panel.several, QToolButton, "reset_bias"), Qt.MouseButton.LeftButton)
    assert "bias" not in bench.args("n5")
    assert bench.document.undo_stack.undoText() == "Reset bias on 1 layer"
    assert find(panel.several, QCheckBox, "bias_box").isChecked()


def test_different_kinds_share_what_they_have_in_common(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n3", "n4")
    assert titles(panel) == ["In common", "ReLU", "Dropout"]
    assert list(panel.several.forms[0].form.rows) == ["inplace"]
    QTest.mouseClick(find(panel.several.forms[0], QCheckBox, "inplace_box"), Qt.MouseButton.LeftButton)
    assert (bench.args("n3")["inplace"], bench.args("n4")["inplace"]) == (True, True)
    bench.select("n1", "n2", "n3", "n4", "n5", "n6")
    assert titles(panel) == ["Linear", "ReLU", "Dropout"]


def test_a_fault_stays_at_its_field(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    retype(field(panel, "out_features"), "-1")
    row = panel.several.forms[0].form.rows["out_features"]
    assert row.message.startswith("out_features takes a whole number at least 1")
    assert bench.undo_steps == 0


def test_what_was_typed_counts_when_others_are_selected(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    retype(field(panel, "out_features"), "7", end=None)
    bench.select("n3")
    assert (bench.args("n2")["out_features"], bench.args("n5")["out_features"]) == (7, 7)


def test_the_form_keeps_its_focus(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n5")
    out = field(panel, "out_features")
    retype(out, "9")
    bench.settle()
    assert field(panel, "out_features") is out
    assert out.hasFocus()


def test_layers_are_disabled_together(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n1", "n3", "n4")
    box = panel.several.disabled
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    nodes = bench.document.project.graph.nodes
    assert [nodes[NodeId(key)].disabled for key in ("n1", "n3", "n4")] == [False, True, True]
    bench.select("n2", "n3")
    assert (box.checkState(), box.text()) == (Qt.CheckState.PartiallyChecked, "Disabled (1 of 2)")
    bench.select("n1", "n6")
    assert box.isHidden()


def test_the_summary_counts_kinds_and_parameters(bench: Workbench, panel: InspectorPanel) -> None:
    bench.select("n2", "n3")
    assert find(panel, QLabel, "several_title").text() == "2 selected"
    shown = {label.text() for label in panel.several.findChildren(QLabel)}
    assert {"Linear", "ReLU", "Parameters", "80"} <= shown
