"""The network as it is drawn: sizes, weights, parameters, activations, ends (rows 7 to 18)."""

import re

import msgspec
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sklearn.linear_model import LogisticRegression
from torch import nn

from nnbuilder.data.spec import BuiltinData
from nnbuilder.graph.graph import NodeId
from nnbuilder.ui.algebra import AlgebraDialog
from tests.concepts.lab import SMALL, Lab, data_of, twin
from tests.engine.samples import chain, make_project

IRIS = make_project(
    chain(("Linear", {"out_features": 5}), ("ReLU", {}), ("Linear", {"out_features": 4})), BuiltinData("iris")
)


def test_row_7_inputs_are_features_and_outputs_are_classes(lab: Lab) -> None:
    lab.open(IRIS)
    analysis = lab.session.analysis
    assert analysis.profile is not None
    assert analysis.analysis.input is not None
    assert analysis.analysis.input.shape == (None, len(analysis.profile.features)) == (None, 4)
    lab.open(msgspec.structs.replace(IRIS, graph=chain(("Linear", {"out_features": 2}))))
    [problem] = [one for one in analysis.problems if one.severity == "error"]
    assert "needs N×3: one number for each of the 3 classes" in problem.message
    lab.trigger("network.problem")
    lab.picture("row-07")
    lab.select("n1")
    lab.fix(f"Set out_features of Linear to {len(analysis.profile.classes)}")
    lab.until(lambda: lab.errors == [])
    assert lab.graph.nodes[NodeId("n1")].args["out_features"] == 3


def test_row_8_linear_is_a_product_and_a_bias(lab: Lab) -> None:
    x, first = torch.tensor([[0.3471, 0.4547], [1.0, -2.0]]), twin(SMALL)[0]
    assert isinstance(first, nn.Linear)
    lab.looks("[[0.3471, 0.4547], [1.0, -2.0]]")
    torch.testing.assert_close(lab.tensor("weight"), first.weight.detach(), rtol=0, atol=0)
    torch.testing.assert_close(lab.tensor("bias"), first.bias.detach(), rtol=0, atol=0)
    lab.click_number(lab.scope.made, 1, 2)
    w, b = first.weight[2].tolist(), first.bias[2].item()
    line = f"y[1, 2] = 1·{_in(w[0])} + (-2)·{_in(w[1])} + {_in(b)} = {first(x)[1, 2].item():.4g}  ✓"
    assert line in lab.worked
    assert "y[i, j] = Σ x[i, k]·W[j, k] + b[j]" in lab.worked
    torch.testing.assert_close(lab.tensor("Output"), (x @ first.weight.T + first.bias).detach())
    lab.picture("row-08")


def test_row_11_stacking_and_hidden_layers(lab: Lab) -> None:
    facts = dict(lab.overview())
    assert facts["Depth"] == "2 layers with weights, 1 hidden layer: 2 → 3 → 2"
    lab.trigger("view.code")
    lab.until(lambda: "nn.Sequential" in lab.source)
    assert "nn.Linear(2, 3)" in lab.source
    lab.picture("row-11")
    lab.write_source(
        lab.source.replace("nn.Linear(2, 3)", "nn.Linear(2, 6)").replace("nn.Linear(3, 2)", "nn.Linear(6, 2)")
    )
    lab.until(lambda: lab.graph.nodes[NodeId("n1")].args.get("out_features") == 6)
    lab.analyzed()
    lab.select()
    assert dict(lab.overview())["Depth"].endswith("2 → 6 → 2")


def test_row_12_the_output_of_one_layer_is_the_input_of_the_next(lab: Lab) -> None:
    edges = lab.window.panels.canvas.canvas.edges
    assert [edges.look(edge).label for edge in edges.edges] == ["N×2", "N×3", "N×3", "N×2"]
    broken = chain(("Linear", {"out_features": 3}), ("Linear", {"in_features": 5, "out_features": 2}))
    lab.open(msgspec.structs.replace(SMALL, graph=broken))
    [problem] = [one for one in lab.session.analysis.problems if one.severity == "error"]
    assert problem.torch is not None
    rows = re.search(r"\((\d+)x3 and 5x2\)", problem.torch)
    assert rows is not None
    with pytest.raises(RuntimeError, match=re.escape(problem.torch)):
        nn.Linear(5, 2)(torch.zeros(int(rows[1]), 3))
    assert problem.node == NodeId("n2")
    lab.select("n2")
    lab.picture("row-12")
    lab.fix("Set in_features to 3")
    lab.until(lambda: lab.errors == [])


def test_row_13_parameters_are_counted_with_a_formula(lab: Lab) -> None:
    wide = make_project(
        chain(("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 2})),
        BuiltinData("wine"),
    )
    wide = msgspec.structs.replace(
        wide, graph=chain(("Linear", {"out_features": 4}), ("ReLU", {}), ("Linear", {"out_features": 3}))
    )
    lab.open(wide)
    lab.select("n1")
    first, last = nn.Linear(13, 4), nn.Linear(4, 3)
    count = sum(one.numel() for one in first.parameters())
    assert lab.label("parameter_lines").startswith("(13 + 1) * 4")
    assert lab.window.panels.inspector.page._parameters.corner.text() == f"{count}"
    total = count + sum(one.numel() for one in last.parameters())
    lab.select()
    assert dict(lab.overview())["Parameters"].startswith(f"{total}")
    lab.picture("row-13")


def test_row_16_an_activation_is_a_curve_with_these_numbers_on_it(lab: Lab) -> None:
    x = torch.tensor([[0.3471, 0.4547], [1.0, -2.0]])
    lab.looks("[[0.3471, 0.4547], [1.0, -2.0]]")
    lab.go_to("forward", "n2")
    z = twin(SMALL)[0](x).detach()
    curve = next(one.curve for one in lab.looked.worked if one.curve)
    marked = torch.tensor(curve.marks)
    torch.testing.assert_close(marked[0, 0], z[0, 0])
    torch.testing.assert_close(marked[:, 1], torch.tanh(marked[:, 0]), rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(torch.tensor(curve.y), torch.tanh(torch.tensor(curve.x)), rtol=1e-5, atol=1e-6)
    assert lab.tensor("Input").shape == lab.tensor("Output").shape
    assert lab.scope.curve.isVisible()
    lab.picture("row-16")


def test_row_17_probabilities_sum_to_one(lab: Lab) -> None:
    lab.looks("[[0.3471, 0.4547]]", "1")
    lab.go_to("loss")
    scores = twin(SMALL)(torch.tensor([[0.3471, 0.4547]])).detach()
    share = torch.softmax(scores, dim=-1)[0]
    for number in share.tolist():
        assert f"{number:.4g}" in lab.worked
    assert "= 1" in lab.worked
    lab.picture("row-17")
    lab.show(lab.window.panels.problems)
    lab.open(
        msgspec.structs.replace(
            SMALL, graph=chain(("Linear", {"out_features": 2}), ("Softmax", {"dim": None}))
        )
    )
    assert "softmax-dim" in [one.code for one in lab.session.analysis.problems]
    lab.select("n2")
    lab.picture("row-17-dim")
    lab.fix("Set dim to -1 (the last dimension)")
    assert lab.graph.nodes[NodeId("n2")].args["dim"] == -1
    assert "softmax-dim" not in [one.code for one in lab.session.analysis.problems]


def test_row_15_linear_layers_alone_collapse_into_one(lab: Lab) -> None:
    pair = make_project(chain(("Linear", {"out_features": 5}), ("Linear", {"out_features": 2})))
    lab.open(pair)
    assert "linear-after-linear" in [one.code for one in lab.session.analysis.problems]
    box = algebra(lab)
    page = box.collapse
    lab.until(lambda: page.found is not None)
    first, second = twin(pair)
    assert isinstance(first, nn.Linear)
    assert isinstance(second, nn.Linear)
    w = (second.weight.double() @ first.weight.double()).tolist()
    b = (second.weight.double() @ first.bias.double() + second.bias.double()).tolist()
    numbers = page.table.numbers
    for row in range(2):
        cells = [numbers.index(row, column).data() for column in range(3)]
        assert cells == [f"{one:.4f}" for one in (*w[row], b[row])]
    assert page.agreement.text().startswith("The same: over 64 training rows")
    lab.picture("row-15", box)
    lab.choose(page.between_box, "Tanh")
    assert "Not the same: Tanh changes" in page.agreement.text()
    lab.picture("row-15-tanh", box)
    lab.choose(page.between_box, "")
    QTest.mouseClick(page.replace, Qt.MouseButton.LeftButton)
    lab.until(lambda: len(lab.graph.nodes) == 3)
    lab.analyzed()
    box.close()
    lab.looks("data:0:4")
    wanted = twin(pair)(lab.tensor("Input")).detach()
    torch.testing.assert_close(lab.tensor("Output"), wanted, rtol=1e-5, atol=1e-6)


def test_row_18_linear_and_sigmoid_are_logistic_regression(lab: Lab) -> None:
    single = make_project(chain(("Linear", {"out_features": 1}), ("Sigmoid", {}), loss="BCELoss"), epochs=2)
    lab.open(single)
    [note] = [one for one in lab.session.analysis.problems if one.code == "linear-model"]
    assert note.severity == "note"
    assert "logistic regression" in note.message
    lab.train()
    assert lab.session.run.losses.values[-1] < lab.session.run.losses.values[0]
    lab.show(lab.window.panels.problems)
    lab.picture("row-18")
    box = algebra(lab)
    box.tabs.setCurrentIndex(1)
    page = box.regression
    lab.until(lambda: page.found is not None)
    x, y = data_of(single)
    fitted = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(x.double().numpy(), y.numpy())
    wanted = [*fitted.coef_[0], fitted.intercept_[0]]
    for row, number in enumerate(wanted):
        for column in range(2):  # PyTorch's and scikit-learn's
            assert float(page.table.numbers.index(row, column).data()) == pytest.approx(number, abs=2e-3)
    lab.picture("row-18-both", box)
    box.close()


def algebra(lab: Lab) -> AlgebraDialog:
    """The box about linear algebra, as the menu opens it."""
    lab.trigger("network.algebra")
    [box] = [one for one in lab.window.findChildren(AlgebraDialog) if one.isVisible()]
    return box


def _in(number: float) -> str:
    """A number as it stands in a sum."""
    return f"({number:.4g})" if number < 0 else f"{number:.4g}"
