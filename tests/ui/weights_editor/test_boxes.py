"""The boxes in which parameters are drawn anew or loaded: a look first, then one undoable step."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot
from torch import nn

from nnbuilder.catalog.initializers import INITIALIZERS
from nnbuilder.graph.edits import RemoveNodes
from nnbuilder.graph.graph import NodeId
from nnbuilder.protocol.parameters import ParameterKey
from nnbuilder.ui.weights_editor import InitializeDialog, LoadDialog
from tests.ui.weights_editor.test_editor import Hand, by_hand


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    """The editor with its first answer."""
    made = Hand(qtbot, tmp_path)
    yield made
    made.parameters.close()


def shown(hand: Hand, dialog: QDialog) -> None:
    """Shows a box, answered once."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    hand.qtbot.addWidget(dialog)
    dialog.show()
    hand.settle()


def initializing(hand: Hand, several: tuple[ParameterKey, ...] = ()) -> InitializeDialog:
    """The box on the chosen parameter."""
    assert hand.parameters.chosen is not None
    dialog = InitializeDialog(hand.parameters, hand.parameters.chosen, several)
    shown(hand, dialog)
    return dialog


def choose(hand: Hand, dialog: InitializeDialog, scheme: str) -> None:
    """Chooses a scheme."""
    dialog.scheme.show_value(scheme)
    dialog.scheme.activated.emit(dialog.scheme.currentIndex())
    hand.settle()


def test_a_scheme_is_seen_before_it_is_used(hand: Hand) -> None:
    dialog = initializing(hand)
    choose(hand, dialog, "xavier_normal_")
    torch.manual_seed(7)
    drawn = nn.init.xavier_normal_(torch.empty(12, 2))
    assert dialog.preview.will_be.text().endswith(f"mean {drawn.mean():.3f}, std {drawn.std():.3f}")
    assert "std = 1 · √(2 / (2 + 12)) = 0.378" in dialog.preview.worked.text()
    assert dialog.preview.code.text().endswith("nn.init.xavier_normal_(model[0].weight, gain=1.0)")
    assert hand.document.project.weights is None
    assert dialog.take.isEnabled()
    QTest.keyClick(dialog.take, Qt.Key.Key_Space)
    hand.settle()
    assert torch.equal(hand.stored("n1", "weight"), drawn)
    assert hand.document.undo_stack.undoText() == "Re-initialize 0.weight"
    assert not dialog.isVisible()
    hand.document.undo_stack.undo()
    assert hand.document.project.weights is None


def test_arguments_are_those_of_the_scheme(hand: Hand) -> None:
    dialog = initializing(hand)
    for name, spec in INITIALIZERS.items():
        choose(hand, dialog, name)
        assert list(dialog.form.rows) == [arg.name for arg in spec.args]
        assert dialog.summary.text() == spec.summary
    choose(hand, dialog, "normal_")
    dialog.form.edited.emit("std", 0.25)
    hand.settle()
    torch.manual_seed(7)
    drawn = nn.init.normal_(torch.empty(12, 2), 0.0, 0.25)
    assert dialog.preview.will_be.text().endswith(f"std {drawn.std():.3f}")
    dialog.form.reset.emit("std")
    assert dialog.change.args["std"] == 1.0


def test_the_whole_network_begins_as_a_seed_says(hand: Hand) -> None:
    dialog = initializing(hand)
    dialog.reach.setCurrentIndex(dialog.reach.count() - 1)
    assert len(dialog.keys) == 6
    dialog.seed.setValue(8)
    QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert not hand.said
    hand.settle()
    dialog.take.click()
    hand.settle()
    torch.manual_seed(8)
    theirs = nn.Sequential(
        nn.Linear(2, 12), nn.Unflatten(1, (3, 4)), nn.Conv1d(3, 2, 3), nn.Flatten(), nn.Linear(4, 2)
    )
    assert torch.equal(hand.stored("n1", "weight"), theirs.get_parameter("0.weight"))
    assert torch.equal(hand.stored("n5", "bias"), theirs.get_parameter("4.bias"))
    assert hand.document.undo_stack.undoText() == "Re-initialize the whole network"


def test_a_new_seed_and_the_projects(hand: Hand) -> None:
    dialog = initializing(hand)
    before = dialog.preview.will_be.text()
    dialog.fresh.click()
    hand.settle()
    assert dialog.seed.value() != 7
    assert dialog.preview.will_be.text() != before
    dialog.same.click()
    hand.settle()
    assert (dialog.seed.value(), dialog.preview.will_be.text()) == (7, before)


def test_what_a_scheme_does_not_take_is_told_and_cannot_be_used(hand: Hand) -> None:
    hand.open("n1", "bias")
    dialog = initializing(hand)
    choose(hand, dialog, "kaiming_uniform_")
    assert "needs a tensor of at least 2 dimensions, and 0.bias has 1" in dialog.preview.refusal.text()
    assert not dialog.take.isEnabled()
    choose(hand, dialog, "zeros_")
    assert dialog.preview.refusal.isHidden()
    assert dialog.take.isEnabled()


def test_several_are_drawn_in_the_networks_order(hand: Hand) -> None:
    rows = hand.parameters.listing.parameters if hand.parameters.listing else ()
    dialog = initializing(hand, (rows[4].key, rows[0].key))
    choose(hand, dialog, "normal_")
    dialog.take.click()
    hand.settle()
    torch.manual_seed(7)
    first, second = nn.init.normal_(torch.empty(12, 2)), nn.init.normal_(torch.empty(2, 4))
    assert torch.equal(hand.stored("n1", "weight"), first)
    assert torch.equal(hand.stored("n5", "weight"), second)
    assert hand.document.undo_stack.undoText() == "Re-initialize the 2 that are selected"


def test_a_file_is_seen_before_it_is_taken(hand: Hand, tmp_path: Path) -> None:
    numbers = np.arange(24, dtype=np.float32).reshape(12, 2)
    np.savez(tmp_path / "w.npz", one=numbers, two=2 * numbers)
    rows = hand.parameters.listing.parameters if hand.parameters.listing else ()
    dialog = LoadDialog(hand.parameters, rows[0], tmp_path / "w.npz")
    shown(hand, dialog)
    assert dialog.preview.will_be.text().startswith("0.000 to 23.000")
    assert [dialog.name.itemData(at) for at in range(dialog.name.count())] == ["", "one", "two"]
    dialog.name.setCurrentIndex(2)
    dialog.name.activated.emit(2)
    hand.settle()
    dialog.take.click()
    hand.settle()
    assert torch.equal(hand.stored("n1", "weight"), torch.from_numpy(2 * numbers))
    assert hand.document.undo_stack.undoText() == "Load 0.weight from w.npz"


def test_a_file_that_lies_the_other_way_round(hand: Hand, tmp_path: Path) -> None:
    numbers = np.arange(24, dtype=np.float32).reshape(2, 12)
    np.save(tmp_path / "w.npy", numbers)
    rows = hand.parameters.listing.parameters if hand.parameters.listing else ()
    dialog = LoadDialog(hand.parameters, rows[0], tmp_path / "w.npy")
    shown(hand, dialog)
    assert "with rows and columns exchanged it would fit" in dialog.preview.refusal.text()
    assert not dialog.take.isEnabled()
    dialog.transposed.setFocus()
    QTest.keyClick(dialog.transposed, Qt.Key.Key_Space)
    hand.settle()
    dialog.take.click()
    hand.settle()
    assert torch.equal(hand.stored("n1", "weight"), torch.from_numpy(numbers.T))


def test_a_box_follows_the_network(hand: Hand) -> None:
    dialog = initializing(hand)
    assert "normal_" not in dialog.preview.code.text()
    hand.editor.cell.all_meant.emit(3.0)
    hand.settle()
    assert dialog.preview.was.text().startswith("3.000 to 3.000")
    hand.document.apply(RemoveNodes((NodeId("n1"),)))
    hand.settle()
    assert "Provided sizes [3, 4]" in dialog.preview.refusal.text()
    assert not dialog.take.isEnabled()


def test_cancel_leaves_everything(hand: Hand) -> None:
    dialog = initializing(hand)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    hand.settle()
    assert hand.document.project.weights is None
    weight = by_hand().get_parameter("0.weight").detach().double().numpy()
    np.testing.assert_array_equal(hand.editor.model.matrix, weight)


def test_everything_has_a_name(hand: Hand) -> None:
    dialog = initializing(hand)
    choose(hand, dialog, "trunc_normal_")
    controls = (
        dialog.reach,
        dialog.scheme,
        dialog.seed,
        dialog.fresh,
        dialog.same,
        dialog.cancel,
        dialog.take,
    )
    for control in controls:
        assert control.objectName()
        assert control.toolTip()
    assert all(field.accessibleName() for field in dialog.form.findChildren(QDoubleSpinBox))
    assert dialog.form.findChildren(QWidget)
