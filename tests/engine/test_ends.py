"""Problems where the network meets its loss, each held against what torch really does."""

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


@pytest.mark.parametrize(
    ("loss", "profile", "says", "first"),
    [
        (
            "MSELoss",
            IRIS,
            "MSELoss compares numbers, but the target of iris is a class.",
            "CrossEntropyLoss with 3 outputs",
        ),
        ("BCELoss", IRIS, "BCELoss is for two classes, but iris has 3.", "CrossEntropyLoss with 3 outputs"),
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
    assert codes(fixed(subject, problem.fixes[0]), profile) == []


def test_other_data_of_another_kind_take_one_fix() -> None:
    subject = project(("Linear", {"out_features": 10}), "ReLU", ("Linear", {"out_features": 10}))
    problem = found(subject, "loss-target", SINE)
    assert [fix.title for fix in problem.fixes] == ["Use MSELoss with 1 output", "Use L1Loss with 1 output"]
    after = fixed(subject, problem.fixes[0])
    assert codes(after, SINE) == []
    assert after.graph.nodes[NodeId("n3")].args["out_features"] == 1
    assert after.graph.nodes[NodeId("n1")].args["out_features"] == 10


def test_where_no_layer_has_a_width_the_loss_alone_is_changed() -> None:
    subject = project("Flatten", "Tanh", shape=(1,))
    assert titles(subject, "loss-target", SINE) == ["Use MSELoss", "Use L1Loss"]


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
