"""Tensors on the bench: made, named, seen, joined, and what cannot be (rows 1 to 6 and 22)."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.concepts.lab import SMALL, Lab, data_of


def test_row_1_a_tensor_from_a_list(lab: Lab) -> None:
    shown = lab.numbers("a = [[1, 2, 3], [4, 5, 6]]")
    wanted = torch.tensor([[1, 2, 3], [4, 5, 6]])
    assert torch.equal(shown, wanted.float())
    panel = lab.window.panels.bench
    assert panel.model.index(0, 0).data() == "a"
    assert panel.view.facts.text().startswith(f"a:  shape {tuple(wanted.shape)}, int64, cpu")
    assert "A Python list is not a tensor, so torch.tensor([[1, 2, 3], [4, 5, 6]])" in panel.told.note.text()
    lab.choose(panel.view.how, "heat")
    picture = panel.view.picture.grab().toImage()
    assert panel.view.pages.currentWidget() is panel.view.picture
    places = ((x, y) for x in range(picture.width()) for y in range(0, picture.height(), 3))
    assert len({picture.pixel(x, y) for x, y in places}) >= 6
    lab.picture("row-01")
    lab.choose(panel.view.how, "table")


def test_row_2_a_tensor_from_an_array(lab: Lab, tmp_path: Path) -> None:
    made = np.array([[0.5, 1.25], [2.0, -3.0]])
    np.save(tmp_path / "made.npy", made)
    shown = lab.numbers(f'b = torch.from_numpy(np.load("{tmp_path / "made.npy"}"))')
    answer = lab.heard[-1]
    assert answer.value is not None
    assert answer.value.dtype == str(torch.from_numpy(made).dtype).removeprefix("torch.") == "float64"
    assert torch.equal(shown, torch.from_numpy(made).float())
    assert "float64" in " ".join(answer.notes)
    lab.picture("row-02")


def test_row_3_shape_dtype_and_device_stand_beside_every_tensor(lab: Lab) -> None:
    lab.bench("c = torch.zeros(2, 3)")
    assert lab.window.panels.bench.view.facts.text().startswith("c:  shape (2, 3), float32, cpu")
    lab.looks("data:0:4")
    for tensor, view in zip(lab.looked.tensors[:2], (lab.scope.given, lab.scope.made), strict=True):
        assert view.words.text().startswith(f"{tensor.shape} float32, cpu")
    lab.select("n1")
    assert lab.label("shape_lines") == "in  (N, 2) float32 cpu\nout (N, 3) float32 cpu"
    lab.show(lab.window.panels.data)
    facts = dict(lab.window.panels.data.facts.shown)
    x, y = data_of(SMALL)
    assert facts["x for training"] == f"({len(x)}, 2) float32, on cpu"
    assert facts["y for training"] == f"({len(y)},) int64: the index of each row's class, on cpu"
    assert (x.dtype, y.dtype) == (torch.float32, torch.int64)
    edge = lab.window.panels.canvas.canvas.edges.edges[0]
    assert lab.edge_tip(edge).startswith("N×2 float32, on cpu")
    lab.picture("row-03")


def test_row_4_element_wise_and_broadcasting(lab: Lab) -> None:
    a, b = torch.tensor([[0.5, -2.0], [3.0, 0.25]]), torch.tensor([10.0, 20.0])
    lab.bench("a = torch.tensor([[0.5, -2.0], [3.0, 0.25]])")
    lab.bench("b = torch.tensor([10., 20.])")
    for line, result in (("a + b", a + b), ("a - b", a - b), ("a * b", a * b), ("a / b", a / b)):
        torch.testing.assert_close(lab.numbers(line), result, atol=5e-5, rtol=0)
    said = lab.window.panels.bench.told
    assert said.shapes.isVisible()
    assert "repeated" in said.note.text()
    lab.picture("row-04")
    refused = lab.bench("a + torch.ones(3)")
    assert said.message.text().startswith("2 x 2 and 3 do not fit: 2 and 3 clash")
    with pytest.raises(RuntimeError) as error:
        a + torch.ones(3)
    assert refused.torch == str(error.value)
    assert refused.torch in said.torch.toolTip()
    lab.picture("row-04-clash")


def test_row_5_products_and_shapes(lab: Lab) -> None:
    x, y = torch.arange(6.0).reshape(2, 3), torch.tensor([[1.0, -1.0], [2.0, 0.5], [0.0, 3.0]])
    lab.bench("x = torch.arange(6.).reshape(2, 3)")
    lab.bench("y = torch.tensor([[1., -1.], [2., 0.5], [0., 3.]])")
    for line, wanted in (
        ("x.T", x.T),
        ("torch.cat([x, y.T])", torch.cat([x, y.T])),
        ("x.reshape(3, 2)", x.reshape(3, 2)),
        ("x.sum(dim=0)", x.sum(dim=0)),
        ("x.mean()", x.mean()),
        ("x @ y", x @ y),
    ):
        torch.testing.assert_close(lab.numbers(line), wanted, atol=5e-5, rtol=0)
    panel = lab.window.panels.bench
    assert "2 x 3 @ 3 x 2 gives 2 x 2" in panel.told.note.text()
    panel.view.table.setCurrentIndex(panel.view.model.index(1, 0))
    assert panel.told.cell.text() == f"[1, 0]:  3 * 1 + 4 * 2 + 5 * 0  =  {(x @ y)[1, 0].item():.4g}"
    lab.picture("row-05")
    lab.bench("x.numel()")
    assert panel.view.text.toPlainText() == str(x.numel())


def test_row_6_a_list_is_not_a_tensor(lab: Lab) -> None:
    lab.bench("adjustment = torch.ones(1, 2)")
    for line, instead in (
        ("adjustment + [[1, 2]]", "adjustment + torch.tensor([[1, 2]])"),
        ("[[1, 2]].shape", "torch.tensor([[1, 2]]).shape"),
    ):
        answer = lab.bench(line)
        assert "A Python list is not a tensor" in lab.window.panels.bench.told.message.text()
        assert answer.instead == instead
        assert "Traceback" not in answer.message
        lab.picture("row-06")
        lab.press("bench_instead")
        lab.until(lambda: not lab.heard[-1].refused)
        assert lab.window.panels.bench.prompt.text() == instead


def test_row_22_one_hot_and_class_indices(lab: Lab) -> None:
    wanted = nn.functional.one_hot(torch.tensor([2, 0, 1]))
    assert torch.equal(lab.numbers("F.one_hot(torch.tensor([2, 0, 1]))"), wanted.float())
    lab.looks("[[0.5, -1.0]]", "1")
    lab.go_to("loss")
    assert "target: class 1, one-hot [0, 1]" in lab.worked
    assert lab.tensor("Target").tolist() == [1]
    lab.picture("row-22")
