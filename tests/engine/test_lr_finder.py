"""The learning-rate range test, held against a loop written by hand and against a loss that is known."""

import math

import msgspec
import pytest
import torch
from torch import nn

from nnbuilder.catalog.registry import OPTIMIZERS
from nnbuilder.engine.batches import batches
from nnbuilder.engine.lr_finder import answer, find_rate
from nnbuilder.engine.trainer import Trainer
from nnbuilder.project.project import Project
from nnbuilder.protocol.tasks import FindRate
from tests.engine.samples import data_of, make_project, regression


def by_hand(project: Project, rates: list[float]) -> list[float]:
    """The losses of steps with these rates, epoch after epoch, in a loop as anybody would write it."""
    prepared = data_of(project)
    torch.manual_seed(project.training.seed)
    model = nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(p=0.3), nn.Linear(8, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=rates[0], fused=True)
    loss_of = nn.CrossEntropyLoss()
    shuffle = torch.Generator().manual_seed(project.training.seed)
    x, y = torch.from_numpy(prepared.train.x), torch.from_numpy(prepared.train.y)
    losses: list[float] = []
    while len(losses) < len(rates):
        order = torch.randperm(len(y), generator=shuffle)
        for rows, targets in batches(x, y, order, project.training.batch_size, 0):
            if len(losses) == len(rates):
                break
            optimizer.param_groups[0]["lr"] = rates[len(losses)]
            optimizer.zero_grad()
            loss = loss_of(model(rows), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def test_losses_equal_a_hand_written_range_test() -> None:
    project = make_project()
    found = find_rate(project, data_of(project), low=1e-5, high=1.0, steps=40)
    rates = [1e-5 * 10 ** (5 * step / 39) for step in range(40)]
    assert found.rates == pytest.approx(rates)
    assert list(found.losses) == by_hand(project, list(found.rates))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_can_be_tested(name: str) -> None:
    project = make_project(optimizer=name)
    found = find_rate(project, data_of(project), steps=30)
    assert len(found.losses) > 1
    assert len(set(found.losses)) > 1


def test_smoothing_is_the_usual_corrected_mean() -> None:
    project = make_project()
    found = find_rate(project, data_of(project), steps=30)
    mean = 0.0
    for step, loss in enumerate(found.losses, 1):
        mean = 0.9 * mean + 0.1 * loss
        assert found.smooth[step - 1] == pytest.approx(mean / (1 - 0.9**step))


def test_the_suggestion_trains_well_and_ten_thousand_times_less_does_not() -> None:
    project = make_project(epochs=10, optimizer="SGD")
    suggested = find_rate(project, data_of(project)).suggested
    assert suggested is not None

    def loss_with(rate: float) -> float:
        training = msgspec.structs.replace(project.training, optimizer_args={"lr": rate})
        trainer = Trainer(msgspec.structs.replace(project, training=training), data_of(project))
        for _ in trainer.steps():
            pass
        return trainer.evaluate("validation").loss

    assert loss_with(suggested) < 0.8 * loss_with(suggested / 10_000)


def test_it_stops_where_the_loss_grows_beyond_bounds() -> None:
    project = regression()
    project = msgspec.structs.replace(
        project, training=msgspec.structs.replace(project.training, optimizer="SGD", optimizer_args={})
    )
    found = find_rate(project, data_of(project), high=1000.0)
    assert found.diverged is not None
    assert len(found.rates) < 140
    assert found.suggested is not None
    assert found.suggested < found.diverged
    assert all(map(math.isfinite, found.losses))


def test_rates_that_do_nothing_are_not_suggested() -> None:
    project = make_project(optimizer="SGD")
    found = find_rate(project, data_of(project), low=1e-12, high=1e-9)
    assert found.suggested is None
    assert "does not fall" in found.why


def test_what_else_changes_the_rate_or_ends_training_does_not_matter() -> None:
    project = make_project(epochs=1)
    training = msgspec.structs.replace(
        project.training, lr_scheduler="ExponentialLR", lr_scheduler_args={"gamma": 0.1}, patience=1
    )
    other = msgspec.structs.replace(project, training=training)
    assert find_rate(project, data_of(project)) == find_rate(other, data_of(other))


def test_a_process_is_told_how_far_it_is() -> None:
    said: list[str] = []
    project = make_project()
    found = answer(FindRate(project, steps=40), said.append)
    assert found == find_rate(project, data_of(project), steps=40)
    assert len(said) == 4
    assert said[0].startswith("Step 10 of 40")
