"""The loop's lines lead through a step, round to the next batch, and show what a forgotten line does."""

from collections.abc import Iterator

import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QPushButton, QSlider
from torch import nn

from nnbuilder.ui.common.typed_edit import TypedEdit
from tests.engine.samples import chain, data_of, make_project
from tests.ui.microscope.desk import Desk, sit_down
from tests.ui.microscope.near import Near
from tests.ui.workbench import Open, find

SMALL = chain(("Linear", {"out_features": 3}), ("Tanh", {}), ("Linear", {"out_features": 2}))
PROJECT = make_project(SMALL, optimizer="SGD")


@pytest.fixture
def desk(open_bench: Open) -> Iterator[Desk]:
    """A panel that has had its first answer."""
    desk = sit_down(open_bench(PROJECT), Near, 1200, 330)
    yield desk
    desk.scope.close()


def click(desk: Desk, number: int) -> None:
    """Clicks a line of the loop."""
    line = find(desk.panel, QAbstractButton, f"microscope_line_{number}")
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    desk.settle()


def lit(desk: Desk) -> list[str]:
    """The lines that are lit."""
    return [line.text().strip() for line in desk.panel.loop.lines if line.lit]


def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    """The batches of the first epoch of a textbook loop."""
    data = data_of(PROJECT).train
    order = torch.randperm(len(data.x), generator=torch.Generator().manual_seed(0))
    parts = [order[start : start + 16] for start in range(0, len(order), 16)]
    return [(torch.from_numpy(data.x)[rows], torch.from_numpy(data.y)[rows]) for rows in parts]


def test_a_click_on_a_line_goes_there_and_lights_it(desk: Desk) -> None:
    assert lit(desk) == ["output = model(x)"]
    for number, stage in ((4, "backward"), (5, "update"), (3, "loss"), (1, "zero_grad"), (2, "forward")):
        click(desk, number)
        assert desk.scope.place.stage == stage
        assert lit(desk) == [desk.panel.loop.lines[number].text().strip()]
    line = desk.panel.loop.lines[5]
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Space)
    desk.settle()
    assert desk.scope.place.stage == "update"


def test_the_loop_goes_round_as_training_does(desk: Desk) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    QTest.keyClick(desk.panel, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    desk.bench.qtbot.waitUntil(lambda: desk.panel.rows.text() == "batch:0", timeout=20_000)
    desk.settle()
    for x, y in batches()[:3]:
        assert desk.scope.place.stage == "zero_grad"
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        torch.autograd.backward(loss)
        click(desk, 3)
        assert desk.loss == loss.item()
        optimizer.step()
        click(desk, 5)
        desk.press("microscope_apply_all")
        click(desk, 0)
    assert desk.panel.rows.text() == "batch:3"
    assert "after: weight.grad = None" in desk.text


def test_without_zero_grad_gradients_add_up_on_the_screen(desk: Desk) -> None:
    desk.press("microscope_batch")
    assert "weight.grad = None" in desk.text
    box = find(desk.panel, QCheckBox, "microscope_accumulate")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center() - box.rect().center() / 1.1)
    desk.settle()
    assert desk.scope.wish.accumulate
    assert lit(desk) == ["# optimizer.zero_grad()"]
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    told = []
    for x, y in batches()[:2]:
        torch.autograd.backward(nn.functional.cross_entropy(model(x), y))
        grad = model[0].get_parameter("weight").grad
        assert grad is not None
        told.append(f"{grad[0, 0].item():.4g}")
    click(desk, 5)
    click(desk, 0)
    assert f"weight.grad[0, 0] = {told[0]}: it stays" in desk.text
    click(desk, 5)
    assert "Without zero_grad() gradients add up" in desk.text
    assert f"= {told[1]}  ✓" in desk.text
    assert "≠" not in desk.text
    click(desk, 4)
    assert "Why not" in desk.text
    assert "≠" not in desk.text


def test_a_step_without_zero_grad_is_undone_with_its_gradients(desk: Desk) -> None:
    desk.scope.ask(accumulate=True)
    click(desk, 5)
    desk.press("microscope_apply_all")
    desk.settle()
    assert [one.stepped for one in desk.scope.carried] == [True]
    desk.bench.document.undo_stack.undo()
    desk.settle()
    assert desk.scope.carried == ()


def test_the_rate_by_slider_and_by_number(desk: Desk) -> None:
    click(desk, 5)
    find(desk.panel, QCheckBox, "microscope_by_hand").click()
    slider = find(desk.panel, QSlider, "microscope_rate_slider")
    number = find(desk.panel, TypedEdit, "microscope_rate")
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_PageUp)
    desk.settle()
    assert (number.value, desk.scope.wish.lr) == (1.0, 1.0)
    assert "- 1·" in desk.text
    number.setFocus()
    number.selectAll()
    QTest.keyClicks(number, "0.037")
    QTest.keyClick(number, Qt.Key.Key_Return)
    desk.settle()
    assert desk.scope.wish.lr == 0.037
    assert 10 ** (slider.value() / 20) == pytest.approx(0.037, rel=0.06)
    assert "0.037·" in desk.text


def test_a_rate_is_typed_as_python_writes_it_and_nothing_else_is_taken(desk: Desk) -> None:
    said: list[str] = []
    desk.panel.said.connect(said.append)
    click(desk, 5)
    find(desk.panel, QCheckBox, "microscope_by_hand").click()
    number = find(desk.panel, TypedEdit, "microscope_rate")
    apply_all = find(desk.panel, QPushButton, "microscope_apply_all")
    number.selectAll()
    QTest.keyClicks(number, "1e-3")
    QTest.keyClick(number, Qt.Key.Key_Return)
    desk.settle()
    assert desk.scope.wish.lr == 0.001
    assert "0.001·" in desk.text
    for wrong in ("0,05", "-1", "1e9", "fast"):
        number.selectAll()
        QTest.keyClicks(number, wrong)
        QTest.keyClick(number, Qt.Key.Key_Return)
        desk.settle()
        assert number.text() == wrong
        assert said[-1].startswith("lr takes a number at least 0 and at most 1000, not ")
        assert not apply_all.isEnabled()
    QTest.keyClick(number, Qt.Key.Key_Escape)
    desk.settle()
    assert (number.text(), desk.scope.wish.lr, said[-1]) == ("0.001", 0.001, "")
    assert apply_all.isEnabled()
