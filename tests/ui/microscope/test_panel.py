"""The microscope panel as a user has it: walking, choosing, stepping, and what cannot be."""

import os
import signal
from collections.abc import Iterator

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QPushButton
from torch import nn

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.actions import MENUS
from nnbuilder.ui.common import colors
from nnbuilder.ui.microscope.panel import place_words
from tests.engine.samples import chain, make_project
from tests.ui.microscope.desk import Desk, sit_down
from tests.ui.microscope.near import Near
from tests.ui.workbench import Open, find

SMALL = chain(("Linear", {"out_features": 3}), ("Tanh", {}), ("Linear", {"out_features": 2}))
PROJECT = make_project(SMALL, optimizer="SGD")


@pytest.fixture
def desk(open_bench: Open) -> Iterator[Desk]:
    """A panel that has had its first answer."""
    desk = sit_down(open_bench(PROJECT), Near)
    yield desk
    desk.scope.close()


@pytest.fixture
def far_desk(open_bench: Open) -> Iterator[Desk]:
    """A panel with a real process behind it."""
    desk = sit_down(open_bench(PROJECT))
    yield desk
    desk.scope.close()


def by_hand() -> nn.Sequential:
    """The network as a script would write it."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))


def test_a_typed_row_from_its_pass_to_a_smaller_loss(desk: Desk) -> None:
    desk.type("microscope_rows", "[[0.3471, 0.4547]]")
    desk.type("microscope_targets", "1")
    model, x = by_hand(), torch.tensor([[0.3471, 0.4547]])
    first = model[0](x)[0, 0].item()
    assert f"= {first:.4g}  ✓" in desk.text
    assert desk.bench.selection.nodes == (NodeId("n1"),)
    desk.press("microscope_next")
    assert f"before: z[0, 0] = {first:.4g}" in desk.text
    assert desk.panel.curve.isVisible()
    desk.press("microscope_whole")
    before = nn.functional.cross_entropy(model(x), torch.tensor([1])).item()
    assert desk.loss == before
    assert f"= {before:.4g}  ✓" in desk.text
    assert not desk.panel.curve.isVisible()
    for node in ("n3", "n2", "n1"):
        desk.press("microscope_next")
        assert desk.bench.selection.nodes == (NodeId(node),)
    assert "∂loss/∂weight[0, 0]" in desk.text
    desk.press("microscope_next")
    assert "One step of SGD" in desk.text
    assert "≠" not in desk.text
    desk.press("microscope_apply_all")
    assert desk.bench.document.project.weights is not None
    desk.settle()
    assert desk.loss < before
    assert desk.said == [f"The loss falls from {before:.6g} to {desk.loss:.6g}; Undo takes the step back."]
    desk.bench.document.undo_stack.undo()
    desk.settle()
    assert desk.loss == before
    assert desk.bench.document.project.weights is None


def test_a_chosen_number_is_worked_out(desk: Desk) -> None:
    table = desk.panel.made.table
    table.setCurrentIndex(desk.panel.made.model.index(3, 2))
    desk.settle()
    assert "Neuron 2, row 3" in desk.text
    assert desk.panel.made.model.chosen == (3, 2)
    desk.scope.visit(desk.scope.walk[-2])
    desk.settle()
    desk.panel.made.choice.setCurrentIndex(2)
    desk.panel.made.choice.activated.emit(2)
    assert desk.panel.made.choice.currentText() == "weight.grad"
    desk.panel.made.table.setCurrentIndex(desk.panel.made.model.index(1, 1))
    desk.settle()
    assert "∂loss/∂weight[1, 1]" in desk.text
    assert "≠" not in desk.text


def test_two_quick_presses_are_one_step_and_the_button_keeps_the_focus(desk: Desk) -> None:
    desk.scope.visit(desk.scope.walk[-1])
    desk.settle()
    button = find(desk.panel, QPushButton, "microscope_apply_all")
    button.setFocus()
    for _ in range(2):
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert button.isEnabled()
    desk.settle()
    desk.bench.qtbot.waitUntil(lambda: desk.bench.document.undo_stack.count() == 1, timeout=20_000)
    desk.settle()
    assert button.hasFocus()


def test_a_selection_that_comes_back_leaves_the_update_where_it_is(desk: Desk) -> None:
    desk.scope.visit(desk.scope.walk[-1])
    desk.settle()
    lit = desk.bench.selection.nodes
    desk.bench.selection.set(())
    desk.bench.selection.set(lit)
    desk.settle()
    assert desk.scope.place.stage == "update"


def test_every_box_to_tick_can_be_seen_in_the_dark(desk: Desk) -> None:
    boxes = desk.panel.findChildren(QCheckBox)
    assert {box.objectName() for box in boxes} >= {"microscope_train", "microscope_accumulate"}
    colors.use(colors.DARK)
    try:
        for box in boxes:
            assert box.palette().base().color() != colors.DARK.color("field"), box.objectName()
    finally:
        colors.use(colors.LIGHT)


def test_no_key_of_the_panel_is_a_menu_s(desk: Desk) -> None:
    menus = {f"Alt+{title[0]}" for title in MENUS}
    keys = {button.shortcut().toString() for button in desk.panel.findChildren(QPushButton)} - {""}
    assert len(keys) == 3
    assert not keys & menus


def test_a_step_that_changes_nothing_says_so(desk: Desk) -> None:
    desk.scope.applied.emit(0.5, 0.5)
    assert desk.said == ["The loss stays at 0.5; Undo takes the step back."]


def test_the_way_back_leads_past_stops_that_cannot_be(desk: Desk) -> None:
    desk.type("microscope_rows", "[[0.5, 0.5]]")
    desk.press("microscope_whole")
    assert "There is no target" in desk.text
    assert place_words(desk.scope.place) == "Loss"
    desk.press("microscope_next")
    assert place_words(desk.scope.place) == "2 Linear backward"
    assert "There is no target" in desk.text
    desk.press("microscope_back")
    desk.press("microscope_back")
    assert place_words(desk.scope.place) == "2 Linear forward"
    assert "✓" in desk.text


def test_one_weight_by_hand(desk: Desk) -> None:
    desk.scope.visit(desk.scope.walk[-1])
    desk.settle()
    find(desk.panel, QCheckBox, "microscope_by_hand").setChecked(True)
    desk.settle()
    before = desk.loss
    assert "w = " in desk.text
    assert "0.1·" in desk.text
    desk.press("microscope_apply_weight")
    desk.settle()
    assert desk.loss != before
    assert desk.bench.document.undo_stack.undoText() == "Change weights"


def test_a_layer_that_is_selected_is_looked_at(desk: Desk) -> None:
    desk.bench.select("n3")
    desk.settle()
    assert place_words(desk.scope.place) == "2 Linear forward"
    QTest.keyClick(desk.panel, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    desk.bench.qtbot.waitUntil(lambda: place_words(desk.scope.place) == "1 Tanh forward", timeout=20_000)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("microscope_rows", "[[1, 2], [3]]", "ragged"),
        ("microscope_rows", "[[1, 2, 3]]", "mat1 and mat2"),
        ("microscope_rows", "data:999", "rows 0 to 89"),
        ("microscope_targets", "x", "no target"),
    ],
)
def test_what_cannot_be_is_a_sentence(desk: Desk, name: str, text: str, said: str) -> None:
    desk.type(name, text)
    assert said in desk.text
    assert not desk.panel.made.isEnabled()  # its numbers are those of before
    desk.type(name, "" if name == "microscope_targets" else "data:0")
    assert "✓" in desk.text
    assert desk.panel.made.isEnabled()


def test_a_killed_process_costs_a_sentence(far_desk: Desk) -> None:
    desk = far_desk
    os.kill(desk.scope.pid, signal.SIGKILL)
    desk.bench.qtbot.waitUntil(lambda: bool(desk.scope.trouble), timeout=20_000)
    assert "has ended" in desk.text
    desk.type("microscope_rows", "data:1")
    assert "✓" in desk.text


def test_nothing_is_asked_while_it_is_hidden(desk: Desk) -> None:
    desk.panel.hide()
    desk.scope.ask(unit=2)
    assert not desk.scope.waiting
    desk.panel.show()
    desk.settle()
    assert "Neuron 2" in desk.text


def test_another_project_is_looked_at_from_its_start(desk: Desk) -> None:
    desk.type("microscope_rows", "data:3")
    desk.scope.visit(desk.scope.walk[-1])
    desk.settle()
    desk.panel.worked.setFocus()
    desk.bench.document.new(PROJECT)
    desk.settle()
    assert desk.panel.rows.text() == "data:0:8"
    assert place_words(desk.scope.place) == "0 Linear forward"
    assert not desk.panel.update_bar.reaches.isVisible()
