"""What the first batch shows of how a network starts; real data, and torch's own numbers beside ours."""

import math
from pathlib import Path

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.data.spec import CsvData, DataSpec, ToyData
from nnbuilder.doctor.evidence import Evidence, LayerTrial, Trial
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from tests.doctor.patients import codes, linear, moons, on_data, only, says, second_look
from tests.engine.drawings import fixed, project

N2 = NodeId("n2")
RELU = project(linear(8), "ReLU", linear(3))
TANH = project(linear(8), "Tanh", linear(3))


def showing(**shares: float) -> Evidence:
    """A first batch that showed this of the second layer."""
    return Evidence(trial=Trial(16, 1.0, {N2: LayerTrial(**shares)}))


def far_away(tmp_path: Path) -> Project:
    """Two classes of points whose features lie around 10,000, not standardized."""
    lines = [f"{10_000 + row % 7},{10_000 + row % 5},{'ab'[row % 2]}" for row in range(80)]
    (tmp_path / "far.csv").write_text("\n".join(("u,v,kind", *lines)))
    data = DataSpec(CsvData(str(tmp_path / "far.csv"), "kind"), standardize=False)
    return msgspec.structs.replace(project(linear(4), "Tanh", linear(2)), data=data)


def test_an_activation_that_cuts_off_everything() -> None:
    [text] = says(RELU, "dying-relu", showing(dead=1.0, flat=1.0))
    assert text == (
        "All numbers that reach ReLU are cut off for every sample of the first batch: nothing before it can "
        "learn."
    )
    [text] = says(RELU, "dying-relu", showing(dead=0.95, flat=0.97))
    assert text.startswith("95% of the numbers that reach ReLU")
    assert says(RELU, "dying-relu", showing(dead=0.6, flat=0.7)) == []
    assert says(TANH, "dying-relu", showing(dead=1.0, flat=1.0)) == []
    assert says(RELU, "dying-relu", Evidence()) == []


def test_a_relu_behind_a_negative_bias_is_dead_and_a_leaky_one_is_not() -> None:
    subject = moons(linear(4), ("Threshold", {"threshold": 50.0, "value": 0.0}), linear(2))
    problem = only(second_look(subject), "dying-relu")
    assert (problem.severity, problem.node) == ("warning", N2)
    [fix] = [fix for fix in problem.fixes if "LeakyReLU" in fix.title]
    assert "dying-relu" not in codes(second_look(fixed(subject, fix)))
    assert "dying-relu" not in codes(second_look(moons(linear(4), "ReLU", linear(2))))


def test_nothing_in_front_of_a_dead_relu_learns() -> None:
    torch.manual_seed(0)
    gradients = []
    for activation in (nn.ReLU(), nn.LeakyReLU()):
        first = nn.Linear(2, 4)
        nn.init.constant_(first.bias, -50)
        model = nn.Sequential(first, activation, nn.Linear(4, 1))
        model(torch.randn(16, 2)).square().sum().backward()
        assert first.weight.grad is not None
        gradients.append(first.weight.grad.abs().max().item())
    assert gradients[0] == 0
    assert gradients[1] > 0


def test_a_saturated_activation(tmp_path: Path) -> None:
    subject = far_away(tmp_path)
    problem = only(second_look(subject), "saturated-activation")
    assert (problem.severity, problem.node) == ("warning", N2)
    assert [fix.title for fix in problem.fixes] == ["Standardize the data", "Insert LayerNorm before Tanh"]
    for fix in problem.fixes:
        assert "saturated-activation" not in codes(second_look(fixed(subject, fix)))


def test_an_activation_in_its_steep_part() -> None:
    assert codes(second_look(moons(linear(8), "Tanh", linear(2)))) == []
    assert says(TANH, "saturated-activation", showing(dead=0.0, flat=0.5)) == []
    assert len(says(TANH, "saturated-activation", showing(dead=0.0, flat=0.7))) == 1
    assert says(RELU, "saturated-activation", showing(dead=0.0, flat=0.7)) == []


@pytest.mark.parametrize("activation", [nn.Tanh(), nn.Sigmoid()])
def test_a_flat_curve_gives_next_to_no_gradient(activation: nn.Module) -> None:
    def slope(at: float) -> float:
        x = torch.tensor(at, requires_grad=True)
        return torch.autograd.grad(activation(x), x)[0].item()

    assert slope(6.0) < 0.05 * slope(0.0)


def test_a_loss_that_is_not_finite() -> None:
    broken = Evidence(trial=Trial(16, None, {}))
    assert says(RELU, "loss-not-finite", broken) == [
        "The loss of the first batch is not a finite number, so training stops before it has begun."
    ]
    assert says(RELU, "loss-not-finite", Evidence(trial=Trial(16, 1e30, {}))) == []
    scores = torch.full((1, 2), 1e38)
    assert not math.isfinite(nn.MSELoss()(scores, torch.zeros(1, 2)).item())


def test_what_is_too_large_is_said_to_be_and_not_tried() -> None:
    wide = project(linear(2000), "ReLU", linear(2000), "ReLU", linear(2))
    problem = only(second_look(on_data(wide, ToyData("moons", points=90))), "not-tried")
    assert problem.severity == "note"
    assert "more than 2,000,000 parameters" in problem.message
    assert "not-tried" not in codes(second_look(moons(linear(200), "ReLU", linear(2))))
