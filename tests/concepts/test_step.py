"""One training step, stop by stop: forward, loss, backward, update (rows 19, 20, 23, 25 to 28)."""

import msgspec
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox
from torch import nn

from nnbuilder.data.spec import ToyData, ToyName
from nnbuilder.graph.graph import ArgValue, NodeId
from nnbuilder.project.project import TrainingConfig
from tests.concepts.lab import SMALL, Lab, twin
from tests.engine.samples import chain, make_project

ROWS = "[[0.3471, 0.4547], [1.0, -2.0]]"
X, Y = torch.tensor([[0.3471, 0.4547], [1.0, -2.0]]), torch.tensor([1, 0])


def test_row_19_before_and_after_an_activation(lab: Lab) -> None:
    lab.looks(ROWS)
    lab.go_to("forward", "n2")
    z = twin(SMALL)[0](X).detach()
    assert torch.equal(lab.tensor("Input"), z)
    assert torch.equal(lab.tensor("Output"), torch.tanh(z))
    assert f"before: z[0, 0] = {z[0, 0].item():.4g}" in lab.worked
    assert f"after: a[0, 0] = tanh({z[0, 0].item():.4g}) = {torch.tanh(z)[0, 0].item():.4g}  ✓" in lab.worked
    lab.picture("row-19")


def test_row_20_forward_layer_by_layer(lab: Lab) -> None:
    model = twin(SMALL)
    lab.looks(ROWS, "[1, 0]")
    seen = X
    for node, module in zip(("n1", "n2", "n3"), model, strict=True):
        assert lab.window.selection.nodes == (NodeId(node),)
        assert torch.equal(lab.tensor("Input"), seen.detach())
        seen = module(seen)
        assert torch.equal(lab.tensor("Output"), seen.detach())
        lab.next()
    assert lab.looked.place.stage == "loss"
    lab.press("microscope_back")
    lab.seen()
    assert lab.looked.place.node == NodeId("n3")
    lab.looks("data:0:2")
    lab.press("microscope_whole")
    lab.seen()
    assert lab.looked.place.stage == "loss"
    assert len(lab.tensor("Output")) == 2
    lab.picture("row-20")


def test_row_20_rows_of_the_bench(lab: Lab) -> None:
    lab.bench("mine = torch.tensor([[0.3471, 0.4547], [1.0, -2.0]])")
    lab.press("bench_to_microscope")
    lab.seen()
    assert lab.window.docks.bottom.currentWidget() is lab.scope
    assert torch.equal(lab.tensor("Input"), X)
    assert torch.equal(lab.tensor("Output"), twin(SMALL)[0](X).detach())


def test_row_23_losses_per_row_and_mean(lab: Lab) -> None:
    lab.looks(ROWS, "[1, 0]")
    lab.go_to("loss")
    output = twin(SMALL)(X)
    rows = nn.functional.cross_entropy(output, Y, reduction="none").tolist()
    mean = nn.CrossEntropyLoss()(output, Y)
    assert lab.tensor("Loss of each row").tolist() == pytest.approx(rows, rel=1e-6)
    share = torch.softmax(output, dim=-1)[0, 1].item()
    assert f"loss = -log({share:.4g}) = {rows[0]:.4g}  ✓" in lab.worked
    assert f"loss = ({rows[0]:.4g} + {rows[1]:.4g})/2 = {mean.item():.4g}  ✓" in lab.worked
    assert lab.looked.loss == mean.item()
    assert mean.shape == ()
    lab.picture("row-23")
    lab.show(lab.window.panels.problems)
    lab.open(make_project(chain(("Linear", {"out_features": 2}), ("Softmax", {"dim": -1}))))
    [problem] = [one for one in lab.session.analysis.problems if one.code == "softmax-before-loss"]
    assert problem.node == NodeId("n2")
    lab.select("n2")
    lab.picture("row-23-softmax")
    lab.fix("Remove Softmax")
    assert NodeId("n2") not in lab.graph.nodes


@pytest.mark.parametrize(
    ("loss", "data", "rows", "targets"),
    [
        ("BCEWithLogitsLoss", "moons", [[0.3471, 0.4547], [1.0, -2.0]], [[1.0], [0.0]]),
        ("MSELoss", "sine", [[0.5], [-1.0]], [[1.5], [0.25]]),
    ],
)
def test_row_23_losses_of_other_tasks(
    lab: Lab, loss: str, data: ToyName, rows: list[list[float]], targets: list[list[float]]
) -> None:
    project = make_project(chain(("Linear", {"out_features": 1}), loss=loss), ToyData(data, points=40))
    lab.open(project)
    lab.looks(str(rows), str(targets))
    lab.go_to("loss")
    output = twin(project)(torch.tensor(rows))
    wanted = getattr(nn, loss)()(output, torch.tensor(targets)).item()
    assert lab.looked.loss == pytest.approx(wanted, rel=1e-6)
    assert f"= {wanted:.4g}  ✓" in lab.worked
    assert "≠" not in lab.worked


def test_row_25_gradients_layer_by_layer(lab: Lab) -> None:
    model = twin(SMALL)
    torch.autograd.backward(nn.functional.cross_entropy(model(X), Y))
    lab.looks(ROWS, "[1, 0]")
    for node, at in (("n3", 2), ("n1", 0)):
        lab.go_to("backward", node)
        layer = model[at]
        assert isinstance(layer, nn.Linear)
        for name, parameter in (("weight", layer.weight), ("bias", layer.bias)):
            assert parameter.grad is not None
            torch.testing.assert_close(lab.tensor(f"{name}.grad"), parameter.grad, rtol=0, atol=0)
        assert layer.weight.grad is not None
        assert "∂loss/∂weight[0, 0] = " in lab.worked
        assert f"= {layer.weight.grad[0, 0].item():.4g}  ✓" in lab.worked
        assert "≠" not in lab.worked
    lab.picture("row-25")


def test_row_26_updating_by_hand(lab: Lab) -> None:
    model = twin(SMALL)
    loss = nn.functional.cross_entropy(model(X), Y)
    torch.autograd.backward(loss)
    layer = model[0]
    assert isinstance(layer, nn.Linear)
    assert layer.weight.grad is not None
    w, g = layer.weight.detach().clone(), layer.weight.grad
    lab.looks(ROWS, "[1, 0]")
    lab.go_to("update")
    lab.find(QCheckBox, "microscope_by_hand").setChecked(True)
    lab.seen()
    new = w - 0.1 * g
    line = f"w = {w[0, 0].item():.4g} - 0.1·({g[0, 0].item():.4g}) = {new[0, 0].item():.4g}  ✓"
    assert line in lab.worked, lab.worked
    lab.picture("row-26")
    assert lab.looked.loss == loss.item()
    lab.press("microscope_apply_weight")
    lab.until(lambda: lab.session.document.project.weights is not None)
    lab.seen()
    with torch.no_grad():
        layer.weight[0, 0] = new[0, 0]
    assert lab.looked.loss == nn.functional.cross_entropy(model(X), Y).item()
    lab.press("microscope_apply_layer")
    lab.until(lambda: lab.looked.steps == 2)
    lab.press("microscope_apply_all")
    lab.until(lambda: lab.looked.steps == 3)
    assert lab.looked.loss is not None
    assert lab.looked.loss < loss.item()
    for _ in range(3):
        lab.trigger("edit.undo")
    lab.seen()
    assert lab.looked.loss == loss.item()
    lab.find(QCheckBox, "microscope_by_hand").setChecked(False)


def test_row_27_inside_a_batch(lab: Lab) -> None:
    lab.looks("data:0:4")
    loop = lab.scope.loop
    lit = {"zero_grad": 1, "forward": 2, "loss": 3, "backward": 4, "update": 5}
    QTest.mouseClick(loop.lines[1], Qt.MouseButton.LeftButton)
    lab.seen()
    assert lab.looked.place.stage == "zero_grad"
    for place in lab.session.microscope.walk:
        assert lab.looked.place == place
        assert [number for number, line in enumerate(loop.lines) if line.lit] == [lit[place.stage]]
        if place.stage != "update":
            lab.next()
    lab.picture("row-27")
    before = lab.gradient()
    QTest.mouseClick(loop.left_out, Qt.MouseButton.LeftButton)
    lab.seen()
    QTest.mouseClick(loop.lines[0], Qt.MouseButton.LeftButton)
    lab.seen()
    QTest.mouseClick(loop.lines[4], Qt.MouseButton.LeftButton)
    lab.seen()
    fresh = lab.gradient()
    now = (before + fresh)[0, 0].item()
    added = " + ".join(f"({one:.4g})" if one < 0 else f"{one:.4g}" for one in (before[0, 0], fresh[0, 0]))
    assert lab.looked.place.node == NodeId("n3")
    assert f"weight.grad[0, 0] = {added} = {now:.4g}  ✓" in lab.worked
    assert "Why not:" in lab.worked
    torch.testing.assert_close(lab.tensor("weight.grad"), before + fresh)
    torch.testing.assert_close(lab.tensor("weight gradient of this pass"), fresh)
    lab.picture("row-27-left-out")
    QTest.mouseClick(loop.left_out, Qt.MouseButton.LeftButton)
    lab.seen()


@pytest.mark.parametrize(
    ("name", "args", "terms"),
    [
        ("SGD", {}, ()),
        ("SGD", {"momentum": 0.9}, ("momentum_buffer",)),
        ("SGD", {"momentum": 0.9, "nesterov": True}, ("momentum_buffer",)),
        ("RMSprop", {}, ("square_avg",)),
        ("Adagrad", {}, ("sum",)),
        ("Adam", {}, ("exp_avg", "exp_avg_sq")),
        ("AdamW", {}, ("exp_avg", "exp_avg_sq")),
    ],
)
def test_row_28_optimizers(lab: Lab, name: str, args: dict[str, ArgValue], terms: tuple[str, ...]) -> None:
    training = TrainingConfig(name, {"lr": 0.01, **args})
    project = msgspec.structs.replace(make_project(chain(("Linear", {"out_features": 2}))), training=training)
    lab.open(project)
    lab.looks(ROWS, "[1, 0]")
    lab.go_to("update")
    lab.press("microscope_apply_all")
    lab.until(lambda: lab.looked.steps == 1)
    model = twin(project)
    optimizer = getattr(torch.optim, name)(model.parameters(), lr=0.01, **args)
    for _ in range(2):
        optimizer.zero_grad()
        torch.autograd.backward(nn.functional.cross_entropy(model(X), Y))
        optimizer.step()
    weight = next(model.parameters())
    torch.testing.assert_close(lab.tensor("weight after"), weight.detach(), rtol=1e-6, atol=1e-9)
    for term in terms:
        assert f"= {optimizer.state[weight][term][0, 0].item():.4g}  ✓" in lab.worked
    assert f"= {weight[0, 0].item():.4g}  ✓" in lab.worked
    assert "≠" not in lab.worked
    lab.picture(f"row-28-{name}-{len(args)}")
