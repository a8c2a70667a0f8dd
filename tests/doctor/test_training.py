"""Choices out of proportion: trained by torch as they are and as they are mended."""

import math

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.data.spec import DataProfile
from nnbuilder.engine.batches import count_batches, pieces
from tests.doctor.patients import advice, codes, cured, linear, only, with_training
from tests.engine.drawings import IRIS, MOONS, SINE, Drawn, answer, project

NET = (linear(8), "ReLU", linear(3))
SMALL = msgspec.structs.replace(IRIS, rows=10, training=10, validation=0)


@pytest.mark.parametrize(
    ("optimizer", "rate", "what"),
    [
        ("Adam", 0.5, "jump past every minimum"),
        ("Adam", 1e-6, "hardly move"),
        ("AdamW", 1.0, "jump past"),
        ("SGD", 3.0, "jump past"),
        ("SGD", 1e-5, "hardly move"),
        ("SGD", 0.0, "nothing is learned"),
        ("RMSprop", 0.5, "jump past"),
        ("Adagrad", 1e-5, "hardly move"),
    ],
)
def test_a_learning_rate_far_outside_the_usual(optimizer: str, rate: float, what: str) -> None:
    subject = with_training(project(*NET), optimizer=optimizer, optimizer_args={"lr": rate})
    problem = only(advice(subject), "learning-rate")
    assert what in problem.message
    assert (problem.path, problem.arg) == ("training.optimizer_args.lr", "lr")
    [(title, changed)] = cured(subject, "learning-rate").items()
    assert title.startswith("Set the learning rate to 0.0")
    default = next(arg.default for arg in OPTIMIZERS[optimizer].args if arg.name == "lr")
    assert changed.training.optimizer_args == {"lr": default}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_default_is_usual(optimizer: str) -> None:
    assert codes(advice(with_training(project(*NET), optimizer=optimizer, optimizer_args={}))) == []


@pytest.mark.parametrize(("optimizer", "rate"), [("SGD", 1.0), ("SGD", 1e-4), ("Adam", 0.1), ("Adam", 1e-5)])
def test_the_ends_of_the_usual_are_usual(optimizer: str, rate: float) -> None:
    assert codes(advice(with_training(project(*NET), optimizer=optimizer, optimizer_args={"lr": rate}))) == []


def test_the_optimizers_rate_does_not_matter_where_a_schedule_has_its_own() -> None:
    wild = with_training(project(*NET), optimizer="SGD", optimizer_args={"lr": 100.0})
    for name, told in (("StepLR", ["learning-rate"]), ("OneCycleLR", []), ("CyclicLR", [])):
        training = msgspec.structs.replace(wild.training, lr_scheduler=name)
        assert codes(advice(msgspec.structs.replace(wild, training=training))) == told


def test_what_torch_makes_of_such_rates() -> None:
    usual, wild, timid = (_trained(rate) for rate in (1e-2, 10.0, 1e-6))
    assert usual < 0.01
    assert wild > 0.1
    assert timid > 0.1


def _trained(rate: float) -> float:
    """The loss after 500 steps of Adam on a sine."""
    torch.manual_seed(0)
    x = torch.linspace(-1, 1, 64).reshape(-1, 1)
    y, model = torch.sin(3 * x), nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    for _ in range(500):
        optimizer.zero_grad()
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        optimizer.step()
    value = loss.item()
    return value if math.isfinite(value) else math.inf


def test_a_batch_larger_than_the_data() -> None:
    subject = with_training(project(*NET), batch_size=121)
    problem = only(advice(subject), "batch-larger-than-data")
    assert problem.message == (
        "A batch of 121 is larger than the 120 rows for training: each epoch is a single step over all "
        "of them."
    )
    [changed] = cured(subject, problem.code).values()
    assert changed.training.batch_size == 30
    assert count_batches(120, 121) == 1
    assert count_batches(120, 30) == 4
    assert len(pieces(torch.arange(120), 121)) == 1


def test_a_batch_as_large_as_the_data_is_a_choice() -> None:
    assert codes(advice(with_training(project(*NET), batch_size=120))) == []
    assert codes(advice(with_training(project(*NET, shape=(4,)), batch_size=10**6), None)) == []


def test_far_more_parameters_than_samples() -> None:
    subject = project(linear(64), "ReLU", linear(3))
    problem = only(advice(subject, SMALL), "many-parameters")
    assert problem.severity == "note"
    assert problem.message == (
        "The network has 515 parameters for 10 training samples, 51 for each: it can learn them by heart."
    )
    titles = [fix.title for fix in problem.fixes]
    assert titles == ["Insert Dropout before Linear", "Make hidden layers 2 times narrower"]
    changed = cured(subject, "many-parameters", SMALL)[titles[1]]
    assert answer(changed, SMALL).analysis.parameters == 259
    assert "many-parameters" not in codes(advice(project(*NET), SMALL))
    assert "many-parameters" not in codes(advice(subject))
    helped = project(linear(64), "ReLU", "Dropout", linear(3))
    assert "many-parameters" not in codes(advice(helped, SMALL))


def test_a_large_network_learns_noise_by_heart() -> None:
    torch.manual_seed(0)
    x, y = torch.randn(10, 4), torch.arange(10) % 2
    model = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(300):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), y)
        loss.backward()
        optimizer.step()
    assert loss < 0.05  # though there is nothing to learn


@pytest.mark.parametrize(
    ("layers", "loss", "profile", "what"),
    [
        ((linear(3),), "CrossEntropyLoss", IRIS, "logistic regression: one weighted sum for each score"),
        ((linear(1),), "BCEWithLogitsLoss", MOONS, "logistic regression: one weighted sum for each score"),
        ((linear(1), "Sigmoid"), "BCELoss", MOONS, "logistic regression: a weighted sum, squeezed between"),
        ((linear(3), "LogSoftmax"), "NLLLoss", IRIS, "logistic regression: one weighted sum for each class"),
        ((linear(1),), "MSELoss", SINE, "linear regression: the prediction is a weighted sum"),
    ],
)
def test_a_network_without_a_hidden_layer_has_a_name(
    layers: tuple[Drawn, ...], loss: str, profile: DataProfile, what: str
) -> None:
    subject = project(*layers, loss=loss)
    problem = only(advice(subject, profile), "linear-model")
    assert problem.severity == "note"
    assert f"This network is {what}" in problem.message
    assert list(cured(subject, "linear-model", profile)) == ["Insert a hidden layer of 16 with ReLU"]


def test_a_network_with_a_hidden_layer_is_no_linear_model() -> None:
    assert codes(advice(project(*NET))) == []
    squeezed = project(linear(1), "Tanh", loss="MSELoss")
    assert "linear-model" not in codes(advice(squeezed, SINE))


def test_a_linear_and_a_sigmoid_are_logistic_regression() -> None:
    """The same as scikit-learn's, which finds the one minimum of a convex loss."""
    from sklearn.linear_model import LogisticRegression

    generator = torch.Generator().manual_seed(0)
    x = torch.randn(80, 2, generator=generator)
    y = (x[:, 0] + torch.randn(80, generator=generator) > 0).float()
    model = nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(500):
        optimizer.zero_grad()
        nn.BCELoss()(model(x)[:, 0], y).backward()
        optimizer.step()
    known = LogisticRegression(C=1e9).fit(x.numpy(), y.numpy())
    found = model.state_dict()["0.weight"][0]
    assert torch.allclose(found, torch.tensor(known.coef_[0], dtype=torch.float32), atol=0.02)


def test_what_no_line_separates_a_linear_model_does_not_learn() -> None:
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([0, 1, 1, 0])
    torch.manual_seed(0)
    plain, bent = nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 2))
    right = []
    for model in (plain, bent):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        for _ in range(300):
            optimizer.zero_grad()
            nn.CrossEntropyLoss()(model(x), y).backward()
            optimizer.step()
        right.append(int((model(x).argmax(1) == y).sum()))
    assert right[0] < 4
    assert right[1] == 4
