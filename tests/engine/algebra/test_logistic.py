"""Logistic regression by PyTorch, held against scikit-learn and against what the minimum must fulfil."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import nn

from nnbuilder.data.spec import BuiltinData, Source, ToyData
from nnbuilder.engine.algebra.boundary import segments
from nnbuilder.engine.algebra.errors import AlgebraError
from nnbuilder.engine.algebra.logistic import by_torch, regress
from nnbuilder.engine.export.subject import fresh_network
from nnbuilder.graph.graph import Graph
from nnbuilder.project.project import Project
from nnbuilder.protocol.algebra import Regress, Regressed
from tests.engine.samples import chain, data_of, make_project, regression

MOONS = ToyData("moons", points=90)


def project(source: Source, graph: Graph | None = None) -> Project:
    """A project on these data."""
    return make_project(graph or chain(("Linear", {"out_features": 3}), ("ReLU", {})), source=source)


def rows_of(subject: Project) -> tuple[torch.Tensor, torch.Tensor]:
    """The training rows."""
    part = data_of(subject).train
    return torch.from_numpy(part.x).double(), torch.from_numpy(np.asarray(part.y)).long()


@pytest.mark.parametrize("source", [MOONS, BuiltinData("iris"), BuiltinData("wine")])
@pytest.mark.parametrize("strength", [0.05, 1.0])
def test_the_coefficients_are_those_of_scikit_learn(source: Source, strength: float) -> None:
    subject = project(source)
    found = regress(Regress(subject, strength=strength))
    x, y = rows_of(subject)
    theirs = LogisticRegression(C=strength, tol=1e-10, max_iter=5000).fit(x.numpy(), y.numpy())
    weight, bias = theirs.coef_, theirs.intercept_
    if len(weight) > 1:
        weight, bias = weight - weight.mean(axis=0), bias - bias.mean()
    for fit in found.fits[:2]:
        assert np.allclose(fit.weight, weight, atol=1e-3)
        assert np.allclose(fit.bias, bias, atol=1e-3)
    assert found.same == found.rows == len(x)
    assert found.apart < 1e-4
    assert found.fits[0].accuracy == pytest.approx(theirs.score(x.numpy(), y.numpy()))
    chances = theirs.predict_proba(x.numpy())[np.arange(len(y)), y]
    assert found.fits[0].loss == pytest.approx(-np.log(chances).mean(), abs=1e-5)


def test_at_the_minimum_no_slope_is_left() -> None:
    """The gradient of the mean loss is that of the penalty, turned around: closed form of the minimum."""
    x, y = rows_of(project(MOONS))
    found = by_torch(x, y, 2, 0.7)
    error = torch.sigmoid(x @ found.weight[0] + found.bias) - y.double()
    assert torch.allclose(x.T @ error / len(x), -found.weight[0] / (0.7 * len(x)), atol=1e-7)
    assert float(error.mean()) == pytest.approx(0, abs=1e-7)


def test_weight_decay_of_that_size_leads_there() -> None:
    """C in PyTorch's words: the same decay on the weights of a Linear, by plain gradient steps."""
    subject = project(MOONS)
    found = regress(Regress(subject, strength=0.5))
    x, y = rows_of(subject)
    layer = nn.Linear(2, 1, dtype=torch.float64)
    weights: dict[str, Any] = {"params": [layer.weight], "weight_decay": found.decay}
    groups = [weights, {"params": [layer.bias]}]
    optimizer: torch.optim.Optimizer = torch.optim.SGD(groups, lr=2.0)
    for _ in range(3000):
        optimizer.zero_grad()
        torch.autograd.backward(nn.functional.binary_cross_entropy_with_logits(layer(x)[:, 0], y.double()))
        optimizer.step()
    assert torch.allclose(layer.weight, torch.tensor(found.fits[0].weight, dtype=torch.float64), atol=1e-5)


def drawn(found: Regressed) -> torch.Tensor:
    """The coefficients of the network as it stands."""
    assert len(found.fits) == 3
    return torch.tensor(found.fits[2].weight, dtype=torch.float64)


def test_a_network_that_is_one_stands_beside_them() -> None:
    single = project(MOONS, chain(("Linear", {"out_features": 1}), loss="BCEWithLogitsLoss"))
    model = fresh_network(single, data_of(single).profile)[0]
    weight = model.get_parameter("0.weight").detach().double()
    assert torch.equal(drawn(regress(Regress(single))), weight)
    double = project(
        MOONS, chain(("Linear", {"out_features": 2}), ("LogSoftmax", {"dim": 1}), loss="NLLLoss")
    )
    weight = fresh_network(double, data_of(double).profile)[0].get_parameter("0.weight").detach().double()
    assert torch.allclose(drawn(regress(Regress(double))), weight[1:] - weight[:1])
    assert len(regress(Regress(project(MOONS))).fits) == 2


def test_the_boundary_is_where_both_classes_are_as_likely() -> None:
    found = regress(Regress(project(MOONS)))
    (line,) = found.fits[0].segments
    weight, bias = torch.tensor(found.fits[0].weight), torch.tensor(found.fits[0].bias)
    ends = torch.tensor([line[:2], line[2:]])
    assert torch.allclose(ends @ weight[0] + bias, torch.zeros(2), atol=1e-5)
    assert torch.allclose(torch.tensor(line), torch.tensor(found.fits[1].segments[0]), atol=1e-4)
    assert len(found.points) == len(found.targets) == found.rows
    assert regress(Regress(project(BuiltinData("iris")))).points == ()


def test_numbers_are_refused_with_a_sentence() -> None:
    with pytest.raises(AlgebraError, match="tells classes apart, but the target of Diabetes"):
        regress(Regress(regression()))


def test_scores_that_are_no_numbers_have_no_boundary() -> None:
    box = (-1.0, -1.0, 1.0, 1.0)
    assert len(segments([[1.0, 1.0]], [0.0], box)) == 1
    assert segments([[math.nan, 1.0]], [0.0], box) == ()
    assert segments([[1.0, 1.0], [0.0, 1.0]], [0.0, -math.inf], box) == ()
