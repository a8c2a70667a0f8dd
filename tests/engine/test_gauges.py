"""Learning rate and gradient norm."""

import math

import pytest
import torch
from torch import nn

from nnbuilder.engine.gauges import Gauges, first_rate, gradient_norm


def test_the_norm_is_that_of_all_gradients_as_one_vector() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    model(torch.randn(8, 3)).square().sum().backward()
    flat = torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])
    assert gradient_norm(list(model.parameters())) == pytest.approx(float(flat.norm()), rel=1e-6)


def test_sparse_gradients_count_once_for_each_row() -> None:
    table = nn.Embedding(5, 2, sparse=True)
    table(torch.tensor([1, 1, 3])).sum().backward()
    assert gradient_norm(list(table.parameters())) == pytest.approx(math.sqrt(4 + 4 + 1 + 1))


def test_before_the_first_step_there_is_no_norm() -> None:
    model = nn.Linear(2, 2)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    rate, norm = Gauges(lambda: first_rate(optimizer), list(model.parameters())).read()
    assert rate == 0.25
    assert math.isnan(norm)
    optimizer.param_groups[0]["lr"] = torch.tensor(0.5)
    assert first_rate(optimizer) == 0.5
