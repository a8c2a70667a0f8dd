"""The numbers that a network learns: where they come from, all of them, changed by hand (rows 9 and 30)."""

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from torch import nn

from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.weights_editor import InitializeDialog
from tests.concepts.lab import SMALL, Lab, data_of, twin


def opened(lab: Lab, node: str = "n1") -> torch.Tensor:
    """Opens the table of parameters at a layer; the numbers of its first one as they are shown."""
    lab.trigger("view.parameters")
    lab.select(node)
    lab.until(lambda: not lab.session.parameters.waiting and lab.window.panels.parameters.model.rows)
    lab.until(lambda: lab.editor.model.row is not None and lab.editor.model.row.key.node == NodeId(node))
    return shown(lab)


def shown(lab: Lab) -> torch.Tensor:
    """The numbers in the editor."""
    return torch.from_numpy(lab.editor.model.array.copy())


def test_row_9_weights_start_random_from_a_seed(lab: Lab) -> None:
    first = twin(SMALL)[0]
    assert isinstance(first, nn.Linear)
    assert "seed 0" in lab.window.bar.state.pill.text()
    assert torch.equal(opened(lab), first.weight.detach())
    lab.picture("row-09")
    lab.editor.table.setCurrentIndex(lab.editor.model.index(1, 0))
    field = lab.find(QLineEdit, "weight_value")
    lab.retype(field, "0.75")
    lab.until(lambda: lab.session.document.project.weights is not None)
    lab.until(lambda: bool(shown(lab)[1, 0] == 0.75))
    changed = first.weight.detach().clone()
    changed[1, 0] = 0.75
    assert torch.equal(shown(lab), changed)
    lab.trigger("edit.undo")
    lab.until(lambda: torch.equal(shown(lab), first.weight.detach()))


def initializing(lab: Lab) -> InitializeDialog:
    """The box that is open, on the whole network."""
    [box] = [one for one in lab.window.findChildren(InitializeDialog) if one.isVisible()]
    box.reach.setCurrentIndex(box.reach.count() - 1)
    box.reach.activated.emit(box.reach.currentIndex())
    return box


def test_row_9_weights_are_drawn_anew(lab: Lab) -> None:
    before = opened(lab)
    lab.press("weights_initialize")
    box = initializing(lab)
    box.seed.setValue(5)
    lab.until(box.take.isEnabled)
    lab.picture("row-09-again", box)
    lab.press("initialize_take", box)
    torch.manual_seed(5)
    other = nn.Linear(2, 3)
    lab.until(lambda: torch.equal(shown(lab), other.weight.detach()))
    lab.press("weights_initialize")
    box = initializing(lab)
    lab.press("initialize_same_seed", box)
    lab.until(box.take.isEnabled)
    lab.press("initialize_take", box)
    lab.until(lambda: torch.equal(shown(lab), before))
    assert lab.session.document.project.training.seed == SMALL.training.seed


def test_row_30_all_parameters_in_a_table(lab: Lab) -> None:
    opened(lab)
    model, (x, y) = twin(SMALL), data_of(SMALL)
    count = SMALL.training.batch_size
    loss = nn.functional.cross_entropy(model(x[:count]), y[:count])
    torch.autograd.backward(loss)
    rows = lab.window.panels.parameters.model.rows
    named = dict(model.named_parameters())
    assert [row.full for row in rows] == list(named)
    for row in rows:
        tensor = named[row.full]
        numbers = tensor.detach()
        assert (row.shape, row.numel) == (tuple(tensor.shape), tensor.numel())
        assert (row.dtype, row.device, row.requires_grad) == ("float32", "cpu", tensor.requires_grad)
        found = (row.minimum, row.mean, row.maximum, row.spread)
        wanted = (numbers.min(), numbers.mean(), numbers.max(), numbers.std())
        assert found == pytest.approx([one.item() for one in wanted], rel=1e-5)
        assert tensor.grad is not None
        assert row.gradient == pytest.approx(tensor.grad.norm().item(), rel=1e-5)
    total = sum(one.numel() for one in model.parameters())
    assert f"{total}" in lab.label("parameters_total")
    assert "(2 + 1)" in lab.label("parameters_formula")
    table = lab.window.panels.parameters.table
    QTest.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    lab.picture("row-30")
