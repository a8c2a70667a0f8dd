"""Problems where the network meets its loss, each held against what torch really does."""

import math

import pytest
import torch
from torch import nn

from nnbuilder.data.spec import DataProfile
from nnbuilder.graph.graph import Node, NodeId
from nnbuilder.project.project import Project
from tests.engine.drawings import IRIS, LETTER, MOONS, SINE, Drawn, answer, codes, fixed, found, project

N2 = NodeId("n2")
LOSS_ID = NodeId("loss")


def ending(*last: Drawn, loss: str = "CrossEntropyLoss", width: int = 3) -> Project:
    """A Linear of this width, what follows it, and the loss."""
    return project(("Linear", {"out_features": width}), *last, loss=loss)


def titles(subject: Project, code: str, profile: DataProfile | None = IRIS) -> list[str]:
    """The titles of the fixes of the only problem with this code."""
    return [fix.title for fix in found(subject, code, profile).fixes]


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
        (ending("Tanh", loss="HuberLoss", width=1), SINE),
        (ending("Sigmoid", loss="MSELoss", width=1), SINE),
        (ending(), None),
    ],
)
def test_networks_that_are_right_have_no_problem(subject: Project, profile: DataProfile | None) -> None:
    if profile is None:
        subject = project(("Linear", {"out_features": 3}), shape=(4,))
    assert answer(subject, profile).problems == ()


@pytest.mark.parametrize("last", ["Softmax", "Sigmoid"])
def test_raw_scores_squeezed_before_cross_entropy(last: str) -> None:
    subject = ending(last)
    problem = found(subject, f"{last.lower()}-before-loss")
    assert problem.message == (
        f"CrossEntropyLoss expects raw scores and applies log-softmax itself: after {last} the scores "
        "lie between 0 and 1, so the loss can never come near 0 and the network learns slowly."
    )
    assert (problem.severity, problem.node) == ("warning", N2)
    assert titles(subject, problem.code) == [f"Remove {last}"]
    sure = nn.CrossEntropyLoss()(torch.eye(3), torch.arange(3))  # the best that such a layer can give
    assert math.isclose(sure.item(), math.log(math.e + 2) - 1, rel_tol=1e-6)
    assert sure > 0.5
    assert nn.CrossEntropyLoss()(100 * torch.eye(3), torch.arange(3)) < 1e-6


def test_log_softmax_before_cross_entropy_changes_nothing() -> None:
    subject = ending("LogSoftmax")
    problem = found(subject, "log-softmax-before-loss")
    assert problem.message == (
        "CrossEntropyLoss applies log-softmax itself: LogSoftmax before it changes nothing and can go."
    )
    assert problem.severity == "note"
    scores = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    loss, targets = nn.CrossEntropyLoss(), torch.arange(8) % 3
    torch.testing.assert_close(loss(scores.log_softmax(-1), targets), loss(scores, targets))


def test_sigmoid_before_the_loss_that_has_one() -> None:
    subject = ending("Sigmoid", loss="BCEWithLogitsLoss", width=1)
    problem = found(subject, "sigmoid-before-loss", MOONS)
    assert "so one class is never predicted" in problem.message
    assert titles(subject, problem.code, MOONS) == ["Remove Sigmoid"]
    scores = torch.linspace(-50, 50, 101)
    assert scores.sigmoid().sigmoid().min() >= 0.5


def test_probabilities_are_missing() -> None:
    subject = ending(loss="BCELoss", width=1)
    problem = found(subject, "missing-sigmoid", MOONS)
    assert (problem.severity, problem.node, problem.arg) == ("error", LOSS_ID, "loss")
    assert titles(subject, problem.code, MOONS) == ["Insert Sigmoid before Loss", "Use BCEWithLogitsLoss"]
    with pytest.raises(RuntimeError, match="between 0 and 1"):
        nn.BCELoss()(torch.tensor([[1.5]]), torch.tensor([[1.0]]))


def test_log_probabilities_are_missing() -> None:
    subject = ending(loss="NLLLoss")
    problem = found(subject, "missing-log-softmax")
    assert problem.severity == "warning"
    assert titles(subject, problem.code) == ["Insert LogSoftmax before Loss", "Use CrossEntropyLoss"]
    assert nn.NLLLoss()(torch.full((1, 3), 1e6), torch.tensor([0])) == -1e6  # below any that it should reach


@pytest.mark.parametrize(("last", "always"), [("Softmax", 1), ("LogSoftmax", 0)])
@pytest.mark.parametrize("loss", ["BCELoss", "BCEWithLogitsLoss"])
def test_softmax_of_one_value_is_constant(last: str, always: int, loss: str) -> None:
    subject = ending(last, loss=loss, width=1)
    problem = found(subject, "constant-output", MOONS)
    assert f"{last} of a single value is always {always}" in problem.message
    assert codes(subject, MOONS) == ["constant-output"]
    made = getattr(nn, last)(-1)(torch.randn(5, 1, generator=torch.Generator().manual_seed(0)))
    assert made.tolist() == [[float(always)]] * 5
    fix = problem.fixes[0]
    assert fix.title == (f"Use Sigmoid instead of {last}" if loss == "BCELoss" else f"Remove {last}")
    assert codes(fixed(subject, fix), MOONS) == []


@pytest.mark.parametrize("last", ["Softmax", "LogSoftmax"])
def test_softmax_before_a_regression(last: str) -> None:
    subject = project(("Linear", {"out_features": 3}), last, loss="MSELoss", shape=(4,))
    problem = found(subject, "softmax-regression", None)
    assert problem.message == f"{last} ties its outputs together, so they cannot take any value."
    assert [fix.title for fix in problem.fixes] == [f"Remove {last}"]


@pytest.mark.parametrize(
    ("loss", "profile", "says", "first"),
    [
        ("MSELoss", IRIS, "MSELoss compares numbers, but the target of iris is a class.", "CrossEntropyLoss"),
        ("BCELoss", IRIS, "BCELoss is for two classes, but iris has 3.", "CrossEntropyLoss"),
        ("CrossEntropyLoss", SINE, "CrossEntropyLoss is for classes, but y of sine is a number.", "MSELoss"),
        (
            "BCEWithLogitsLoss",
            SINE,
            "BCEWithLogitsLoss is for classes, but y of sine is a number.",
            "MSELoss",
        ),
        (
            "L1Loss",
            MOONS,
            "L1Loss compares numbers, but the target of moons is a class.",
            "BCEWithLogitsLoss",
        ),
    ],
)
def test_a_loss_that_cannot_take_the_target(loss: str, profile: DataProfile, says: str, first: str) -> None:
    subject = ending(loss=loss, width=1)
    problem = found(subject, "loss-target", profile)
    assert problem.message == says
    assert codes(subject, profile) == ["loss-target"]
    assert titles(subject, "loss-target", profile)[0] == f"Use {first}"


def test_a_number_is_no_class_for_torch() -> None:
    with pytest.raises(RuntimeError, match="Float"):
        nn.NLLLoss()(torch.zeros(2, 3), torch.zeros(2))


def test_too_few_outputs() -> None:
    subject = project(("Linear", {"out_features": 5}), ("Linear", {"out_features": 2}), "ReLU")
    problem = found(subject, "output-size")
    assert problem.message == (
        "The network ends with N×2, but CrossEntropyLoss on iris needs N×3: "
        "one number for each of the 3 classes."
    )
    assert (problem.severity, problem.node) == ("error", N2)
    assert titles(subject, "output-size") == [
        "Set out_features of Linear to 3",
        "Insert Linear with 3 outputs before Loss",
    ]
    with pytest.raises(IndexError, match="Target 2 is out of bounds"):
        nn.CrossEntropyLoss()(torch.zeros(1, 2), torch.tensor([2]))


def test_more_outputs_than_the_loss_compares() -> None:
    subject = ending(loss="BCEWithLogitsLoss", width=2)
    assert titles(subject, "output-size", MOONS) == [
        "Set out_features of Linear to 1",
        "Use CrossEntropyLoss",
        "Insert Linear with 1 output before Loss",
    ]
    with pytest.raises(ValueError, match="must be the same as input size"):
        nn.BCEWithLogitsLoss()(torch.zeros(4, 2), torch.zeros(4, 1))


def test_an_output_with_too_many_dimensions_is_flattened() -> None:
    subject = project(("Linear", {"out_features": 1}), shape=(3, 1))
    problem = found(
        subject,
        "output-size",
        DataProfile("x", "classification", (3,), 9, 9, 0, 0, "", classes=("a", "b", "c")),
    )
    assert "Insert Flatten before Loss" in [fix.title for fix in problem.fixes]


def test_an_image_is_flattened_before_the_first_layer() -> None:
    subject = project(
        ("Linear", {"out_features": 8}), "ReLU", ("Linear", {"out_features": 3}), shape=(2, 3, 4)
    )
    problem = found(subject, "output-size", LETTER)
    assert [fix.title for fix in problem.fixes] == [
        "Insert Flatten before Linear",
        "Insert Flatten and Linear with 3 outputs before Loss",
        "Insert AdaptiveAvgPool2d (1), Flatten and Linear with 3 outputs before Loss",
    ]
    after = answer(fixed(subject, problem.fixes[0]), LETTER)
    assert [layer.layer for layer in after.analysis.layers] == ["Flatten", "Linear", "ReLU", "Linear"]
    assert after.problems == ()


@pytest.mark.parametrize("layers", [(), ("ReLU",), ("Flatten", "Dropout")])
def test_nothing_to_train(layers: tuple[str, ...]) -> None:
    subject = project(*layers)
    problem = found(subject, "no-parameters")
    assert codes(subject) == ["no-parameters"]
    assert [fix.title for fix in problem.fixes] == ["Insert Linear with 3 outputs before Loss"]
    after = fixed(subject, problem.fixes[0])
    assert codes(after) == []
    with pytest.raises(ValueError, match="empty parameter list"):
        torch.optim.Adam(nn.ReLU().parameters())


def test_nothing_is_said_of_the_end_while_a_layer_fails() -> None:
    subject = project(Node(N2, "Linear", {"in_features": 9, "out_features": 7}), "Softmax", loss="MSELoss")
    assert codes(subject) == ["shape-mismatch"]
