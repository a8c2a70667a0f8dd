"""What the last layers make of the numbers before the loss, each held against what torch really does."""

import math

import pytest
import torch
from torch import nn

from nnbuilder.data.spec import DataProfile, ToyData
from nnbuilder.doctor.evidence import Evidence, Facts, Targets
from nnbuilder.graph.graph import NodeId
from nnbuilder.project.project import Project
from tests.doctor.patients import advice, codes, cured, linear, on_data, only, says, second_look
from tests.engine.drawings import IRIS, MOONS, SINE, Drawn, fixed, project

N2 = NodeId("n2")
HIDDEN = (linear(8), "ReLU")


def ending(*last: Drawn, loss: str = "CrossEntropyLoss", width: int = 3) -> Project:
    """A hidden layer, a Linear of this width, what follows it, and the loss."""
    return project(*HIDDEN, linear(width), *last, loss=loss)


@pytest.mark.parametrize(
    ("subject", "profile"),
    [
        (ending(), IRIS),
        (ending("LogSoftmax", loss="NLLLoss"), IRIS),
        (ending("LogSoftmax", "Identity", loss="NLLLoss"), IRIS),
        (ending(width=2), MOONS),
        (ending(loss="BCEWithLogitsLoss", width=1), MOONS),
        (ending("Sigmoid", loss="BCELoss", width=1), MOONS),
        (ending("Sigmoid", "Flatten", loss="BCELoss", width=1), MOONS),
        (ending(loss="MSELoss", width=1), SINE),
    ],
)
def test_of_networks_that_are_right_nothing_is_said(subject: Project, profile: DataProfile) -> None:
    assert codes(advice(subject, profile)) == []


@pytest.mark.parametrize("last", ["Softmax", "Sigmoid"])
def test_raw_scores_squeezed_before_cross_entropy(last: str) -> None:
    subject = ending(last)
    problem = only(advice(subject), f"{last.lower()}-before-loss")
    assert problem.message == (
        f"CrossEntropyLoss expects raw scores and applies log-softmax itself: after {last} the scores "
        "lie between 0 and 1, so the loss can never come near 0 and the network learns slowly."
    )
    assert (problem.severity, problem.node) == ("warning", NodeId("n4"))
    assert list(cured(subject, problem.code)) == [f"Remove {last}"]
    sure = nn.CrossEntropyLoss()(torch.eye(3), torch.arange(3))  # the best that such a layer can give
    assert math.isclose(sure.item(), math.log(math.e + 2) - 1, rel_tol=1e-6)
    assert round(sure.item(), 2) == 0.55
    assert nn.CrossEntropyLoss()(100 * torch.eye(3), torch.arange(3)) < 1e-6


def test_log_softmax_before_cross_entropy_changes_nothing() -> None:
    subject = ending("LogSoftmax")
    problem = only(advice(subject), "log-softmax-before-loss")
    assert problem.message == (
        "CrossEntropyLoss applies log-softmax itself: LogSoftmax before it changes nothing and can go."
    )
    assert problem.severity == "note"
    assert list(cured(subject, problem.code)) == ["Remove LogSoftmax"]
    scores = torch.randn(8, 3, generator=torch.Generator().manual_seed(0), requires_grad=True)
    loss, targets = nn.CrossEntropyLoss(), torch.arange(8) % 3
    twice, once = loss(scores.log_softmax(-1), targets), loss(scores, targets)
    torch.testing.assert_close(twice, once)
    torch.testing.assert_close(*(torch.autograd.grad(value, scores)[0] for value in (twice, once)))


def test_sigmoid_before_the_loss_that_has_one() -> None:
    subject = ending("Sigmoid", loss="BCEWithLogitsLoss", width=1)
    problem = only(advice(subject, MOONS), "sigmoid-before-loss")
    assert "so one class is never predicted" in problem.message
    assert list(cured(subject, problem.code, MOONS)) == ["Remove Sigmoid"]
    assert torch.linspace(-50, 50, 101).sigmoid().sigmoid().min() >= 0.5


def test_probabilities_are_missing() -> None:
    subject = ending(loss="BCELoss", width=1)
    problem = only(advice(subject, MOONS), "missing-sigmoid")
    assert (problem.severity, problem.node, problem.arg) == ("error", NodeId("loss"), "loss")
    assert list(cured(subject, problem.code, MOONS)) == [
        "Insert Sigmoid before Loss",
        "Use BCEWithLogitsLoss",
    ]
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        nn.BCELoss()(torch.tensor([[1.5]]), torch.tensor([[1.0]]))


def test_log_probabilities_are_missing() -> None:
    subject = ending(loss="NLLLoss")
    problem = only(advice(subject), "missing-log-softmax")
    assert problem.severity == "warning"
    titles = ["Insert LogSoftmax before Loss", "Use CrossEntropyLoss"]
    assert list(cured(subject, problem.code)) == titles
    assert nn.NLLLoss()(torch.full((1, 3), 1e6), torch.tensor([0])) == -1e6  # below any that it should reach


@pytest.mark.parametrize(("last", "always"), [("Softmax", 1), ("LogSoftmax", 0)])
@pytest.mark.parametrize("loss", ["BCELoss", "BCEWithLogitsLoss"])
def test_softmax_of_one_value_is_constant(last: str, always: int, loss: str) -> None:
    subject = ending(last, loss=loss, width=1)
    problem = only(advice(subject, MOONS), "constant-output")
    assert problem.message.startswith(f"{last} of a single value is always {always}:")
    assert codes(advice(subject, MOONS)) == ["constant-output"]
    title = f"Use Sigmoid instead of {last}" if loss == "BCELoss" else f"Remove {last}"
    assert list(cured(subject, problem.code, MOONS)) == [title]
    made = getattr(nn, last)(-1)(torch.randn(5, 1, generator=torch.Generator().manual_seed(0)))
    assert made.tolist() == [[float(always)]] * 5


@pytest.mark.parametrize("last", ["Softmax", "LogSoftmax"])
def test_softmax_before_a_regression(last: str) -> None:
    subject = project(*HIDDEN, linear(3), last, loss="MSELoss", shape=(4,))
    problem = only(advice(subject, None), "softmax-regression")
    assert problem.message == f"{last} ties its outputs together, so they cannot take any value."
    assert list(cured(subject, problem.code, None)) == [f"Remove {last}"]
    x = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(x.softmax(-1).sum(-1), torch.ones(4))


@pytest.mark.parametrize(
    ("last", "says_so"),
    [
        ("ReLU", "ReLU gives nothing below 0"),
        ("Tanh", "Tanh gives only numbers from -1 to 1"),
        ("SiLU", "SiLU gives nothing below -0.278"),
    ],
)
def test_scores_that_are_cut_off(last: str, says_so: str) -> None:
    subject = ending(last)
    assert only(advice(subject), "bounded-scores").message.startswith(says_so)
    assert list(cured(subject, "bounded-scores")) == [f"Remove {last}"]


def test_relu_before_a_softmax_head() -> None:
    subject = ending("ReLU", "LogSoftmax", loss="NLLLoss")
    assert only(advice(subject), "bounded-scores").node == NodeId("n4")
    for last in ("LeakyReLU", "PReLU"):
        assert codes(advice(ending(last, "LogSoftmax", loss="NLLLoss"))) == []
    scores = torch.tensor([[-2.0, -3.0, -1.0]], requires_grad=True)
    loss = nn.NLLLoss()(scores.relu().log_softmax(-1), torch.tensor([0]))
    (gradient,) = torch.autograd.grad(loss, scores)
    assert math.isclose(loss.item(), math.log(3), rel_tol=1e-6)
    assert not gradient.any()  # three wrong scores, and nothing can put them right
    best = nn.CrossEntropyLoss()(torch.tensor([[1.0, -1.0, -1.0]]), torch.tensor([0]))
    assert best > 0.2  # the least that tanh leaves


def test_dropout_at_the_output() -> None:
    for loss, profile, width in (("MSELoss", SINE, 1), ("CrossEntropyLoss", IRIS, 3)):
        subject = ending(("Dropout", {"p": 0.3}), loss=loss, width=width)
        assert "makes 30% of the answers zero" in only(advice(subject, profile), "dropout-at-output").message
        assert list(cured(subject, "dropout-at-output", profile)) == ["Remove Dropout"]
        still = ending(("Dropout", {"p": 0.0}), loss=loss, width=width)
        assert codes(advice(still, profile)) == []
    assert codes(advice(project(*HIDDEN, "Dropout", linear(3)))) == []
    torch.manual_seed(0)
    right = torch.ones(4000, 1)
    assert nn.MSELoss()(nn.Dropout(0.3)(right), right) > 0.3  # p / (1 - p) for an answer that is right


@pytest.mark.parametrize("last", ["ReLU", "Sigmoid", "Tanh"])
def test_an_activation_at_the_output_of_a_regression(last: str) -> None:
    subject = on_data(project(*HIDDEN, linear(1), last, loss="MSELoss"), ToyData("sine"))
    problem = only(second_look(subject), "activation-at-output")
    assert problem.severity == "warning"
    [fix] = problem.fixes
    assert fix.title == f"Remove {last}"
    assert "activation-at-output" not in codes(second_look(fixed(subject, fix)))
    targets = torch.tensor([[-1.5], [1.5]])
    reach = getattr(nn, last)()(torch.linspace(-99, 99, 999))
    floor = sum((reach - target).square().min() for target in targets) / 2
    assert floor > 0.1  # of the loss, whatever the layers before it learn


def test_an_activation_that_reaches_all_targets() -> None:
    subject = ending("Sigmoid", loss="MSELoss", width=1)
    fits = Evidence(Facts(targets=Targets("float32", (1,), 0.1, 0.9)))
    beyond = Evidence(Facts(targets=Targets("float32", (1,), -0.5, 0.9)))
    assert says(subject, "activation-at-output", fits, SINE) == []
    [text] = says(subject, "activation-at-output", beyond, SINE)
    assert text == (
        "Sigmoid gives only numbers from 0 to 1, but the targets run from -0.5 to 0.9: those outside can "
        "never be predicted."
    )
    assert says(ending("LeakyReLU", loss="MSELoss", width=1), "activation-at-output", beyond, SINE) == []
    assert says(subject, "activation-at-output", Evidence(), SINE) == []


def test_nothing_is_said_of_the_end_while_something_else_is_wrong_there() -> None:
    for subject in (ending("Softmax", loss="MSELoss"), project("Softmax"), project(linear(9, in_features=3))):
        assert codes(advice(subject)) == []
