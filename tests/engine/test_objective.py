"""Class weights and L1, against scikit-learn's weights and loops written by hand."""

from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch import nn

from nnbuilder.data.spec import BuiltinData, DataSpec, Split
from nnbuilder.engine.objective import balanced, penalty
from nnbuilder.engine.setup import TrainingError
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project, TrainingConfig
from tests.engine.samples import chain, data_of

BUILTIN = {"iris": BuiltinData("iris"), "breast_cancer": BuiltinData("breast_cancer")}

PLAIN = TrainingConfig("SGD", {"lr": 0.1}, 32, 3, seed=2)


def project_with(loss: str, **fields: Any) -> Project:
    """One layer, and for losses of log-probabilities the second that makes them."""
    source = "breast_cancer" if loss == "BCEWithLogitsLoss" else "iris"
    outputs = 1 if loss == "BCEWithLogitsLoss" else 3
    last = [("LogSoftmax", {"dim": 1})] if loss == "NLLLoss" else []
    graph = chain(("Linear", {"out_features": outputs}), *last, loss=loss)
    training = msgspec.structs.replace(PLAIN, **fields)
    return Project(graph, DataSpec(BUILTIN[source], Split(0.2, stratify=False)), training)


def by_hand(project: Project, loss: nn.Module, l1: float = 0.0) -> list[float]:
    """The losses of a loop as one writes it."""
    part = data_of(project).train
    x, y = torch.from_numpy(part.x), torch.from_numpy(part.y)
    if isinstance(loss, nn.BCEWithLogitsLoss):
        y = y.float().reshape(-1, 1)
    torch.manual_seed(2)
    layers = [nn.Linear(x.shape[1], 1 if y.is_floating_point() else 3)]
    model = nn.Sequential(*layers, *([nn.LogSoftmax(1)] if isinstance(loss, nn.NLLLoss) else []))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, fused=True)
    shuffle = torch.Generator().manual_seed(2)
    losses = []
    for _ in range(3):
        for rows in torch.split(torch.randperm(len(x), generator=shuffle), 32):
            optimizer.zero_grad()
            value = loss(model(x[rows]), y[rows])
            size = sum(weight.abs().sum() for weight in model.parameters())
            torch.autograd.backward(value + l1 * size if l1 else value)
            optimizer.step()
            losses.append(value.item())
    return losses


def losses_of(project: Project) -> list[float]:
    """The losses of all steps of the app."""
    return [result.loss for result in Trainer(project, data_of(project)).steps()]


def sklearn_weights(project: Project) -> torch.Tensor:
    """The balanced weights of scikit-learn, in the precision that is trained in."""
    y = data_of(project).train.y
    return torch.from_numpy(compute_class_weight("balanced", classes=np.unique(y), y=y)).float()


@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "NLLLoss", "MultiMarginLoss"])
@pytest.mark.parametrize("weights", ["balanced", (1.0, 2.5, 0.25)])
def test_weights_of_classes_are_torchs(loss: str, weights: Any) -> None:
    project = project_with(loss, class_weights=weights)
    given = sklearn_weights(project) if weights == "balanced" else torch.tensor(weights)

    assert losses_of(project) == by_hand(project, getattr(nn, loss)(weight=given))
    assert losses_of(project) != losses_of(project_with(loss))


@pytest.mark.parametrize("weights", ["balanced", (0.5, 3.0)])
def test_two_classes_with_one_output_weigh_each_sample_by_its_class(weights: Any) -> None:
    project = project_with("BCEWithLogitsLoss", class_weights=weights)
    given = sklearn_weights(project) if weights == "balanced" else torch.tensor(weights)

    class Weighed(nn.BCEWithLogitsLoss):
        def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:  # noqa: A002
            each = nn.functional.binary_cross_entropy_with_logits(input, target, reduction="none")
            return (each * given[target.long()]).mean()

    np.testing.assert_allclose(losses_of(project), by_hand(project, Weighed()), rtol=1e-5)
    assert losses_of(project) != losses_of(project_with("BCEWithLogitsLoss"))


def test_balanced_weights_are_scikit_learns() -> None:
    y = np.array([0, 0, 0, 0, 1, 2, 2, 0, 0, 2])
    wanted = compute_class_weight("balanced", classes=np.unique(y), y=y)

    np.testing.assert_allclose(balanced(torch.from_numpy(y), 3).numpy(), wanted, rtol=1e-6)


def test_a_class_that_does_not_occur_has_a_finite_weight() -> None:
    assert balanced(torch.tensor([0, 0, 2]), 3).tolist() == [0.5, 1.0, 1.0]


def test_weights_are_those_of_the_training_part_alone() -> None:
    project = project_with("CrossEntropyLoss", class_weights="balanced")
    data = data_of(project)
    counts = np.bincount(data.train.y)
    loss: Any = Trainer(project, data).loss

    assert len(set(counts)) > 1
    np.testing.assert_allclose(loss.weight.numpy(), len(data.train.y) / (3 * counts), rtol=1e-6)


@pytest.mark.parametrize("l1", [0.001, 0.1])
def test_l1_is_a_penalty_on_all_absolute_weights(l1: float) -> None:
    project = project_with("CrossEntropyLoss", l1=l1)

    assert losses_of(project) == by_hand(project, nn.CrossEntropyLoss(), l1)
    assert losses_of(project) != losses_of(project_with("CrossEntropyLoss"))


def test_the_penalty_is_the_sum_that_one_reckons_by_hand() -> None:
    assert penalty([torch.tensor([1.0, -2.0]), torch.tensor([[0.5], [-0.25]])], 2.0).item() == 7.5


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"class_weights": (1.0, 2.0)}, "2 class weights, but 3 classes"),
        ({"class_weights": (1.0,)}, "1 class weights, but 3"),
    ],
)
def test_weights_that_do_not_fit_the_classes_are_refused(fields: dict[str, Any], words: str) -> None:
    project = project_with("CrossEntropyLoss", **fields)
    with pytest.raises(TrainingError, match=words):
        Trainer(project, data_of(project))
